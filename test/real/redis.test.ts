import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { schema } from '../../config/schema.ts';
import { redisAcl } from '../../src/cli/manifest.ts';
import { startDesk } from '../../src/desk.ts';
import { startGateway } from '../../src/gateway.ts';
import { startLab } from '../../src/lab/index.ts';
import { Queues } from '../../src/queue/bullmq.ts';
import { loadCommands } from '../../src/registry.ts';
import { open, settings } from '../../src/store/redis.ts';
import { startWorker } from '../../src/worker.ts';
import { People } from '../support/bot.ts';
import { needs } from '../support/real/have.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostler-redis-'));
const children: ChildProcess[] = [];
const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  for (const child of children) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    (await open(url)).disconnect();
    return true;
  } catch {
    return false;
  }
}

async function redis(name: string, lines: readonly string[], ...more: string[]): Promise<number> {
  const port = await freePort();
  const file = join(folder, `${name}.conf`);
  writeFileSync(file, [`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`, ...lines, ''].join('\n'));
  children.push(spawn('redis-server', [file, ...more], { stdio: 'ignore' }));
  await expect.poll(() => answers(`redis://127.0.0.1:${port}`), { timeout: 5000 }).toBe(true);
  return port;
}

describe.skipIf(!needs(['redis-server']))('a real Redis', () => {
  it('with a user per part: the story runs, and a gateway can queue no run', async () => {
    const lab = await startLab({ seed: 1, dir: join(folder, 'lab'), pace: 0.2 });
    closers.push(() => lab.close());
    const password = 'not-a-real-password';
    const acl = redisAcl(['east', 'west']).replaceAll('<SHA-256-OF-ITS-PASSWORD>', createHash('sha256').update(password).digest('hex'));
    const aclFile = join(folder, 'users.acl');
    writeFileSync(aclFile, `${acl}user default on nopass ~* &* +@all\n`);
    const port = await redis('acl', [`aclfile ${aclFile}`]);
    const as = (part: string) => `redis://hostler-${part}:${password}@127.0.0.1:${port}`;
    const commands = await loadCommands();
    const trouble: string[] = [];
    const log = (text: string, detail?: unknown) => void trouble.push(`${text} ${detail}`);
    const desk = await startDesk({ redis: as('desk'), config: schema.parse(lab.config), commands, log });
    closers.push(() => desk.close());
    for (const site of ['east', 'west']) {
      const worker = await startWorker({ redis: as(`worker-${site}`), site, commands, log });
      closers.push(() => worker.close());
    }
    const gateway = await startGateway({ redis: as('gateway'), port: 0, token: 'token', version: 'test', commands, log });
    closers.push(() => gateway.close());
    const people = new People({ url: gateway.url ?? '', token: 'token' });
    closers.push(async () => people.close());
    const card = await people.says('alice', 'vm reboot shop');
    expect((await people.presses('bob', card, 'approve')).ticket?.state).toBe('done');
    expect(trouble).toEqual([]);

    const thief = new Queues({ ...settings(as('gateway')) }, () => undefined);
    await expect(thief.send([{ queue: 'runs-east', name: 'run', id: 'stolen', data: {} }])).rejects.toThrow(/permission|NOPERM/i);
    const store = await open(as('gateway'));
    await expect(store.hset('hostler:ticket:T1', 'rev', '1')).rejects.toThrow(/NOPERM/);
    store.disconnect();
    await thief.close();
    const other = new Queues({ ...settings(as('worker-west')) }, () => undefined);
    await expect(other.send([{ queue: 'runs-east', name: 'run', id: 'stolen', data: {} }])).rejects.toThrow(/permission|NOPERM/i);
    await other.close();
  });

  it('behind sentinels is found by its name', async () => {
    const master = await redis('master', ['appendonly yes']);
    const sentinel = await redis('sentinel', [`sentinel monitor one 127.0.0.1 ${master} 1`], '--sentinel');
    const found = await open(`sentinel://127.0.0.1:${sentinel}/one`);
    await found.set('a', 'b');
    found.disconnect();
    const direct = await open(`redis://127.0.0.1:${master}`);
    expect(await direct.get('a')).toBe('b');
    direct.disconnect();
  });
});
