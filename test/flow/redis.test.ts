import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readConsoleFile } from '../../src/home.ts';
import { open } from '../../src/store/redis.ts';
import { type Bot, bot, type People } from '../support/bot.ts';
import { Parts } from '../support/parts.ts';
import { commandLine, processesUnder } from '../support/proc.ts';
import { type Call, deadPort, type Program } from '../support/processes.ts';
import { needs } from '../support/real/have.ts';

/** These tests kill, hang and misconfigure a Redis server. */
const redis = needs(['redis-server or valkey-server']);

let parts: Parts;
beforeAll(async () => {
  parts = await Parts.start(); // its fleet and its folder; most bots here have a Redis of their own
});
afterAll(() => parts.folder.close());

/** The fleet's configuration with another Redis, in practice or not. */
function config(name: string, url: string, practice = true): string {
  return parts.folder.config(name, { ...parts.lab.config, practice, redis: { url } });
}

const lines = (text: string) => text.split('\n').filter(Boolean);

/** People at a bot that was started as a process. */
function peopleAt(home: string): People {
  const at = readConsoleFile(home);
  if (!at) throw new Error(`no bot runs with ${home}`);
  return parts.people(at.url, at.token);
}

async function start(home: string, args: readonly string[] = [], call: Call = {}): Promise<Program> {
  return parts.folder.hostler(['start', '--port', '0', ...args], { ...call, home: parts.folder.file(home) }).says('Hostler is ready');
}

/** Says a line without waiting for its card. */
async function said({ url, token }: Bot, text: string): Promise<{ status: number; error: string }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/said`, { method: 'POST', headers, body: JSON.stringify({ as: 'alice', text, event: crypto.randomUUID() }) });
  const answer: unknown = await response.json();
  return { status: response.status, error: JSON.stringify(answer) };
}

describe.skipIf(!redis)('a Redis that is not there', () => {
  it('is one line that names the address without its password, and nothing is left running', async () => {
    const port = await deadPort();
    const urls = [`redis://admin:s3cret@127.0.0.1:${port}`, `unix://${parts.folder.file('none.sock')}`];
    for (const [i, url] of urls.entries()) {
      const file = config(`dead${i}.yaml`, url);
      for (const args of [
        ['start', '--port', '0', '--config', file],
        ['desk', '--config', file],
        ['worker', '--site', 'east', '--redis', url],
        ['gateway', '--redis', url],
      ]) {
        const home = parts.folder.file(`dead${i}`);
        const program = parts.folder.hostler(args, { home });
        const { code, err, out } = await program.ended;
        expect({ args, code, out, lines: lines(err).length }, err).toEqual({ args, code: 2, out: '', lines: 1 });
        expect(err).toContain(i === 0 ? `no Redis at redis://127.0.0.1:${port}` : `no Redis at ${url}`);
        expect(err).not.toMatch(/s3cret|admin/);
        for (const left of ['console.json', 'bot.pid']) expect(existsSync(`${home}/${left}`), left).toBe(false);
      }
    }
  }, 120_000);
});

describe.skipIf(!redis)('a Redis that may lose what it is told', () => {
  const unsafe = [
    ['evicts', ['--appendonly', 'yes', '--maxmemory-policy', 'allkeys-lru'], /maxmemory-policy allkeys-lru.*set maxmemory-policy noeviction/],
    ['forgets', ['--appendonly', 'no'], /append-only.*set appendonly yes/],
  ] as const;
  it.each(unsafe)('is refused with the remedy in production, and said in practice: one that %s', async (name, settings, remedy) => {
    const { url } = await parts.folder.redis(name, ...settings);
    const args = ['start', '--port', '0', '--config'];
    const refused = await parts.folder.calls([...args, config(`${name}-real.yaml`, url, false)], { home: parts.folder.file(`${name}-real`) });
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(lines(refused.err)).toHaveLength(1);
    expect(refused.err).toMatch(remedy);
    const going = await start(name, ['--config', config(`${name}.yaml`, url)]);
    expect(going.out).toMatch(remedy);
    expect((await peopleAt(parts.folder.file(name)).says('alice', 'whoami')).ticket?.state).toBe('done');
    expect((await going.stop()).code).toBe(0);
  });
});

describe.skipIf(!redis)('no redis-server on PATH', () => {
  it('is said at the start, and the practice bot works all the same', async () => {
    const home = parts.folder.file('none');
    const program = await start('none', [], { env: { PATH: parts.folder.file('empty') } });
    expect(program.out).toContain('nothing survives a restart');
    expect(processesUnder(program.pid)).toEqual([]);
    const people = peopleAt(home);
    expect((await people.says('alice', 'vm list')).text).toMatch(/shop .*kvm1/);
    const card = await people.says('alice', 'vm reset mail');
    expect(card.ticket?.state).toBe('waiting');
    expect((await people.presses('bob', card, 'approve')).ticket?.state).toBe('done');
    expect(await program.stop()).toMatchObject({ code: 0, err: '' });
    const real = await parts.folder.calls(['start', '--config', parts.folder.config('real.yaml', { ...parts.lab.config, practice: false })], {
      env: { PATH: '' },
    });
    expect(real).toMatchObject({ code: 2, err: expect.stringMatching(/redis/) });
  });
});

