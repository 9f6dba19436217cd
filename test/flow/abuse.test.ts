import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Audited } from '../../src/core/audit.ts';
import type { Ticket } from '../../src/core/ticket.ts';
import type { Account } from '../../src/core/types.ts';
import { ACCOUNTS, attacks, BOB_ON_MATRIX, LOBBY, OPS, why } from '../support/attacks.ts';
import { textOf } from '../support/slack/index.ts';
import { BOT } from '../support/slack/things.ts';

const { alice, bob, carol, rita } = ACCOUNTS;
let on: Awaited<ReturnType<typeof attacks>>;
/** Refusals that the audit must have: the ticket it was told by, the account, and why. */
const expected: { readonly id: string; readonly account: Account; readonly reason: RegExp }[] = [];
beforeAll(async () => {
  on = await attacks();
});
afterAll(() => on.close());

/** What alice asked for, and how much was done before. */
let waiting: Extract<Ticket, { state: 'waiting' }>;
let before: number;
beforeEach(async () => {
  before = on.effects('kvm1');
  if (waiting && (await on.ticket(waiting.id))?.rev === waiting.rev) return;
  const asked = await on.says(alice, 'vm reset shop');
  if (asked.state !== 'waiting') throw new Error(`it is ${asked.state}`);
  waiting = asked;
});

/** Refused for this reason, to this account alone, and what it was about is as it was. That it is on record is seen in the end. */
async function refused(answer: Ticket, reason: RegExp, account: Account): Promise<void> {
  expect(why(answer)).toMatch(reason);
  expect(answer).toMatchObject({ private: true, places: [{ to: account.id }] });
  expected.push({ id: answer.id, account, reason });
  await untouched();
}
async function untouched(): Promise<void> {
  expect(await on.ticket(waiting.id)).toMatchObject({ state: 'waiting', votes: [], plan: { code: waiting.plan.code } });
  expect(on.effects('kvm1')).toBe(before);
}
const code = () => waiting.plan.code;
/** Another code of the same form. */
const wrong = () => code().replace(/.$/, (last) => (last === '7' ? 'K' : '7'));
const yes = () => ({ ticket: waiting.id, code: code() });

describe('a forged press', () => {
  it('of a request that is not there is refused', async () => {
    await refused(await on.presses(bob, 'approve', { ticket: 'T0000000000A', code: 'AAAAA' }), /nothing waits under/, bob);
  });

  it('of somebody else’s private request is refused, as if it were not there', async () => {
    const own = await on.says(alice, 'whoami');
    expect(own).toMatchObject({ private: true, state: 'done' });
    for (const action of ['approve', 'cancel', 'recheck'] as const) {
      await refused(await on.presses(bob, action, { ticket: own.id, code: own.state === 'done' ? (own.plan?.code ?? '') : '' }), /nothing waits under/, bob);
    }
  });

  it.each(['recheck', 'mark-done', 'mark-failed', 'withdraw', 'offer', 'fill', 'again'] as const)(
    'of what its card does not offer, %s, is refused',
    async (action) => {
      await refused(await on.presses(bob, action, yes(), { reason: 'I saw it myself' }), /already|no vote here|only who asked|offers no such thing/, bob);
    },
  );

  it('of what no card offers does nothing', async () => {
    const id = await on.slips(bob, 'destroy', yes());
    await on.presses(carol, 'approve', yes()); // it comes after it
    expect(await on.ticket(id)).toBeUndefined();
    await untouched();
    expect(await on.audited({ kind: 'refused' }, 1, ({ rule }) => rule === 'garbled')).toHaveLength(1); // tried once, not again and again
  });

  it('on one’s own request is refused', async () => {
    await refused(await on.presses(alice, 'approve', yes()), /you asked for this yourself/, alice);
  });
});

