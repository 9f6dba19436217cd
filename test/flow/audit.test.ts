import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditVerb } from '../../src/cli/audit.ts';
import { main } from '../../src/cli.ts';
import type { Audited } from '../../src/core/audit.ts';
import { headText } from '../../src/core/chain.ts';
import { sha256 } from '../../src/core/digest.ts';
import { speak } from '../../src/core/words.ts';
import { Notices } from '../../src/notices.ts';
import type { Message } from '../../src/queue/bullmq.ts';
import { follow, publish } from '../../src/settings.ts';
import { noteTrouble, readHead } from '../../src/store/audithead.ts';
import { HEAD, STREAM } from '../../src/store/notes.ts';
import { journals, plans } from '../../src/store/plans.ts';
import { open } from '../../src/store/redis.ts';
import { type Bot, bot } from '../support/bot.ts';
import { printed } from '../support/printed.ts';

const CHECKER = { commands: ['audit *', 'policy *'], hosts: ['*'] };
let world: Bot & { close(): Promise<void> };
let redis: Redis;
beforeAll(async () => {
  world = await bot({
    config: (lab) => {
      const { people, roles, ...rest } = lab as { people: object; roles: object };
      const more = { dora: { name: 'Dora', roles: ['auditor'] }, eve: { name: 'Eve', roles: ['web'] } };
      const web = { grants: [{ commands: ['*'], hosts: ['@web'], upTo: 'high' }] };
      return { ...rest, people: { ...people, ...more }, roles: { ...roles, auditor: { grants: [CHECKER] }, web } };
    },
  });
  redis = await open(world.redis);
});
afterAll(async () => {
  redis.disconnect();
  await world.close();
});

