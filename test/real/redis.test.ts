import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOTP, URI } from 'otpauth';
import { afterAll, describe, expect, it } from 'vitest';
import { schema } from '../../config/schema.ts';
import { redisAcl } from '../../src/cli/manifest.ts';
import { startDesk } from '../../src/desk.ts';
import { startGateway } from '../../src/gateway.ts';
import { startLab } from '../../src/lab/index.ts';
import { Queues } from '../../src/queue/bullmq.ts';
import { loadCommands } from '../../src/registry.ts';
import { audit, auditNotes } from '../../src/store/audit.ts';
import { readHead } from '../../src/store/audithead.ts';
import { factors } from '../../src/store/factors.ts';
import { files } from '../../src/store/files.ts';
import { leases } from '../../src/store/leases.ts';
import { locks } from '../../src/store/locks.ts';
import { journals } from '../../src/store/plans.ts';
import { open, settings } from '../../src/store/redis.ts';
import { sealing } from '../../src/store/sealing.ts';
import { startWorker } from '../../src/worker.ts';
import { People } from '../support/bot.ts';
import { ACCOUNTS, OPS, withChat, workspace } from '../support/doors/slack.ts';
import { needs } from '../support/real/have.ts';
import { textOf } from '../support/slack/index.ts';

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

/** A Redis with the users of the manifest; the address of each part. */
async function withUsers(name: string): Promise<(part: string) => string> {
  const password = 'not-a-real-password';
  const acl = redisAcl(['east', 'west']).replaceAll('<SHA-256-OF-ITS-PASSWORD>', createHash('sha256').update(password).digest('hex'));
  const file = join(folder, `${name}.acl`);
  writeFileSync(file, `${acl}user default on nopass ~* &* +@all\n`);
  const port = await redis(name, [`aclfile ${file}`]);
  return (part) => `redis://hostler-${part}:${password}@127.0.0.1:${port}`;
}