describe('a code', () => {
  it('that was guessed is refused', async () => {
    await refused(await on.presses(bob, 'approve', { code: wrong() }), /nothing waits under/, bob);
    await refused(await on.presses(bob, 'approve', { ticket: waiting.id, code: wrong() }), /the plan changed; read the new one/, bob);
  });

  it('that was left out is refused: what was read must be named', async () => {
    await refused(await on.presses(bob, 'approve', { ticket: waiting.id }), /name the plan you have read/, bob);
  });

  it('that was stolen is refused to who may not approve', async () => {
    await refused(await on.presses(carol, 'approve', { code: code() }), /not an approver/, carol);
    await refused(await on.presses(carol, 'reject', { code: code() }), /not an approver/, carol);
    await refused(await on.presses(alice, 'approve', { code: code() }), /you asked for this yourself/, alice);
    await refused(await on.presses({ chat: 'slack', id: 'U0MALLORY01' }, 'approve', { code: code() }), /I do not know you/, {
      chat: 'slack',
      id: 'U0MALLORY01',
    });
  });

  it('that is said in a room where its speaker may not approve is refused; where they may, it counts', async () => {
    await refused(await on.presses(rita, 'approve', { code: code() }, { place: { ...LOBBY, to: rita.id } }), /may do this only in ops/, rita);
    await refused(
      await on.presses(rita, 'approve', { code: code() }, { place: { chat: 'slack', room: 'C0UNKNOWN01', to: rita.id } }),
      /may do this only in ops/,
      rita,
    );
    const done = await on.presses(rita, 'approve', { code: code() });
    expect(done.state).toBe('done');
    expect(on.effects('kvm1')).toBe(before + 1);
  });

  it('of an older plan is refused', async () => {
    const asked = await on.says(alice, 'host reboot web2');
    if (asked.state !== 'waiting') throw new Error(`it is ${asked.state}`);
    const old = asked.plan.code;
    await on.world.lab.host('web2').reboot();
    const reboots = on.effects('web2');
    const anew = await on.presses(bob, 'approve', { ticket: asked.id, code: old }, {}, ({ state, rev }) => state === 'waiting' && rev > asked.rev + 2);
    if (anew.state !== 'waiting') throw new Error(`it is ${anew.state}`);
    expect(anew).toMatchObject({ votes: [] });
    expect(anew.plan.code).not.toBe(old);
    for (const of of [{ ticket: asked.id, code: old }, { code: old }]) {
      expect(why(await on.presses(bob, 'approve', of))).toMatch(/the plan changed; read the new one, its code is/);
    }
    expect(on.effects('web2')).toBe(reboots);
    await on.presses(bob, 'reject', { ticket: asked.id, code: anew.plan.code });
  });
});

describe('a replay', () => {
  it('of a press is one vote', async () => {
    const event = 'press-of-bob';
    const done = await on.presses(bob, 'approve', yes(), { event });
    expect(done.state).toBe('done');
    const again = await on.ticket(waiting.id);
    for (const action of ['approve', 'cancel'] as const) await on.slips(bob, action, { ...yes(), event });
    await on.says(alice, 'whoami');
    expect(await on.ticket(waiting.id)).toEqual(again);
    expect(on.effects('kvm1')).toBe(before + 1);
    expect(await on.audited({ ticket: waiting.id, kind: 'voted' })).toHaveLength(1);
  });

  it('of a press that was refused stays refused, whoever may press by then', async () => {
    const event = 'press-of-carol';
    await on.presses(carol, 'approve', yes(), { event });
    const again = await on.presses(bob, 'approve', yes(), { event });
    await on.says(alice, 'whoami'); // it comes after it
    expect(why(again)).toMatch(/not an approver/);
    await untouched();
  });

  it('of a message does nothing more, and with other words it is on record', async () => {
    const event = 'message-of-alice';
    const first = await on.says(alice, 'vm snapshot shop only-once', { event });
    expect(first.state).toBe('done');
    const after = on.effects('kvm1');
    await on.says(alice, 'vm snapshot shop only-once', { event });
    const other = await on.says(alice, 'vm snapshot shop twice', { event });
    expect(other).toEqual(first);
    await on.says(carol, 'vm snapshot shop only-once', { event });
    await on.says(alice, 'whoami'); // it comes after them
    expect(on.effects('kvm1')).toBe(after);
    const notes = await on.audited({ kind: 'refused' }, 2, ({ rule }) => rule === 'replay');
    expect(new Set(notes.map(({ by, line }) => `${by}: ${line}`))).toEqual(new Set(['carol: vm snapshot shop only-once', 'alice: vm snapshot shop twice']));
  });
});

