import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { auditVerb } from '../../src/cli/audit.ts';
import { main } from '../../src/cli.ts';
import { digest } from '../../src/core/digest.ts';
import type { FlatCard } from '../../src/core/flatten.ts';
import { approvalMessage } from '../../src/core/sshsig.ts';
import { planOf, type Ticket } from '../../src/core/ticket.ts';
import type { Plan } from '../../src/core/types.ts';
import { speak } from '../../src/core/words.ts';
import { removeConsoleFile, writeConsoleFile } from '../../src/home.ts';
import { message } from '../../src/messages.ts';
import { Queues } from '../../src/queue/bullmq.ts';
import { loadCommands } from '../../src/registry.ts';
import { publish } from '../../src/settings.ts';
import { STREAM } from '../../src/store/notes.ts';
import { plans } from '../../src/store/plans.ts';
import { open, settings } from '../../src/store/redis.ts';
import { tickets } from '../../src/store/tickets.ts';
import { type Bot, bot } from '../support/bot.ts';
import { Keys } from '../support/keys.ts';
import { printed } from '../support/printed.ts';

const keys = new Keys();
let world: Bot & { close(): Promise<void> };
let redis: Redis;
const home = process.env.HOSTLER_HOME;
beforeAll(async () => {
  for (const name of ['alice', 'bob', 'mallory']) keys.make(name);
  world = await bot({
    signers: { file: keys.signers(['alice', 'bob']), from: 'medium', count: 1 },
    config: (lab) => {
      const { people, ...rest } = lab as { people: Record<string, object> };
      const signing = (name: string) => ({ ...people[name], signingKeys: [keys.public(name)] });
      return { ...rest, people: { ...people, alice: signing('alice'), bob: signing('bob') } };
    },
  });
  redis = await open(world.redis);
  writeConsoleFile(world.home, { url: world.url, token: world.token, pid: process.pid });
  process.env.HOSTLER_HOME = world.home;
});
afterAll(async () => {
  removeConsoleFile(world.home);
  if (home === undefined) delete process.env.HOSTLER_HOME;
  else process.env.HOSTLER_HOME = home;
  redis.disconnect();
  await world.close();
  keys.close();
});
beforeEach(() => void keys.signers(['alice', 'bob']));

const reset = () => world.lab.host('kvm1').effects.filter((effect) => JSON.stringify(effect).includes('reset')).length;
const approve = (code: string, ...more: string[]) => printed(() => main(['approve', '--as', 'bob', '--key', keys.path('bob'), ...more, code]));
/** The whole audit, in a file as it is exported. */
async function exported(): Promise<string> {
  await world.says('alice', 'audit head');
  await expect.poll(() => redis.xlen(STREAM)).toBe(0);
  const { out } = await printed(() => auditVerb(['export', '--dir', join(world.home, 'audit')]));
  writeFileSync(keys.path('export.jsonl'), out);
  return out;
}
const verify = () => printed(() => main(['audit', 'verify', keys.path('export.jsonl'), '--signers', keys.path('signers')]));
async function stored(id: string): Promise<{ ticket: Ticket; plan: Plan }> {
  const ticket = await tickets(redis).get(id);
  const ref = ticket && planOf(ticket);
  const plan = ref && (await plans(redis).plan(id, ref.round));
  if (!ticket || !plan) throw new Error(`${id} has no plan`);
  return { ticket, plan };
}
const messageOf = ({ ticket }: FlatCard) => approvalMessage(ticket?.id ?? '', ticket?.by ?? '', ticket?.digest ?? '');

