import { createHash } from 'node:crypto';
import { createServer, type Server, type Socket, connect as to } from 'node:net';

/** Commands that change nothing, or only wait; everything else counts as a write. */
const QUIET = new Set(
  'AUTH BZPOPMIN CLIENT CONFIG COMMAND DISCARD ECHO EXISTS GET HELLO HEXISTS HGET HGETALL HLEN HMGET HVALS INFO LLEN LRANGE MGET MULTI PING PTTL SELECT SISMEMBER SMEMBERS TIME TTL TYPE UNWATCH WATCH XINFO XLEN XRANGE XREAD ZCARD ZRANGE ZSCORE'.split(
    ' ',
  ),
);

/** What BullMQ's script says of itself that takes the next job, if there is one. */
const TAKE = 'Move next job to be processed to active';

/** Where a command ends in the bytes, and its name; undefined while it is not whole. RESP arrays of bulk strings only: that is all clients send. */
export function firstCommand(bytes: Buffer): { readonly end: number; readonly name: string } | undefined {
  const line = (from: number) => {
    const end = bytes.indexOf('\r\n', from);
    return end < 0 ? undefined : { text: bytes.toString('latin1', from, end), next: end + 2 };
  };
  const head = line(0);
  if (!head) return undefined;
  let at = head.next;
  let name = '';
  for (let left = Number(head.text.slice(1)); left > 0; left--) {
    const size = line(at);
    if (!size) return undefined;
    const begin = size.next;
    at = begin + Number(size.text.slice(1)) + 2;
    if (at > bytes.length) return undefined;
    if (name === '') name = bytes.toString('latin1', begin, at - 2).toUpperCase();
  }
  return { end: at, name };
}

/** A way to Redis that counts the writes going through, and cuts itself off before a chosen one. */
export class CommandProxy {
  readonly url: string;
  /** Writes let through since it was armed. */
  writes = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #left = Number.POSITIVE_INFINITY;
  /** Digests of the script that takes a job. */
  readonly #takes = new Set<string>();
  #took = false;
  #hit: () => void = () => undefined;

  private constructor(server: Server, url: string, redis: string) {
    this.#server = server;
    this.url = url;
    server.on('connection', (client) => this.#join(client, to(redis)));
  }

  /** Listens on a Unix socket in front of another. */
  static async listen(path: string, redisUrl: string): Promise<CommandProxy> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    return new CommandProxy(server, `unix://${path}`, redisUrl.replace('unix://', ''));
  }

  /** From now on the `n`th write is not let through: `hit` is called instead, and all connections are gone. */
  arm(n: number, hit: () => void): void {
    this.writes = 0;
    this.#left = n;
    this.#took = false;
    this.#hit = hit;
  }

  disarm(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }

  #join(client: Socket, redis: Socket): void {
    let waiting: Buffer = Buffer.alloc(0);
    let transaction = false;
    for (const socket of [client, redis]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        redis.destroy();
      });
    }
    redis.pipe(client, { end: false });
    client.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      for (let command = firstCommand(waiting); command; command = firstCommand(waiting)) {
        // What stands between MULTI and EXEC happens with EXEC or not at all.
        if (command.name === 'EXEC' || command.name === 'DISCARD') transaction = false;
        if (!transaction && !QUIET.has(command.name) && !this.#again(command.name, waiting) && !this.#let()) return;
        if (command.name === 'MULTI') transaction = true;
        redis.write(waiting.subarray(0, command.end));
        waiting = waiting.subarray(command.end);
      }
    });
  }

  /** Whether it looks for a job when the write before did, too: that many workers look, one after the other, makes no new moment. */
  #again(name: string, bytes: Buffer): boolean {
    const before = this.#took;
    const [head = '', size = ''] = /^\*\d+\r\n\$\d+\r\n\w+\r\n\$(\d+)\r\n/.exec(bytes.toString('latin1', 0, 100)) ?? [];
    const first = bytes.subarray(head.length, head.length + Number(size));
    if (name === 'EVAL' && first.includes(TAKE)) this.#takes.add(createHash('sha1').update(first).digest('hex'));
    this.#took = (name === 'EVAL' && first.includes(TAKE)) || (name === 'EVALSHA' && this.#takes.has(first.toString('latin1')));
    return this.#took && before;
  }

  /** Whether one more write may pass. */
  #let(): boolean {
    if (--this.#left > 0) {
      this.writes++;
      return true;
    }
    this.disarm();
    this.#hit();
    this.cut();
    return false;
  }

  /** Drops every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