describe('an account', () => {
  it.each([
    ['of nobody', { chat: 'slack', id: 'U0MALLORY01' }, /I do not know you/],
    ['of another workspace', { ...bob, barred: 'foreign' as const }, /belongs elsewhere/],
    ['of a bot', { ...bob, barred: 'bot' as const }, /bots and bridged accounts/],
    ['of a guest', { ...bob, barred: 'guest' as const }, /guests have no say/],
    ['that was deactivated', { ...bob, barred: 'gone' as const }, /was deactivated/],
    ['of which its chat did not say whether it is a member', { ...bob, barred: 'unsure' as const }, /could not learn/],
    ['whose id is another chat’s', { chat: 'matrix', id: bob.id }, /I do not know you/],
    ['whose id looks like an approver’s', { chat: 'slack', id: bob.id.replace('B0B', 'BOB').toLowerCase() }, /I do not know you/],
    ['whose id is that of an approver but for a letter of another alphabet', { chat: 'matrix', id: '@bоb:example.org' }, /I do not know you/],
    ['of an approver’s name at another server', { chat: 'matrix', id: '@bob:example.com' }, /I do not know you/],
    ['that is called as a person is', { chat: 'slack', id: 'bob' }, /I do not know you/],
    ['that is an object’s own word', { chat: 'slack', id: '__proto__' }, /I do not know you/],
    ['of a chat that is an object’s own word', { chat: 'constructor', id: 'name' }, /I do not know you/],
  ])('%s neither asks nor approves', async (_, account, reason) => {
    await refused(await on.presses(account, 'approve', yes()), reason, account);
    const asked = await on.says(account, 'vm list');
    expect(asked.by).toBe('');
    await refused(asked, reason, account);
  });

  it('that claims to be somebody’s says nothing else, and is nobody’s for that', async () => {
    const stranger = { chat: 'matrix', id: '@mallory:example.org' };
    expect(why(await on.says(stranger, 'link AAAAAA'))).toMatch(/not valid/);
    await refused(await on.presses(stranger, 'approve', yes()), /I do not know you/, stranger);
  });

  it('that calls itself as an approver does has no more to say for that', async () => {
    const mallory = on.slack.addUser('U0MALLORY02', { name: 'bob' });
    on.slack.world.channel(OPS.room).members.add(mallory.id);
    const card = await on.until('her card', async () => on.slack.world.messages.find((one) => textOf(one).includes(code())));
    const deliveries = [
      mallory.presses(OPS.room, card.ts, 'press:approve'),
      mallory.types(OPS.room, `<@${BOT.user}> ok ${code()}`),
      mallory.slash(OPS.room, '/vm', 'reset shop'),
    ];
    await Promise.all(deliveries.map(({ settled }) => settled));
    const presses = await on.audited({ kind: 'refused' }, 2, ({ account }) => account?.id === mallory.id);
    expect(presses.map(({ ticket, more }) => [ticket, more?.why])).toEqual(
      Array.from({ length: 2 }, () => [waiting.id, `I do not know you (slack ${mallory.id})`]),
    );
    const [said] = await on.audited({ kind: 'said' }, 1, ({ account, line }) => account?.id === mallory.id && line === 'vm reset shop');
    expect(said).toMatchObject({ by: '' });
    await untouched();
  });

  it('is one human’s: a yes by each of two is one vote', async () => {
    const done = await on.presses(BOB_ON_MATRIX, 'approve', yes());
    expect(done).toMatchObject({ state: 'done', votes: [{ by: 'bob' }] });
    const own = await on.says(bob, 'vm reset shop');
    expect(own.state).toBe('waiting');
    const code = own.state === 'waiting' ? own.plan.code : '';
    expect(why(await on.presses(BOB_ON_MATRIX, 'approve', { ticket: own.id, code }))).toMatch(/you asked for this yourself/);
  });

  it('is not found by a name that only looks like a person’s', async () => {
    expect(why(await on.says(bob, 'delegate to @аlice'))).toMatch(/there is no person/);
    expect(why(await on.says(bob, 'delegate to @alicе --for 1h'))).toMatch(/there is no person/);
  });
});

describe('what is too much', () => {
  it('in a message is refused, and little of it is kept', async () => {
    const text = `vm show ${'a'.repeat(3_000_000)}`;
    const asked = await on.says(alice, text.slice(0, 4000), { length: text.length });
    expect(why(asked)).toMatch(/3000008 characters; a command has at most 4000/);
    expect(JSON.stringify(asked).length).toBeLessThan(8000);
    // However much a gateway let through.
    const whole = await on.says(alice, text.slice(0, 100_000));
    expect(why(whole)).toMatch(/characters; a command has at most 4000/);
    expect(JSON.stringify(whole).length).toBeLessThan(8000);
  });

  it('in the fields of a press is refused or cut, and little of it is kept', async () => {
    const long = await on.presses(bob, 'approve', { code: 'A'.repeat(100_000) });
    expect(why(long)).toMatch(/nothing waits under/);
    expect(JSON.stringify(long).length).toBeLessThan(8000);
    await untouched();
    const no = await on.presses(bob, 'reject', yes(), { reason: 'x'.repeat(9000) });
    expect(no.state).toBe('rejected');
    expect(JSON.stringify(no).length).toBeLessThan(8000);
    expect(JSON.stringify(await on.audited({ ticket: waiting.id, kind: 'rejected' })).length).toBeLessThan(8000);
  });
});