describe('a worker that knows who may sign', () => {
  it('performs what was approved by `hostler approve`, and shows before what that is', async () => {
    const before = reset();
    const card = await world.says('alice', 'vm reset shop');
    const { out, exit } = await approve(card.ticket?.code.toLowerCase() ?? '');
    expect(exit, out).toBe(0);
    expect(out).toMatch(/vm reset shop[\s\S]*Steps:\n {2}1\. .*shop[\s\S]*Relies on:/);
    expect(out).toContain(`asked by alice, plan ${card.ticket?.digest}`);
    expect(reset()).toBe(before + 1);
    const { ticket } = await stored(card.id);
    expect(ticket).toMatchObject({ state: 'done', votes: [{ by: 'bob', proof: { kind: 'signature' } }] });
    expect((await approve('ZZZZZ')).exit).toBe(2);
  });

  it('begins nothing that nobody signed, whatever the desk says, and its card says why', async () => {
    const before = reset();
    const card = await world.says('alice', 'vm reset shop');
    const ended = await world.presses('bob', card, 'approve');
    expect(ended.ticket?.state).toBe('failed');
    expect(ended.text).toMatch(/no more was begun: this worker performs it only with 1 signatures .* there are: 0/);
    expect(reset()).toBe(before);
  });

  it('performs unsigned what is of less risk by its own planning', async () => {
    expect((await world.says('alice', 'vm snapshot shop s1')).ticket?.state).toBe('done');
  });

  it('begins nothing while it cannot read who may sign', async () => {
    rmSync(keys.path('signers'));
    expect((await world.says('alice', 'vm snapshot shop s2')).text).toContain('cannot read the file of those who may sign');
    writeFileSync(keys.path('signers'), 'bob what is this');
    expect((await world.says('alice', 'vm snapshot shop s2')).text).toContain('cannot read the file of those who may sign');
    keys.signers(['alice', 'bob']);
    expect((await world.says('alice', 'vm snapshot shop s2')).ticket?.state).toBe('done');
  });

  it('names the line that is wrong, and does not start', async () => {
    writeFileSync(keys.path('bad'), `bob ${keys.public('bob')}\nbob what is this\n`);
    const start = (...more: string[]) => printed(() => main(['worker', '--site', 'east', '--redis', world.redis, ...more]));
    expect(await start('--signers', keys.path('bad'))).toMatchObject({ exit: 2, err: expect.stringContaining('line 2 of the signers') });
    expect(await start('--signers', keys.path('none'))).toMatchObject({ exit: 2, err: expect.stringContaining('none') });
    expect(await start('--signers', keys.path('signers'), '--signed-count', '3')).toMatchObject({ exit: 2, err: expect.stringContaining('3 are needed') });
    expect(await start('--signed-from', 'high')).toMatchObject({ exit: 2, err: expect.stringContaining('--signers') });
    expect(await start('--signers', keys.path('signers'), '--signed-from', 'some')).toMatchObject({ exit: 2, err: expect.stringContaining('“some”') });
  });
});