/** The whole chain as it is exported, after everything that happened by now is in it. */
async function exportedNow(): Promise<Audited[]> {
  await world.says('dora', 'audit head');
  await expect.poll(() => redis.xlen(STREAM)).toBe(0);
  const { out } = await printed(() => auditVerb(['export', '--dir', join(world.home, 'audit')]));
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
const verify = (...args: string[]) => printed(() => main(['audit', 'verify', ...args]));
const of = (all: readonly Audited[], ticket: string) => all.filter((entry) => entry.ticket === ticket);
const told = (all: readonly Audited[]) => all.map(({ kind, by, more }) => [kind, by ?? '', more?.state ?? ''].filter(Boolean).join(' '));

describe('a request', () => {
  it('stands in the audit from first to last, once, in order, and the chain holds', async () => {
    const event = crypto.randomUUID();
    const card = await world.says('alice', 'vm reboot shop', { event });
    await world.says('alice', 'vm reboot shop', { event });
    const refused = await world.presses('alice', card, 'approve');
    const press = crypto.randomUUID();
    await world.presses('bob', card, 'approve', { event: press });
    await world.presses('bob', card, 'approve', { event: press });
    const all = await exportedNow();
    const its = of(all, card.id);
    expect(told(its)).toEqual(['said alice', 'planned', 'refused alice', 'voted bob', 'dispatched', 'step intent', 'step finished', 'ended done']);
    expect(its[0]).toMatchObject({ line: 'vm reboot shop', account: { chat: 'practice', id: 'alice' }, more: { input: { guest: 'shop' } } });
    const digest = card.ticket?.digest;
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    for (const entry of its.filter(({ kind }) => kind !== 'said' && kind !== 'refused'))
      expect(entry, entry.kind).toMatchObject({ digest, hosts: ['kvm1'], asker: 'alice', command: 'vm reboot' });
    expect(its[4]).toMatchObject({ more: { votes: [{ by: 'bob' }] } });
    const { journal } = await journals(redis).read(card.id, 1);
    const outcome = journal[0]?.state === 'finished' ? journal[0].outcome : undefined;
    const output = outcome && 'output' in outcome ? outcome.output : 'nothing';
    expect(its[6]?.more).toMatchObject({ outcome: 'exit', code: 0, output: sha256(output), bytes: Buffer.byteLength(output) });
    // Once: on the request that it was tried on, as it stood, naming the card that says why.
    expect(of(all, refused.id)).toEqual([]);
    expect(its[2]).toMatchObject({
      ...{ line: `approve ${card.ticket?.code}`, account: { chat: 'practice', id: 'alice' }, command: 'vm reboot', hosts: ['kvm1'], digest },
      more: { what: 'press', answer: refused.id, why: expect.stringMatching(/someone else must decide/) },
    });
    expect(await plans(redis).plan(card.id, 1)).toBeDefined();
    const { out, exit } = await verify(join(world.home, 'audit'), '--anchor', headText(all.at(-1) ?? { seq: 0, hash: '' }));
    expect(out).toMatch(/^good: entries 1 to \d+; 1 runs by 1 votes, 0 of them signed; it goes through all 1 anchors\n\d+:[0-9a-f]{64}\n$/);
    expect(exit).toBe(0);
  });

  it('that is rejected, cancelled or not understood tells so', async () => {
    const rejected = await world.says('alice', 'vm reset mail');
    await world.presses('bob', rejected, 'reject');
    const cancelled = await world.says('alice', 'vm reset mail');
    await world.presses('alice', cancelled, 'cancel');
    const typo = await world.says('carol', 'vm reebot shop');
    const all = await exportedNow();
    expect(told(of(all, rejected.id))).toEqual(['said alice', 'planned', 'rejected bob']);
    expect(told(of(all, cancelled.id))).toEqual(['said alice', 'planned', 'cancelled alice']);
    expect(told(of(all, typo.id))).toEqual(['said carol', 'refused carol']);
    expect((await verify(join(world.home, 'audit'))).exit).toBe(0);
  });

  it('and every configuration that came into use', async () => {
    const before = await redis.get('hostler:config');
    const { hash } = await publish(redis, { ...world.config, limits: { person: 99, room: 999 } });
    await publish(redis, { ...world.config, limits: { person: 99, room: 999 } });
    await publish(redis, world.config);
    const changes = (await exportedNow()).filter(({ kind }) => kind === 'config').map(({ more }) => more);
    expect(changes).toEqual([{ hash: before }, { hash, previous: before }, { hash: before, previous: hash }]);
  });
});

describe('audit search', () => {
  const rows = async (who: string, line: string) => (await world.says(who, line)).text;

  it('finds by person, target, command and time, newest first', async () => {
    expect(await rows('alice', 'audit search --person bob --command "vm *"')).toMatch(/Bob +approved[\s\S]*kvm1/);
    expect(await rows('alice', 'audit search --target kvm1 --kind step')).toMatch(/1: exit 0[\s\S]*1: intent/);
    expect(await rows('alice', 'audit search --target kvm1 --until 1h')).toMatch(/nothing of this/);
    expect(await rows('alice', 'audit search --since 1h --kind dispatched --limit 1')).toMatch(/one entry[\s\S]*vm reboot/);
    expect(await rows('alice', 'audit search --person nobody')).toMatch(/no person “nobody”/);
    expect(await rows('carol', 'audit search --kind rejected')).toMatch(/驳回/);
  });

  it('shows nobody what is not theirs to see', async () => {
    await world.says('alice', 'whoami');
    expect(await rows('alice', 'audit search --command whoami')).toMatch(/Alice +said +whoami/);
    expect(await rows('bob', 'audit search --command whoami')).toMatch(/nothing of this/);
    expect(await rows('dora', 'audit search --command whoami')).toMatch(/Alice +said +whoami/);
    expect(await rows('dora', 'audit search --kind config')).toMatch(/configuration/);
    expect(await rows('bob', 'audit search --kind config')).toMatch(/nothing of this/);
    expect(await rows('eve', 'audit search --limit 200')).not.toMatch(/shop|mail|Alice|Bob/);
    expect(await rows('eve', 'audit search --person eve')).toMatch(/Eve +said/);
  });

  it('gives the head that verifying comes to', async () => {
    const card = await world.says('alice', 'audit head');
    const head = /\d+:[0-9a-f]{64}/.exec(card.text)?.[0] ?? '';
    await exportedNow();
    expect((await verify(join(world.home, 'audit'), '--anchor', head)).exit).toBe(0);
    const other = head.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect(await verify(join(world.home, 'audit'), '--anchor', other)).toMatchObject({
      exit: 1,
      out: expect.stringMatching(/BROKEN: .*audit-1.jsonl, line \d+: entry \d+ is another than the anchor’s/),
    });
  });
});

describe('an export', () => {
  it('is cut by number and by day, and verified as a file', async () => {
    const all = await exportedNow();
    const dir = ['--dir', join(world.home, 'audit')];
    const cut = async (...args: string[]) => (await printed(() => main(['audit', 'export', ...dir, ...args]))).out;
    const today = new Date().toISOString().slice(0, 10);
    expect(
      (await cut('--from', '3', '--to', '5'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).seq),
    ).toEqual([3, 4, 5]);
    expect((await cut('--to', today)).trim().split('\n').length).toBeGreaterThanOrEqual(all.length);
    expect(await cut('--from', '2099-01-01')).toBe('');
    const file = join(world.home, 'export.jsonl');
    writeFileSync(file, await cut('--from', '3'));
    expect((await verify(file)).out).toMatch(/^good: entries 3 to/);
    writeFileSync(file, readFileSync(file, 'utf8').replace('alice', 'alicf'));
    expect(await verify(file)).toMatchObject({ exit: 1, out: expect.stringMatching(/^BROKEN: .*export.jsonl, line 1: entry \d+ is not as it was written\n$/) });
    expect(await verify(file, '--anchor', 'x')).toMatchObject({ exit: 2, err: expect.stringMatching(/SEQ:HASH/) });
    expect(await printed(() => main(['audit', 'burn']))).toMatchObject({ exit: 2, err: expect.stringMatching(/usage/) });
    expect(await verify(join(world.home, 'nowhere'))).toMatchObject({ exit: 2 });
  });
});

describe('the head of the day', () => {
  it('is posted once to its room, however many gateways there are, at its time or later', async () => {
    await publish(redis, {
      ...world.config,
      audit: { at: '09:00', room: 'audit' },
      rooms: { audit: { chat: 'slack', id: 'C0AUDIT0001', hosts: ['*'], mirror: [] } },
      chats: { ...world.config.chats },
    });
    const sent: Message[] = [];
    const queues = { send: async (messages: readonly Message[]) => void sent.push(...messages) };
    const gateways = [1, 2].map(() => new Notices(redis, follow(redis), queues));
    const [one, two] = gateways;
    if (!one || !two) throw new Error('there are two');
    const day = Date.parse('2027-03-01T00:00:00Z');
    await one.audit(day + 8 * 3_600_000);
    expect(sent).toEqual([]);
    await Promise.all([one.audit(day + 15 * 3_600_000), two.audit(day + 15 * 3_600_000)]);
    await two.audit(day + 16 * 3_600_000);
    expect(sent.map(({ queue, data }) => [queue, data])).toEqual([
      ['outbox-slack', expect.objectContaining({ card: 'notice-head-2027-03-01', place: { chat: 'slack', room: 'C0AUDIT0001' } })],
    ]);
    const shown = await one.showing('notice-head-2027-03-01', { chat: 'slack', room: 'C0AUDIT0001' });
    const card = shown?.message.kind === 'card' ? shown.message.card : undefined;
    expect(card && speak(card.title, 'en')).toBe(`audit head ${await redis.hget(HEAD, 'seq')}:${await redis.hget(HEAD, 'hash')}`);
    await one.audit(day + 34 * 3_600_000);
    expect(sent).toHaveLength(2);
    for (const gateway of gateways) gateway.close();
    await publish(redis, world.config);
  });

  it('and in the home rooms that the audit cannot be written, and that it is again', async () => {
    const gateway = new Notices(redis, follow(redis), { send: async () => undefined });
    const shown = async (id: string) => {
      const showing = await gateway.showing(id, { chat: 'slack', room: 'C0OPS000001' });
      return showing?.message.kind === 'card' ? [showing.message.card.mood, speak(showing.message.card.title, 'en')] : undefined;
    };
    await exportedNow(); // nothing is written meanwhile
    await noteTrouble(redis, 'ENOSPC');
    const { trouble } = await readHead(redis);
    const id = `notice-audit-${trouble?.since}`;
    await gateway.audit(Date.now() + 10_000);
    expect(await shown(id)).toBeUndefined();
    await noteTrouble(redis, 'ENOSPC');
    await gateway.audit(Date.now() + 30_000);
    expect(await shown(id)).toEqual(['bad', expect.stringMatching(/cannot be written/)]);
    await exportedNow();
    await gateway.audit(Date.now() + 40_000);
    expect(await shown(id)).toEqual(['good', expect.stringMatching(/written again/)]);
    gateway.close();
  });
});
