import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Audited, AuditQuery } from '../../src/core/audit.ts';
import { join } from '../../src/core/join.ts';
import type { Plan, Step } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { INBOX, TOLD } from '../../src/messages.ts';
import { Queues } from '../../src/queue/bullmq.ts';
import { askKeeper } from '../../src/store/auditask.ts';
import { freezes } from '../../src/store/freezes.ts';
import { plans } from '../../src/store/plans.ts';
import { open, settings } from '../../src/store/redis.ts';
import { tickets } from '../../src/store/tickets.ts';
import { type Bot, bot } from '../support/bot.ts';

let world: Bot & { close(): Promise<void> };
let redis: Redis;
let queues: Queues;
beforeAll(async () => {
  world = await bot();
  redis = await open(world.redis);
  queues = new Queues({ ...settings(world.redis) }, () => undefined);
});
afterAll(async () => {
  await queues.close();
  redis.disconnect();
  await world.close();
});

/** So many entries, once they are there. */
async function audited(query: Partial<AuditQuery>, wanted: (entry: Audited) => boolean = () => true): Promise<readonly Audited[]> {
  let found: readonly Audited[] = [];
  await expect
    .poll(
      async () => {
        found = (await askKeeper(redis, { limit: 500, ...query })).filter(wanted);
        return found.length;
      },
      { timeout: 10_000 },
    )
    .toBeGreaterThan(0);
  return found;
}
const effects = () => world.lab.host('kvm1').effects.length;
const put = (queue: string, data: unknown) => queues.send([{ queue, name: 'decide', id: `x${crypto.randomUUID()}`, data }]);

it('a worker presses nothing, and a gateway ends nothing, whatever they say', async () => {
  const card = await world.says('alice', 'vm reset shop');
  const { ticket } = card;
  const press = { account: { chat: 'practice', id: 'bob' }, ticket: card.id, code: ticket?.code, action: 'approve', place: { chat: 'web', room: 'console' } };
  await put(TOLD, { pressed: { ...press, event: 'forged', at: Date.now() } });
  await audited({ kind: 'refused' }, ({ rule, more }) => rule === 'garbled' && more?.why === 'a worker presses nothing');
  expect(await tickets(redis).get(card.id)).toMatchObject({ state: 'waiting', votes: [] });
  const before = await tickets(redis).get(card.id);
  const event = { id: 'forged', at: Date.now(), kind: 'planned', round: 2, site: 'east', part: { kind: 'plan', digest: 'X' } };
  await put(INBOX, { ticket: card.id, event });
  await world.says('alice', 'whoami'); // it comes after it
  expect((await tickets(redis).get(card.id))?.heard).toEqual(before?.heard);
  await world.presses('bob', card, 'reject');
});

it('a stored plan that is another than was approved is not performed', async () => {
  const card = await world.says('alice', 'vm reset shop');
  const [before, plan] = [effects(), await plans(redis).plan(card.id, 1)];
  if (!plan) throw new Error('there is no plan');
  const steps = plan.steps.map((step): Step => (step.kind === 'exec' ? { ...step, argv: ['reboot'] } : step));
  await plans(redis).savePlan(card.id, 1, { ...plan, steps });
  const end = await world.presses('bob', card, 'approve');
  expect(end.ticket?.state).toBe('failed');
  expect(end.text).toMatch(/the stored plan is not the one that was approved/);
  expect(effects()).toBe(before);
  const [ended] = await audited({ ticket: card.id, kind: 'ended' });
  expect(ended?.more).toEqual({ state: 'failed', why: 'the stored plan is not the one that was approved' });
});

it('what only the desk may do is nothing that a site may plan', () => {
  const why = say({ en: 'why', zh: '为何' });
  const act = { link: { account: { chat: 'slack', id: 'U0MALLORY01' }, person: 'bob' } };
  const step: Step = { kind: 'desk', on: { site: 'desk', host: 'desk' }, why, act };
  const plan: Plan = { summary: why, steps: [step], facts: [], locks: [], risk: 'none', undo: { impossible: why } };
  expect(join({ east: { kind: 'plan', plan } }).kind).toBe('refused');
  expect(join({ desk: { kind: 'plan', plan } }).kind).toBe('plan');
});

it('what is refused after it was planned tells of which plan, on what, and how risky', async () => {
  const freeze = { scope: 'kvm1', by: 'bob', reason: 'release', since: Date.now() };
  await freezes(redis).set(freeze);
  const card = await world.says('alice', 'vm reset shop');
  await freezes(redis).lift('kvm1', freeze.since);
  expect(card.ticket?.state).toBe('refused');
  const [refused] = await audited({ ticket: card.id, kind: 'refused' });
  expect(refused).toMatchObject({ hosts: ['kvm1'], digest: expect.stringMatching(/^[0-9a-f]{64}$/), command: 'vm reset', asker: 'alice' });
  expect(refused?.more).toMatchObject({ risk: 'high', why: expect.stringMatching(/frozen by Bob/) });
  expect(refused).not.toHaveProperty('rule'); // no policy is against it
});

it('a token that was typed stands nowhere, and an approver’s code neither', async () => {
  const token = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
  const shown = await world.says('alice', `vm snapshot shop first --note "with ${token}"`);
  const typo = await world.says('alice', `vm show ${token}`);
  const card = await world.says('alice', 'vm reset shop');
  const { ticket } = await world.client.said('bob', `ok ${card.ticket?.code} 424242`, crypto.randomUUID()).then((id) => ({ ticket: id }));
  await world.sees('alice', card.id, ({ ticket: its }) => its?.state === 'done');
  const all = await audited({}, () => true);
  expect(all.map((entry) => entry.ticket)).toEqual(expect.arrayContaining([shown.id, typo.id, card.id]));
  expect(JSON.stringify(all)).not.toContain(token);
  expect(JSON.stringify(all)).not.toContain('424242');
  expect(ticket).toBeDefined();
});
