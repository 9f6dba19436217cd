import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConsoleFile } from '../../src/home.ts';
import { People } from '../support/bot.ts';
import { Folder, type Program } from '../support/processes.ts';
import { hostOf } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { until } from '../support/real/processes.ts';
import { BUILD_MS, SYSTEMD, type SystemdHost, startSystemd } from '../support/real/systemd.ts';

const EVERYWHERE = { grants: [{ commands: ['*'], hosts: ['*'], upTo: 'high' }] };
const sh = (summary: string, script: string) => ({ summary, argv: ['sh', '-c', script], risk: 'low', timeout: '10m' });

describe.skipIf(!needs(['redis-server or valkey-server', ...SYSTEMD]))('a worker killed in the middle, on a host where systemd rules', () => {
  let folder: Folder;
  let host: SystemdHost;
  let people: People;
  let url: string;
  let workers = 0;
  const worker = async (): Promise<Program> => {
    const home = folder.file(`worker${workers++}`);
    return folder.hostler(['worker', '--site', 'lab', '--redis', url], { home }).says('is ready');
  };
  const text = (file: string) => (existsSync(join(host.root, file)) ? readFileSync(join(host.root, file), 'utf8') : '');

  beforeAll(async () => {
    folder = new Folder();
    host = await startSystemd();
    ({ url } = await folder.redis('redis', '--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'));
    const config = folder.config('config.yaml', {
      practice: true,
      sites: { lab: {} },
      hosts: { real: hostOf(host) },
      people: { alice: { name: 'Alice', roles: ['operator'] } },
      roles: { operator: EVERYWHERE },
      programs: {
        seven: sh('End with seven', 'echo done >>/root/seven; sleep 2; echo last words; exit 7'),
        forever: sh('Never end', 'echo done >>/root/forever; sleep 600'),
      },
    });
    const desk = folder.hostler(['desk', '--config', config, '--redis', url], { home: folder.file('desk') }).says('is ready');
    await Promise.all([desk, folder.hostler(['gateway', '--port', '0', '--redis', url], { home: folder.file('gateway') }).says('is ready')]);
    const at = readConsoleFile(folder.file('gateway'));
    if (!at) throw new Error('the gateway has written no console.json');
    people = new People(at);
  }, BUILD_MS + 60_000);
  afterAll(async () => {
    people?.close();
    await folder?.close();
    await host?.close();
  });

  it('the true exit status of a unit that ended and was collected while no worker lived is told by the next: 7 stays 7, done once', async () => {
    const first = await worker();
    const card = await people.says('alice', 'host run seven real', { until: ({ text: now }) => now.includes('End with seven 0/1') });
    await until('the effect', () => text('root/seven') === 'done\n');
    first.child.kill('SIGKILL');
    const ssh = host.ssh();
    const units = () => ssh.exec(['systemctl', 'list-units', '--all', '--plain', '--no-legend', 'hostler-*'], { timeoutMs: 10_000, cap: 10_000 });
    await until('the end of the unit', async () => {
      const exec = await units();
      return exec.kind === 'exit' && exec.stdout.trim() === '';
    });
    const second = await worker();
    const ended = await people.sees('alice', card.id, ({ ticket }) => ticket?.state === 'failed', 40_000);
    expect(ended.text).toContain('failed, exit 7');
    expect(ended.text).toContain('last words');
    expect(text('root/seven')).toBe('done\n');
    await second.stop();
  }, 90_000);

  it('a reboot of the host in the middle is a failure that says so, never done, and nothing is run again', async () => {
    const only = await worker();
    const card = await people.says('alice', 'host run forever real', { until: ({ text: now }) => now.includes('Never end 0/1') });
    await until('the effect', () => text('root/forever') === 'done\n');
    await host.kill();
    const ended = await people.sees('alice', card.id, ({ ticket }) => ticket?.state !== 'running', 60_000);
    expect(ended.ticket?.state, ended.text).toBe('failed');
    expect(ended.text).toContain('the host rebooted in the middle');
    expect(text('root/forever')).toBe('done\n');
    await only.stop();
  }, 90_000);
});
