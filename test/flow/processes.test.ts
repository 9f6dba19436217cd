import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConsoleFile } from '../../src/home.ts';
import type { People } from '../support/bot.ts';
import { Parts } from '../support/parts.ts';
import { connections, environment, holds, openFiles, processesUnder } from '../support/proc.ts';
import type { Program } from '../support/processes.ts';
import { needs } from '../support/real/have.ts';

/** These tests kill, hang and misconfigure a Redis server. */
const redis = needs(['redis-server or valkey-server']);

let parts: Parts;
let people: People;
const running = new Map<string, Program>();

/** Starts a part as a process of its own, with a home of its own. */
async function begin(name: string, ...args: string[]): Promise<Program> {
  const program = parts.folder.hostler([...args, '--redis', parts.redis], { home: parts.folder.file(name) });
  running.set(name, program);
  return program.says('is ready');
}

const pid = (name: string) => running.get(name)?.pid ?? 0;

beforeAll(async () => {
  parts = await Parts.start();
  const desk = begin('desk', 'desk', '--config', parts.file);
  await Promise.all([desk, begin('gateway', 'gateway', '--port', '0'), begin('east', 'worker', '--site', 'east')]);
  const at = readConsoleFile(parts.folder.file('gateway'));
  if (!at) throw new Error('the gateway has written no console.json');
  people = parts.people(at.url, at.token);
});
afterAll(() => parts.folder.close());

describe.skipIf(!redis)('a site whose worker does not run', () => {
  it('is named beside what the other has, and a change is refused unless it is said where', async () => {
    const ms = 30_000;
    const [list, refused, named] = await Promise.all([
      people.says('alice', 'vm list', { ms }),
      people.says('alice', 'vm reset shop', { ms }),
      people.says('alice', 'vm reset kvm1/shop'),
    ]);
    expect(list.ticket?.state).toBe('done');
    expect(list.text).toContain('shop');
    expect(list.text).not.toContain('mail');
    expect(list.text).toMatch(/site west does not answer/);
    expect(refused.ticket?.state).toBe('refused');
    expect(refused.text).toMatch(/site west does not answer; nothing was done/);
    expect(named.ticket?.state).toBe('waiting');
    expect((await people.presses('bob', named, 'approve')).ticket?.state).toBe('done');
    expect(parts.count('kvm1', 'virsh reset')).toBe(1);
  }, 60_000);
});

describe.skipIf(!redis)('gateway, desk and a worker per site as processes of their own', () => {
  beforeAll(() => begin('west', 'worker', '--site', 'west'));

  it('list both sites, ask for approval, and show the result', async () => {
    const list = await people.says('alice', 'vm list');
    expect(list.text).toMatch(/shop .*kvm1/);
    expect(list.text).toMatch(/mail .*kvm2/);
    const card = await people.says('alice', 'svc restart nginx @web');
    expect(card.ticket?.state).toBe('waiting');
    const done = await people.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(parts.count('web1', 'restart nginx') + parts.count('web2', 'restart nginx')).toBe(2);
  });

  it('hold a key and reach a host only where they are workers', async () => {
    const keyFile = parts.folder.file('lab/id_ed25519');
    const secret = readFileSync(keyFile, 'latin1').split('\n')[3] ?? '';
    expect(secret.length).toBeGreaterThan(40);
    const ports = new Map(Object.values(parts.config.hosts).map(({ port = 0, site }) => [port, site]));
    for (const name of ['gateway', 'desk', 'east', 'west']) {
      const id = pid(name);
      expect(processesUnder(id), name).toEqual([]);
      expect(environment(id), name).not.toMatch(/id_ed25519|PRIVATE KEY|SSH_AUTH_SOCK/);
      expect(openFiles(id).join('\n'), name).not.toContain('id_ed25519');
      const sites = connections(id).flatMap((port) => ports.get(port) ?? []);
      const isWorker = name === 'east' || name === 'west';
      expect([...new Set(sites)], name).toEqual(isWorker ? [name] : []);
      expect(holds(id, parts.redis), `the memory of ${name} can be searched`).toBe(true);
      if (!isWorker) expect(holds(id, secret), `${name} holds the key`).toBe(false);
    }
  });

  it('end by themselves when asked to, even in the middle of a step', async () => {
    parts.lab.host('kvm2').ignoreShutdown('mail', true);
    const card = await people.says('alice', 'vm shutdown mail');
    await people.presses('bob', card, 'approve', { until: (now) => now.ticket?.state === 'running' });
    await expect.poll(() => parts.count('kvm2', 'virsh shutdown')).toBe(1);

    const begun = Date.now();
    const ends = await Promise.all([...running].map(async ([name, program]) => ({ name, ...(await program.stop('SIGTERM')) })));
    expect(Date.now() - begun).toBeLessThan(20_000);
    for (const { name, code, err } of ends) expect({ name, code, err }).toEqual({ name, code: 0, err: '' });
    expect(readConsoleFile(parts.folder.file('gateway'))).toBeUndefined();
  });
});