describe('a signature', () => {
  it.each([
    ['by a key that is not theirs', 'mallory', messageOf],
    ['of another request', 'bob', (card: FlatCard) => messageOf(card).replace(card.id, 'T0000000000Z')],
    ['of another plan', 'bob', (card: FlatCard) => messageOf(card).replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
  ])('%s is refused, also where none is asked for', async (_what, name, of) => {
    const card = await world.says('alice', 'vm reset shop');
    const { answer } = await world.client.pressed(
      'bob',
      { ticket: card.id, code: card.ticket?.code ?? '', action: 'approve', fields: { signature: [keys.sign(name, of(card))] } },
      crypto.randomUUID(),
    );
    expect((await world.sees('bob', answer)).text).toMatch(/key that is not yours|not of this plan/);
    expect((await stored(card.id)).ticket).toMatchObject({ state: 'waiting', votes: [] });
    await world.presses('alice', card, 'cancel');
  });
});

describe('the export', () => {
  it('alone proves who signed what, by our own check and by `ssh-keygen` alone', async () => {
    const out = await exported();
    const good = await verify();
    expect(good.out).toMatch(/good: entries 1 to \d+; \d+ runs by \d+ votes, [1-9]\d* of them signed by people of the signers file/);
    expect(good.exit).toBe(0);
    keys.signers(['alice']);
    expect(await verify()).toMatchObject({ exit: 1, out: expect.stringMatching(/BROKEN: .*the signature of bob \(entry \d+, T\w+\) is by no key of theirs/) });
    keys.signers(['alice', 'bob']);
    // No line of our code: the entry's own words, and OpenSSH.
    const entries: readonly { kind: string; ticket: string; asker: string; digest: string; by: string; more?: { proof?: { signature?: string } } }[] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const voted = entries.find(({ kind, more }) => kind === 'voted' && more?.proof?.signature !== undefined);
    if (!voted) throw new Error('nobody signed');
    writeFileSync(keys.path('sig'), voted.more?.proof?.signature ?? '');
    const check = (input: string) =>
      execFileSync('ssh-keygen', ['-Y', 'verify', '-f', keys.path('signers'), '-I', voted.by, '-n', 'hostler', '-s', keys.path('sig')], {
        input,
        stdio: ['pipe', 'pipe', 'ignore'],
      }).toString();
    expect(check(`approve ${voted.ticket} asked by ${voted.asker} plan ${voted.digest}`)).toContain('Good "hostler" signature for bob');
    expect(() => check(`approve ${voted.ticket} asked by ${voted.asker} plan ${voted.digest}0`)).toThrow();
  });
});

describe('somebody with the desk’s rights in Redis', () => {
  /** Writes a ticket as the desk would, and queues its run. */
  async function force(id: string, change: (ticket: Ticket) => object, plan?: Plan): Promise<{ readonly state: string; readonly why: string }> {
    const { ticket } = await stored(id);
    const ref = planOf(ticket);
    if (ticket.state !== 'waiting' || !ref) throw new Error(`it is ${ticket.state}`);
    const { needs: _, expiresAt: __, looking: ___, before: ____, voided: _____, changed: ______, ...rest } = ticket;
    const base = { ...rest, state: 'running', startedAt: Date.now(), wave: 0, ends: {}, rev: ticket.rev + 1 };
    const forged = { ...base, ...change(ticket) } as unknown as Ticket;
    const { round = 0 } = planOf(forged) ?? {};
    if (plan) await plans(redis).savePlan(forged.id, round, plan);
    await redis.hset(`hostler:ticket:${forged.id}`, 'rev', String(forged.rev), 'json', JSON.stringify(forged));
    await redis.sadd('hostler:open', forged.id);
    const queues = new Queues({ ...settings(world.redis) }, () => undefined);
    await queues.send([message({ job: 'run', ticket: forged.id, site: 'east', wave: 1, wake: 'forged' })]);
    await queues.close();
    const rests = async () => {
      const now = await tickets(redis).get(forged.id);
      return now && ['done', 'failed', 'unknown'].includes(now.state) && now.rev > forged.rev ? now : undefined;
    };
    await expect.poll(rests, { timeout: 15_000 }).toBeDefined();
    const now = await rests();
    return { state: now?.state ?? '', why: now?.state === 'failed' && now.frozen ? speak(now.frozen, 'en') : '' };
  }
  const asks = () => world.says('alice', 'vm reset shop');
  const bobs = (card: FlatCard, name = 'bob') => ({
    votes: [{ by: 'bob', at: Date.now(), proof: { kind: 'signature', signature: keys.sign(name, messageOf(card)), key: keys.public(name) } }],
  });

  it('performs what was truly signed', async () => {
    const before = reset();
    const card = await asks();
    expect(await force(card.id, () => bobs(card))).toMatchObject({ state: 'done' });
    expect(reset()).toBe(before + 1);
    // And the same under another round, as if it were new: the hosts would not know it again.
    const { ticket, plan } = await stored(card.id);
    const ref = planOf(ticket);
    if (!ref) throw new Error('no plan');
    await redis.hset(`hostler:ticket:${card.id}`, 'json', JSON.stringify({ ...ticket, state: 'waiting', needs: { rules: [] }, expiresAt: 0 }));
    const second = await force(card.id, () => ({ ...bobs(card), plan: { ...ref, round: ref.round + 1 } }), plan);
    expect(second.why).toBe('this worker has performed this very plan of this request before');
    expect(reset()).toBe(before + 1);
  });

  it.each([
    ['writes an approved ticket without votes', () => ({ votes: [] })],
    ['writes votes without proof', () => ({ votes: [{ by: 'bob', at: 1 }] })],
    ['writes a proof of its own word', () => ({ votes: [{ by: 'bob', at: 1, proof: { kind: 'totp' } }] })],
    ['signs with a key of its own', (card: FlatCard) => bobs(card, 'mallory')],
    ['gives one person’s signature as another’s', (card: FlatCard) => ({ votes: [{ ...bobs(card).votes[0], by: 'alice' }] })],
    ['says that another asked', (card: FlatCard, ticket: Ticket) => ({ ...bobs(card), by: 'carol', plan: { ...planOf(ticket), parts: {} } })],
    [
      'says that it is of no risk, and leaves nothing to compare',
      (_card: FlatCard, ticket: Ticket) => ({ votes: [], plan: { ...planOf(ticket), risk: 'none', parts: {} } }),
    ],
  ])('%s: nothing is begun', async (_what, change) => {
    const before = reset();
    const card = await asks();
    const ended = await force(card.id, (ticket) => change(card, ticket));
    expect(ended).toMatchObject({ state: 'failed', why: expect.stringContaining('this worker performs it only with') });
    expect(reset()).toBe(before);
  });

  it.each([
    ['with the signature of the one it was', (plan: Plan) => plan, undefined],
    ['named by its own digest', (plan: Plan) => plan, 'own'],
    ['that says of itself it is harmless', (plan: Plan): Plan => ({ ...plan, risk: 'none' }), 'own'],
    ['that says so under a harmless command', (plan: Plan): Plan => ({ ...plan, risk: 'none' }), 'vm list'],
  ])('swaps the stored plan for another %s: nothing is begun', async (_what, change, named) => {
    const card = await asks();
    const { plan, ticket } = await stored(card.id);
    const effects = world.lab.host('kvm1').effects.length;
    const other = change({
      ...plan,
      steps: plan.steps.map((step) => (step.kind === 'exec' ? { ...step, argv: ['virsh', '-q', 'destroy', '--', 'mail'] } : step)),
    } as Plan);
    const command = named === 'vm list' ? named : ticket.command;
    const input = named === 'vm list' ? {} : ticket.input;
    const ref = { ...planOf(ticket), parts: {}, risk: other.risk, ...(named ? { digest: digest(command, input, other) } : {}) };
    const ended = await force(card.id, () => ({ ...bobs(card), command, input, plan: ref }), other);
    expect(ended).toMatchObject({ state: 'failed', why: expect.stringMatching(/the stored plan is not the one that was approved|only with/) });
    expect(world.lab.host('kvm1').effects.length).toBe(effects);
  });

  it('feigns that it was begun already, in the journal: nothing is begun', async () => {
    const before = reset();
    for (const entry of [
      { state: 'intent', at: 1 },
      { state: 'started', at: 1, since: 1, seen: { boot: '-', size: 0, tail: '' } },
    ]) {
      const card = await asks();
      const { ticket } = await stored(card.id);
      await redis.hset(`hostler:journal:${card.id}:${planOf(ticket)?.round}`, 'format', '1', '0', JSON.stringify(entry), 'lines', '1');
      const ended = await force(card.id, () => ({ votes: [] }));
      expect(ended.state).not.toBe('done');
      expect(reset()).toBe(before);
      if (ended.state === 'unknown') await world.presses('alice', card, 'mark-failed', { reason: 'I looked at it myself' });
    }
  });

  it('makes a key of its own one of bob’s in the configuration: the desk takes it, the worker does not', async () => {
    const before = reset();
    const { people } = world.config;
    const { bob } = people;
    if (!bob) throw new Error('no bob');
    await publish(redis, { ...world.config, people: { ...people, bob: { ...bob, signingKeys: [keys.public('mallory')] } } });
    const card = await asks();
    const { exit, out } = await approve(card.ticket?.code ?? '', '--key', keys.path('mallory'));
    await publish(redis, world.config);
    expect(exit).toBe(1);
    expect(out).toContain('no more was begun: this worker performs it only with');
    expect(reset()).toBe(before);
    await exported();
    expect(await verify()).toMatchObject({ exit: 1, out: expect.stringContaining(`the signature of bob`) });
  });
});

describe('what was stored', () => {
  it('is the plan that was approved, by its digest, for every command', async () => {
    const examples = [...(await loadCommands())].flatMap(([path, command]) =>
      command.at === 'desk' || command.at === 'ask' || command.risk === 'none' ? [] : command.examples.map((line) => ({ path, line })),
    );
    const lines = [...examples.map((one) => one.line), 'svc restart nginx web1 web2 --waves 1,rest --max-fail 1'];
    let planned = 0;
    const plansOf = async () => {
      for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
        const ticket = await tickets(redis).get((await world.says('alice', `${line} --plan`)).id);
        const ref = ticket && planOf(ticket);
        if (!ref) continue;
        const plan = await plans(redis).plan(ticket.id, ref.round);
        expect(plan && digest(ticket.command, ticket.input, plan), line).toBe(ref.digest);
        if (plan && plan.steps.length > 0) planned++;
      }
    };
    await Promise.all(Array.from({ length: 8 }, plansOf));
    expect(planned).toBeGreaterThan(20);
  });
});
