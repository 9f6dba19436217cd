import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Slot } from '../../src/core/policy.ts';
import { isOver } from '../../src/core/ticket.ts';
import { Council, named, type Order } from '../support/council.ts';
import { random, sample } from '../support/sample.ts';

/** The seeds of the lives of a request that are looked at. */
const LIVES = sample([...Array(100_000).keys()], 'lives');

const PEOPLE = ['ana', 'bo', 'cem', 'dee'];
const CHATS = ['slack', 'matrix', 'web'];
/** Accounts of people, the second one of each in the same chat; `lee` is nobody's, and looks like ana's. */
const ACCOUNTS = [
  ...PEOPLE.flatMap((id) => [...CHATS, 'slack'].map((chat, i) => ({ chat, id: i === 3 ? `${id}2` : id }))),
  { chat: 'slack', id: 'аna' },
  { chat: 'matrix', id: 'lee' },
];
const slot = (count: number, ...roles: string[]): Slot => ({ count, roles });
const RULES: readonly (readonly (readonly Slot[])[])[] = [
  [[slot(1, 'lead')]],
  [[slot(2, 'lead', 'storage')]],
  [[slot(1, 'storage'), slot(1, '*')]],
  [[slot(1, 'lead')], [slot(1, 'storage')]],
  [[slot(2, '*')], [slot(1, 'lead')]],
];
const ROLES = [['lead'], ['storage'], ['lead', 'storage'], ['member'], []];
const ACTIONS = ['approve', 'approve', 'approve', 'approve', 'approve', 'withdraw', 'reject', 'cancel', 'reason', 'reason'] as const;

const clock = Date.now;
/** As the council's clock begins. */
const START = 1_000_000;
let now = START;
beforeAll(() => {
  Date.now = () => now;
});
afterAll(() => {
  Date.now = clock;
});

async function life(seed: number): Promise<Council> {
  const next = random(seed);
  const pick = <T>(from: readonly [T, ...T[]] | readonly T[], or: T): T => from[Math.floor(next() * from.length)] ?? or;
  const often = (share: number) => next() < share;
  const order: Order = {
    charter: { rules: pick(RULES, []), reason: often(0.2), totp: often(0.2) },
    roles: new Map<string, readonly string[]>(
      PEOPLE.map((id, i) => [id, id === 'ana' ? ['lead', 'storage'] : (ROLES[(i + Math.floor(next() * 4)) % 4] ?? [])]),
    ),
    accounts: new Map(ACCOUNTS.slice(0, -2).map((account) => [named(account), account.id.replace(/\d/, '')])),
    denied: new Set(),
    lent: [],
    frozen: 'no',
  };
  const from = pick(ACCOUNTS.slice(0, 3), { chat: 'web', id: 'ana' });
  now = START;
  const council = await Council.begin(order, from, JSON.stringify([order.charter, from]));
  let presses = 0;
  const codes = ['ZZZZZ', ''];
  const made = () => {
    const { ticket } = council;
    const code = 'plan' in ticket && ticket.plan ? ticket.plan.code : '';
    if (!codes.includes(code)) codes.push(code);
    const account = often(0.1) ? from : pick(ACCOUNTS, from);
    const proof = order.charter.totp && often(0.8) ? { proof: { code: often(0.9) ? '123456' : '000000' } } : {};
    return {
      ...{ event: `e${presses++}`, account, action: pick(ACTIONS, 'approve'), reason: 'the shop is down', ...proof, at: now },
      ...{ code: often(0.9) ? code : pick(codes, ''), ticket: often(0.95) ? 'T1' : pick(['', 'T2'], ''), place: { chat: account.chat, room: 'ops' } },
    };
  };
  const again = async () => {
    const job = council.taken[Math.floor(next() * council.taken.length)];
    if (job) await council.press(job.pressed, true, true);
  };
  const person = () => pick(PEOPLE, 'bo');
  const changes: readonly (() => void)[] = [
    () => void order.accounts.set(named(often(0.2) ? from : pick(ACCOUNTS, from)), person()),
    () => void order.accounts.delete(named(pick(ACCOUNTS, from))),
    () => void order.roles.set(person(), pick(ROLES, [])),
    () => void order.roles.delete(person()),
    () => void (order.denied.delete(person()) || order.denied.add(person())),
    () => {
      order.lent = often(0.7) ? [...order.lent, { from: person(), to: person(), until: now + 60_000 }] : [];
    },
    () => {
      order.charter = { rules: pick(RULES, []), reason: often(0.2), totp: often(0.2) };
    },
    () => {
      order.frozen = pick(['no', 'no', 'yes', 'nobody knows'] as const, 'no');
    },
  ];
  const change = () => {
    pick(changes, () => undefined)();
    council.reorder();
  };
  for (let turns = 3 + Math.floor(next() * 7); turns > 0 && !(isOver(council.ticket) && often(0.7)); turns--) {
    const what = next();
    if (what < 0.5) await council.press(made(), false, true);
    else if (what < 0.62)
      await Promise.all([council.press(made(), false, false), council.press(made(), false, false), ...(often(0.3) ? [council.goOn()] : [])]);
    else if (what < 0.67) await again();
    else if (what < 0.83) change();
    else if (what < 0.93) {
      council.world = pick(['A', 'A', 'B', 'B', 'silent', 'gone'], 'A');
      now += pick([1, 61_000, 61_000], 1) + (often(0.02) ? 1_800_000 : 0);
      council.now = now;
      await council.goOn();
    } else if (council.ticket.state === 'running') await council.changedUnderLocks();
    else await council.goOn();
  }
  return council;
}

describe('an approval', () => {
  it(`is what people said to the plan that runs, in ${LIVES.length} lives over all chats`, async () => {
    const ended = new Map<string, number>();
    let dispatched = 0;
    for (const seed of LIVES) {
      const { minutes, ticket } = await life(seed);
      if (minutes.wrong.length > 0) throw new Error(`life ${seed}: ${minutes.wrong.join('; ')}\n${minutes.history.join('\n')}\n${minutes.orders()}`);
      ended.set(ticket.state, (ended.get(ticket.state) ?? 0) + 1);
      dispatched += minutes.dispatched;
    }
    // The lives that were looked at are not all of one kind.
    expect(dispatched, JSON.stringify([...ended])).toBeGreaterThan(LIVES.length / 20);
    for (const state of ['waiting', 'rejected', 'cancelled', 'refused', 'done', 'running', 'expired'])
      expect(ended.get(state), state).toBeGreaterThan(LIVES.length / 1000);
  }, 60_000);
});