describe.skipIf(!needs(['redis-server']))('a real Redis', () => {
  it('with a user per part: the story runs, and a gateway can queue no run', async () => {
    const lab = await startLab({ seed: 1, dir: join(folder, 'lab'), pace: 0.2 });
    closers.push(() => lab.close());
    const as = await withUsers('story');
    const commands = await loadCommands();
    const trouble: string[] = [];
    const log = (text: string, detail?: unknown) => void trouble.push(`${text} ${detail}`);
    const { slack, chat, close } = await workspace('socket');
    closers.push(async () => {
      await slack.close();
      close();
    });
    const desk = await startDesk({
      redis: as('desk'),
      home: join(folder, 'desk'),
      config: schema.parse(withChat(lab.config, 'slack', chat, ACCOUNTS)),
      commands,
      log,
    });
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
    // In a chat it takes its turn to speak, remembers what stands there, and asks for what is missing.
    const alice = slack.person(ACCOUNTS.alice);
    alice.slash(OPS, '/vm', 'list');
    await slack.until(() => alice.sees(OPS).some((message) => textOf(message).includes('done · T')), 10_000);
    alice.slash(OPS, '/vm', 'show');
    await slack.until(() => alice.views().length > 0);
    alice.opensHome();
    await slack.until(() => JSON.stringify(alice.home()?.shown ?? '').includes('vm list'));
    expect(trouble).toEqual([]);
    const scrape = async () => (await fetch(`http://127.0.0.1:${gateway.port}/metrics`)).text();
    for (const line of [
      'hostler_redis_up 1',
      'hostler_parts{kind="worker",site="west"} 1',
      'hostler_queue_jobs{queue="told",state="waiting"} 0',
      'hostler_press_to_step_seconds_count 1', // as the worker counted
      'hostler_chat_hears{chat="slack"} 1',
    ])
      await expect.poll(scrape, { timeout: 8000 }).toContain(`${line}\n`);

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

  it('with a user per part: a worker leases, locks and writes, a desk sees and ends locks, a gateway does neither', async () => {
    const as = await withUsers('rights');
    const [worker, desk, gateway] = await Promise.all(['worker-east', 'desk', 'gateway'].map((part) => open(as(part))));
    if (!worker || !desk || !gateway) throw new Error('not all are connected');
    const lease = await leases(worker).take('run T1 east', 'east');
    const got = await locks(worker).acquire('T1', [{ name: 'east/kvm1' }]);
    if (!lease || !('token' in got) || got.token === undefined) throw new Error('there is someone else');
    const right = { lease: { name: 'run T1 east', token: lease.token }, locks: got.token };
    expect(await journals(worker).write('T1', 1, 0, { state: 'intent', at: 1 }, right)).toBe(true);
    expect(await locks(desk).list()).toMatchObject([{ name: 'east/kvm1', holders: [{ ticket: 'T1' }] }]);
    expect(await locks(desk).steal('east/kvm1', 'T1', got.token)).toBe(true);
    expect(await locks(worker).robbed('T1')).toBe(true);
    expect(await journals(worker).write('T1', 1, 0, { state: 'intent', at: 1 }, right)).toBe(false);
    expect(await locks(desk).release('T1')).toEqual([]);
    await lease.release();
    // Long texts are written by workers, which read none of each other's, and read by gateways.
    const ref = await files(worker).save('a long log\n');
    expect(await files(gateway).read(ref)).toBe('a long log\n');
    await expect(files(worker).read(ref)).rejects.toThrow(/NOPERM/);
    await expect(files(gateway).save('another')).rejects.toThrow(/NOPERM/);
    // At a person's screen codes are begun and proven; to put them in force, or to use them, is the desk's.
    const enrolling = factors(gateway, sealing('a sealing key of some length', 'second factors'));
    const app = URI.parse(await enrolling.begin('ana', 'Ana'));
    expect([await enrolling.mayBegin('ana'), await enrolling.prove('ana', '000000'), await enrolling.isLocked('ana')]).toEqual([true, false, false]);
    expect(await enrolling.prove('ana', app instanceof TOTP ? app.generate() : '')).toBe(true);
    const reference = (await enrolling.proven('ana')) ?? '';
    await expect(enrolling.enrol('ana', reference)).rejects.toThrow(/NOPERM/);
    await expect(enrolling.check('ana', '000000')).rejects.toThrow(/NOPERM/);
    await expect(leases(gateway).take('x', 'gateway')).rejects.toThrow(/NOPERM/);
    await expect(locks(gateway).acquire('T1', [{ name: 'east' }])).rejects.toThrow(/NOPERM/);
    await expect(locks(gateway).release('T1')).rejects.toThrow(/NOPERM/);
    await expect(journals(gateway).write('T1', 1, 0, { state: 'intent', at: 1 })).rejects.toThrow(/NOPERM/);
    for (const connection of [worker, desk, gateway]) connection.disconnect();
  });

  it('with a user per part: everyone adds to the audit, and nobody but a desk reads it or takes anything away', async () => {
    const as = await withUsers('audit');
    for (const part of ['worker-east', 'gateway']) {
      const store = await open(as(part));
      await auditNotes(store).note([{ at: 1, kind: 'limit', by: part }]);
      for (const call of [
        () => store.xtrim('hostler:audit', 'MAXLEN', 0),
        () => store.xdel('hostler:audit', '1-0'),
        () => store.del('hostler:audit'),
        () => store.unlink('hostler:audit'),
        () => store.rename('hostler:audit', 'hostler:chat:x'),
        () => store.expire('hostler:audit', 1),
        () => store.xsetid('hostler:audit', '9999999999999-0'),
        () => store.xrange('hostler:audit', '-', '+'),
        () => store.eval(`return redis.call('DEL', 'hostler:audit')`, 0),
        () => store.hset('hostler:audithead', 'seq', '1'),
      ])
        await expect(call()).rejects.toThrow(/NOPERM|can't access/);
      store.disconnect();
    }
    const [desk, worker, gateway] = await Promise.all(['desk', 'worker-east', 'gateway'].map((part) => open(as(part))));
    if (!desk || !worker || !gateway) throw new Error('not all are connected');
    expect(await journals(worker).write('T1', 1, 0, { state: 'intent', at: 1 })).toBe(true);
    expect(await desk.xlen('hostler:audit')).toBe(3);
    expect(await readHead(gateway)).toMatchObject({ seq: 0 });
    // What a part may still do is add and thereby trim: the desk notices.
    const dir = join(folder, 'chain');
    const keep = () => audit(desk, { leases: leases(desk), ticketOf: async () => undefined, dir, log: () => undefined, everyMs: 10 });
    const first = keep();
    expect(await first.search({ limit: 9 })).toHaveLength(3);
    await first.close();
    await auditNotes(worker).note([{ at: 2, kind: 'limit', by: 'bo' }]);
    await gateway.xadd('hostler:audit', 'MAXLEN', 0, '*', 'x', 'y');
    await auditNotes(worker).note([{ at: 3, kind: 'limit' }]);
    const second = keep();
    await second.search({ limit: 1 });
    expect(await second.search({ limit: 1 })).toMatchObject([{ kind: 'garbled', more: { lost: 2 } }]);
    await second.close();
    for (const connection of [desk, worker, gateway]) connection.disconnect();
  });

  it('with a user per part: each can do what it is for, and what it could misuse is closed', async () => {
    const as = await withUsers('hostile');
    const [east, gateway, desk] = await Promise.all(['worker-east', 'gateway', 'desk'].map((part) => open(as(part))));
    if (!east || !gateway || !desk) throw new Error('not all are connected');
    const denied = async (...calls: (() => Promise<unknown>)[]) => {
      for (const [i, call] of calls.entries()) await expect(call(), `call ${i}`).rejects.toThrow(/NOPERM|can't access|permission/i);
    };
    await desk.hset('hostler:factor:ana', 'sealed', 'x');
    await denied(
      () => gateway.config('GET', 'requirepass'),
      () => gateway.hgetall('hostler:factor:ana'),
      () => gateway.set('hostler:factortries:ana', '0'),
      () => gateway.hset('hostler:links', 'a', 'b'),
      () => gateway.hset('hostler:delegations', 'a', 'b'),
      () => gateway.hdel('hostler:freezes', '*'),
      () => gateway.set('hostler:config', 'x'),
      () => gateway.hset('hostler:plan:T1:1', 'plan', '{}'),
      () => gateway.hdel('hostler:reviews', 'T1'),
      () => gateway.del('hostler:lease:audit'),
      () => gateway.lpush('hostler-queue:told:wait', 'x'),
      () => gateway.hset('hostler:alert:A1', 'json', '{}'),
      () => gateway.hset('hostler:beats:heard', 'backup', '1'), // it is heard of by a job, at a desk
      () => gateway.hdel('hostler:silences', 'x'),
      () => gateway.hset('hostler:presence:desk', 'x', '1 {}'),
      () => gateway.hgetall('hostler:schedules'),
    );
    await denied(
      () => east.config('GET', 'requirepass'),
      () => east.lpush('hostler-queue:inbox:wait', 'x'), // so it can ask and press for nobody
      () => east.set('hostler:session:x', '{}'),
      () => east.hgetall('hostler:factor:ana'),
      () => east.hset('hostler:ticket:T1', 'json', '{}'),
      () => east.hset('hostler:links', 'a', 'b'),
      () => east.hdel('hostler:freezes', '*'),
      () => leases(east).take('audit', 'east'),
      () => leases(east).take('run T1 west', 'east'),
      () => leases(east).take('run T1 northeast', 'east'),
      () => east.del('hostler:lease:run T1 west'),
      () => east.hset('hostler:presence:worker:west', 'x', '1 {}'), // so it stands in for no other site
      () => east.hgetall('hostler:alert:A1'),
    );
    expect(await leases(east).take('run T1 east', 'east')).toBeDefined();
    for (const connection of [east, gateway, desk]) connection.disconnect();
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