it('whatever was refused is on record, with who tried it and why', async () => {
  const notes = await on.audited({ limit: 2000 }, 2 * expected.length);
  const isBy = ({ account: by }: Audited, { account }: (typeof expected)[number]) => by?.chat === account.chat && by.id === account.id;
  const missing = expected.filter((one) => {
    // A message is on record with its account, and what came of it under the same request.
    const said = notes.some((note) => note.kind === 'said' && note.ticket === one.id && isBy(note, one));
    return !notes.some((note) => note.kind === 'refused' && one.reason.test(String(note.more?.why)) && (said ? note.ticket === one.id : isBy(note, one)));
  });
  expect(missing).toEqual([]);
  expect(expected.length).toBeGreaterThan(40);
});

describe('too often', () => {
  let few: Awaited<ReturnType<typeof attacks>>;
  beforeAll(async () => {
    few = await attacks({ person: 3, room: 5 });
  });
  afterAll(() => few.close());

  it('is answered once and on record every time; a redelivery is not counted, presses are counted apart, others go on until the room is full', async () => {
    for (let i = 0; i < 3; i++) expect((await few.says(alice, 'whoami', { event: `own ${i}` })).state).toBe('done');
    const first = await few.says(alice, 'whoami');
    expect(why(first)).toMatch(/more than 3 in a minute from you; again in \d+ s/);
    expect(first.private).toBe(true);
    const silent = await few.utters(alice, 'vm reboot shop');
    // Taken before: it is neither refused nor counted, however often it comes.
    for (let i = 0; i < 3; i++) expect((await few.says(alice, 'whoami', { event: `own ${i}` })).state).toBe('done');
    const notes = await few.audited({ kind: 'limit' }, 2);
    expect(notes.map(({ by, line, rule, ticket }) => [by, line, rule, ticket])).toEqual([
      ['alice', 'vm reboot shop', 'person', silent],
      ['alice', 'whoami', 'person', first.id],
    ]);
    expect(await few.ticket(silent)).toBeUndefined();
    // Who says it from another chat is the same person.
    for (const account of [bob, BOB_ON_MATRIX]) expect((await few.says(account, 'whoami')).state).toBe('done');
    expect(why(await few.says(carol, 'whoami'))).toMatch(/more than 5 in a minute from this room/);
    expect((await few.says(carol, 'whoami', { place: { ...LOBBY, to: carol.id } })).state).toBe('done');
    const pressed = await few.presses(alice, 'cancel', { ticket: first.id });
    expect(why(pressed)).toMatch(/already|nothing/);
  });

  it('by strangers is refused as well, and shuts out nobody else', async () => {
    const place = { chat: 'slack', room: 'C0QUIET0001' };
    for (let i = 0; i < 5; i++) await few.says({ chat: 'slack', id: `U0MALLORY1${i}` }, 'vm list', { place: { ...place, to: `U0MALLORY1${i}` } });
    const six = await few.says({ chat: 'slack', id: 'U0MALLORY19' }, 'link AAAAAA', { place: { ...place, to: 'U0MALLORY19' } });
    expect(why(six)).toMatch(/more than 5 in a minute from this room/);
    expect((await few.says(carol, 'whoami', { place: { ...place, to: carol.id } })).state).toBe('done');
    expect(await few.audited({ kind: 'limit' }, 1, ({ account }) => account?.id === 'U0MALLORY19')).toHaveLength(1);
  });

  it('of presses is answered once, and on record every time', async () => {
    const of = { ticket: 'T0000000000A', code: 'AAAAA' };
    for (let i = 0; i < 3; i++) expect(why(await few.presses(rita, 'approve', of))).toMatch(/nothing waits/);
    expect(why(await few.presses(rita, 'approve', of))).toMatch(/more than 3 in a minute from you/);
    const silent = await few.slips(rita, 'approve', of);
    const notes = await few.audited({ kind: 'limit' }, 2, ({ account }) => account?.id === rita.id);
    expect(notes).toHaveLength(2);
    expect(await few.ticket(silent)).toBeUndefined();
  });
});