describe.skipIf(!redis)('a bot that was killed', () => {
  it('goes on where it was when it is started again, with one Redis', async () => {
    const home = parts.folder.file('again');
    const first = await start('again');
    const card = await peopleAt(home).says('alice', 'vm reset mail');
    expect(card.ticket?.state).toBe('waiting');
    const [orphan = 0] = processesUnder(first.pid);
    expect(commandLine(orphan)).toContain('redis');
    await first.stop('SIGKILL');
    expect(commandLine(orphan)).toContain('redis');
    const second = await start('again');
    expect(commandLine(orphan)).toBe('');
    expect(processesUnder(second.pid)).toHaveLength(1);
    const people = peopleAt(home);
    const waiting = await people.sees('bob', card.id);
    expect(waiting.ticket).toMatchObject({ state: 'waiting', code: card.ticket?.code });
    expect((await people.presses('bob', waiting, 'approve')).ticket?.state).toBe('done');
    const [redis = 0] = processesUnder(second.pid);
    expect((await second.stop('SIGTERM')).code).toBe(0);
    expect(commandLine(redis)).toBe('');
  });

  it('leaves nothing when it is told to end while it starts', async () => {
    const program = parts.folder.hostler(['start', '--port', '0'], { home: parts.folder.file('early') });
    await expect.poll(() => processesUnder(program.pid).length, { timeout: 10_000, interval: 2 }).toBe(1);
    const [redis = 0] = processesUnder(program.pid);
    expect((await program.stop('SIGTERM')).code).toBe(0);
    expect(commandLine(redis)).toBe('');
    const gateway = parts.folder.hostler(['gateway', '--redis', parts.redis], { home: parts.folder.file('lonely') });
    const clients = await open(parts.redis);
    await expect
      .poll(
        async () =>
          String(await clients.client('LIST'))
            .trim()
            .split('\n').length,
        { timeout: 10_000 },
      )
      .toBeGreaterThan(1);
    clients.disconnect(); // there is no desk: the gateway waits for one
    expect(await gateway.stop('SIGTERM')).toMatchObject({ code: 0, out: '', err: '' });
  });
});

describe.skipIf(!redis)('a bot whose Redis is gone', () => {
  it.each(['SIGKILL', 'SIGSTOP'] as const)('ends by itself when asked to, after a %s of its Redis', async (signal) => {
    const { url, program } = await parts.folder.redis(signal, '--appendonly', 'yes');
    const running = await start(`gone-${signal}`, ['--config', config(`gone-${signal}.yaml`, url)]);
    expect((await peopleAt(parts.folder.file(`gone-${signal}`)).says('alice', 'vm list')).ticket?.state).toBe('done');
    program.child.kill(signal);
    const begun = Date.now();
    expect((await running.stop('SIGTERM')).code).toBe(0);
    expect(Date.now() - begun).toBeLessThan(9500);
    program.child.kill('SIGKILL');
  });
});

describe.skipIf(!redis)('a Redis that dies in the middle', () => {
  let world: Bot & { close(): Promise<void> };
  beforeEach(async () => {
    world = await bot();
  });
  afterEach(() => world.close());
  const pid = () => processesUnder(process.pid).find((id) => commandLine(id).includes(world.home)) ?? 0;
  const back = (text: string) => expect.poll(async () => (await said(world, text)).status, { timeout: 15_000 }).toBe(202);
  const snapshots = () => world.lab.host('kvm1').effects.filter((effect) => effect.includes('snapshot-create'));

  it('has lost nothing that was accepted, and goes on when it is back', async () => {
    const card = await world.says('alice', 'vm reset mail');
    const first = pid();
    process.kill(first, 'SIGKILL');
    expect(await said(world, 'vm snapshot shop ghost')).toMatchObject({ status: 503, error: expect.stringMatching(/not taken.*Redis.*未受理/) });
    await back('whoami');
    expect(pid()).not.toBe(first);
    expect((await world.says('alice', 'vm list')).text).toMatch(/shop .*kvm1/);
    expect((await world.sees('alice', card.id)).ticket?.state).toBe('waiting');
    expect((await world.presses('bob', card, 'approve')).ticket?.state).toBe('done');
    expect(world.lab.host('kvm2').effects.filter((effect) => effect === 'virsh reset mail')).toHaveLength(1);
    expect(snapshots()).toEqual([]);
  });

  it.each(['before anything was said', 'in the middle of a talk'])('never does what it said it has not taken: it hangs %s', async (when) => {
    if (when !== 'before anything was said') await back('whoami');
    const first = pid();
    process.kill(first, 'SIGSTOP'); // accepts connections and bytes, answers nothing
    const begun = Date.now();
    expect((await said(world, 'vm snapshot shop ghost1')).status).toBe(503);
    expect(Date.now() - begun).toBeLessThan(6000);
    expect((await said(world, 'vm snapshot shop ghost2')).status).toBe(503);
    process.kill(first, 'SIGKILL');
    await back('vm snapshot shop real');
    await expect.poll(() => snapshots().length, { timeout: 15_000 }).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(snapshots().map((effect) => /real|ghost\d/.exec(effect)?.[0])).toEqual(['real']);
    expect((await world.cards('alice')).filter(({ title }) => title.includes('ghost'))).toEqual([]);
  });
});
