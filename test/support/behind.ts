import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Client } from 'ssh2';
import type { Config } from '../../config/schema.ts';

/** Somebody does something on a host of the practice fleet behind the bot's back. */
export async function behindItsBack(config: Config, host: string, line: string): Promise<void> {
  const { port, key } = config.hosts[host] ?? {};
  const client = new Client();
  const ready = once(client, 'ready');
  client.connect({ host: '127.0.0.1', port: port ?? 0, username: 'root', privateKey: readFileSync((key ?? '').slice('file:'.length)) });
  await ready;
  await new Promise<void>((resolve, reject) => {
    client.exec(line, (error, channel) => {
      if (error) return reject(error);
      channel.on('close', resolve).resume();
      channel.stderr.resume();
    });
  });
  client.end();
}
