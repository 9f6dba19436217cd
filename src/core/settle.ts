import { endKey, waveIsOver } from './advance.ts';
import type { Kept } from './command.ts';
import { deskFor } from './desk.ts';
import { digest, replyCode } from './digest.ts';
import { DESK, type Due, due, REFRESH_AFTER, SILENT_AFTER } from './due.ts';
import { join } from './join.ts';
import { outcomes } from './journal.ts';
import { outcomeReport } from './outcome.ts';
import { atDesk } from './own.ts';
import { planSafely } from './part.ts';
import { approvalRule, authorize, NEEDS_RULE, type Policy, riskWords } from './policy.ts';
import type { Commands, Inventory, Journals, Kepts, Locks, Log, Plans, Rules, Send, Tickets } from './ports.ts';
import { atLeast, highest } from './risk.ts';
import { stage } from './rollout.ts';
import { type Event, type In, isOver, type Looking, nextRound, type PlanRef, planOf, type Ticket, type Verdict, type Vote } from './ticket.ts';
import type { Part, Plan } from './types.ts';
import { say } from './words.ts';

/** What the desk needs to bring a ticket as far as it goes without anyone else. */
export interface SettleNeeds {
  readonly tickets: Tickets;
  readonly plans: Plans;
  readonly journals: Journals;
  readonly locks: Locks;
  readonly kept: Kepts;
  readonly inventory: Inventory;
  readonly commands: Commands;
  rules(): Promise<Rules>;
  readonly send: Send;
  readonly log: Log;
  /** Since when this desk listens, in milliseconds since the epoch. */
  readonly since: number;
}

/** Brings a ticket as far as the desk alone can, then sends the jobs that are due. Safe to call at any time, any number of times. */
export async function settle(id: string, needs: SettleNeeds): Promise<void> {
  let ticket = await needs.tickets.get(id);
  while (ticket) {
    const event = await next(ticket, needs);
    if (!event) break;
    const after: Ticket | undefined = await needs.tickets.change(id, event, ticket.rev); // what it has to say is of this revision only
    if (after?.rev === ticket.rev) break;
    ticket = after;
  }
  if (!ticket) return;
  await needs.send([...(await released(ticket, needs)), ...due(ticket, Date.now())]);
  if (isOver(ticket)) await needs.tickets.close(ticket.id); // only now: its last card is on its way
}

/** Gives back the locks of a ticket that came to a proven end, or to nothing; those who wait for them are woken. */
async function released(ticket: Ticket, needs: SettleNeeds): Promise<Due[]> {
  const over = isOver(ticket);
  const ran = over ? (planOf(ticket)?.waves.length ?? 0) > 0 : ticket.state === 'waiting' || (ticket.state === 'planning' && ticket.again);
  if (!ran) return [];
  // What is planned anew may be running again by the time this is heard: only as it is now does it hold nothing.
  const next = await needs.locks.release(ticket.id, over ? undefined : ticket.rev);
  const waiting = await Promise.all(next.map((id) => needs.tickets.get(id)));
  return waiting.flatMap((other) => (other ? due(other, Date.now()).flatMap((one) => (one.job === 'run' ? [{ ...one, wake: ticket.id }] : [])) : []));
}

/** What the desk itself has to say to this ticket now, if anything. */
async function next(ticket: Ticket, needs: SettleNeeds): Promise<Event | undefined> {
  const now = Date.now();
  switch (ticket.state) {
    case 'planning':
      return look(ticket, ticket.looking, now, needs);
    case 'waiting':
      if (now >= ticket.expiresAt) return { id: `expired ${ticket.plan.round}`, at: now, kind: 'expired' };
      if (ticket.looking) return look(ticket, ticket.looking, now, needs);
      return now - ticket.plan.at > REFRESH_AFTER
        ? { id: `refresh ${nextRound(ticket.plan)}`, at: now, kind: 'refresh', sites: Object.keys(ticket.plan.parts) }
        : undefined;
    case 'approved':
      return dispatch(ticket, now, (await needs.rules()).policy);
    case 'running':
    case 'cancelling':
      if (waveIsOver(ticket)) return report(ticket, now, needs);
      return ownSteps(ticket, now, needs);
    default:
      return undefined;
  }
}

async function look(ticket: Ticket, looking: Looking, now: number, needs: SettleNeeds): Promise<Event | undefined> {
  if (looking.parts[DESK] === null) return planAtDesk(ticket, looking.round, now, needs);
  const stored = await needs.plans.parts(ticket.id, looking.round);
  // A site whose part is stored has answered, even if its word is still on the way.
  const silent = Object.keys(looking.parts).filter((site) => !stored[site]);
  if (silent.length > 0) {
    // No desk was there to listen: the sites have their time from now on.
    if (looking.since < Math.max(needs.since, now - 3 * SILENT_AFTER))
      return { id: `refresh ${looking.round} ${looking.since}`, at: now, kind: 'refresh', sites: silent };
    if (now - looking.since <= SILENT_AFTER) return undefined;
  }
  const parts = Object.fromEntries(Object.keys(looking.parts).map((site): [string, Part] => [site, stored[site] ?? { kind: 'silent' }]));
  const verdict = await judge(ticket, looking.round, parts, now, needs);
  return { id: `joined ${looking.round}`, at: now, kind: 'joined', round: looking.round, verdict };
}

async function planAtDesk(ticket: Ticket, round: number, now: number, needs: SettleNeeds): Promise<Event> {
  const { policy } = await needs.rules();
  const command = needs.commands.get(ticket.command);
  const person = policy.people.get(ticket.by);
  const part = await planSafely(async () => {
    if (command?.at !== 'desk' || !person) throw new Error(`“${ticket.command}” cannot be planned at the desk`);
    return command.plan(ticket.input, deskFor(person, policy, needs));
  }, needs.log);
  await needs.plans.savePart(ticket.id, round, 'desk', part);
  return { id: `planned ${round} desk`, at: now, kind: 'planned', round, site: 'desk', part: { kind: part.kind, digest: '' } };
}

/** Joins the parts and says what the ticket comes to under today's policy. */
async function judge(ticket: Ticket, round: number, parts: Readonly<Record<string, Part>>, now: number, needs: SettleNeeds): Promise<Verdict> {
  const joined = join(parts);
  if (joined.kind === 'refused') return joined;
  const plan = stage(joined.plan, ticket.rollout);
  const { policy } = await needs.rules();
  const person = policy.people.get(ticket.by);
  const ref = planRef(ticket, round, plan, parts, now);
  const granted = ticket.from?.granted !== undefined && atLeast(ticket.from.granted, plan.risk);
  const allowed = person && authorize(person, 'ask', { command: ticket.command, hosts: ref.hosts, risk: plan.risk }, policy);
  if (!allowed?.allowed && !granted) return { kind: 'refused', message: allowed?.why ?? say({ en: 'I do not know you any more', zh: '我已不认识您' }) };
  const { listed = [], ...kept } = plan;
  await needs.inventory.remember(listed);
  await needs.plans.savePlan(ticket.id, round, kept);
  if (plan.steps.length === 0 || ticket.dry) return { kind: 'answered', plan: ref };
  // What was approved there said that this would be removed, and when.
  if (granted) return { kind: 'ready', plan: ref };
  const rule = approvalRule(plan.risk, policy);
  if (!rule) {
    if (!atLeast(plan.risk, NEEDS_RULE)) return { kind: 'ready', plan: ref };
    return {
      kind: 'refused',
      message: say(
        { en: 'this is of {risk} risk, and no approval rule says who may approve it', zh: '此操作风险为{risk}，但没有审批规则说明谁可以批准' },
        { risk: riskWords(plan.risk) },
      ),
      hint: say({ en: 'add one under approvals: in the configuration', zh: '请在配置的 approvals: 下添加' }),
    };
  }
  const code = await freeCode(ticket.id, ref.digest, rule.expiresMs + 86_400_000, needs);
  return { kind: 'ask', plan: { ...ref, code }, needs: { count: rule.count, roles: rule.roles }, expiresAt: now + rule.expiresMs };
}

/** The plan's reply code; salted anew while it stands for another ticket. */
async function freeCode(ticket: string, digest: string, forMs: number, needs: SettleNeeds): Promise<string> {
  for (let salt = 0; ; salt++) {
    const code = replyCode(ticket, salt === 0 ? digest : `${digest} ${salt}`);
    if (await needs.tickets.keepCode(code, ticket, forMs)) return code;
  }
}

function planRef(ticket: Ticket, round: number, plan: Plan, parts: Readonly<Record<string, Part>>, at: number): PlanRef {
  const whole = digest(ticket.command, ticket.input, plan);
  const waves = [...new Set(plan.steps.map((step) => step.wave ?? 1))].sort((a, b) => a - b);
  return {
    round,
    digest: whole,
    code: replyCode(ticket.id, whole),
    risk: plan.risk,
    at,
    parts: Object.fromEntries(Object.entries(parts).map(([site, part]) => [site, part.kind === 'plan' ? digest(ticket.command, ticket.input, part.plan) : ''])),
    waves: waves.map((wave) => ({ wave, sites: [...new Set(plan.steps.filter((step) => (step.wave ?? 1) === wave).map((step) => step.on.site))] })),
    hosts: [...new Set([...plan.steps.flatMap((step) => (step.kind === 'desk' ? [] : [step.on.host])), ...(plan.touches ?? [])])],
    ...(plan.rollout ? { maxFail: plan.rollout.maxFail } : {}),
  };
}

/** The votes that count under today's policy. */
export function standingVotes(ticket: In<'waiting'> | In<'approved'>, votes: readonly Vote[], policy: Policy): Vote[] {
  const subject = { command: ticket.command, by: ticket.by, hosts: ticket.plan.hosts, risk: ticket.plan.risk };
  return votes.filter((vote) => {
    const voter = policy.people.get(vote.by);
    return voter !== undefined && authorize(voter, 'approve', subject, policy).allowed;
  });
}

/** At dispatch asker and votes are authorized again: what was allowed yesterday may not be today. */
function dispatch(ticket: In<'approved'>, at: number, policy: Policy): Event {
  const asker = policy.people.get(ticket.by);
  const verdict = asker && authorize(asker, 'ask', { command: ticket.command, hosts: ticket.plan.hosts, risk: ticket.plan.risk }, policy);
  if (!verdict?.allowed && ticket.from?.granted === undefined) {
    return {
      id: `refused ${ticket.plan.round}`,
      at,
      kind: 'refused',
      message: verdict?.why ?? say({ en: '{by} is not known any more', zh: '{by} 已不存在' }, { by: ticket.by }),
    };
  }
  const votes = standingVotes(ticket, ticket.votes, policy);
  if (votes.length < ticket.needs.count) return { id: `voided ${ticket.plan.round} ${ticket.rev}`, at, kind: 'voided', votes };
  return { id: `dispatched ${ticket.plan.round}`, at, kind: 'dispatched' };
}

async function report(ticket: In<'running'> | In<'cancelling'>, at: number, needs: SettleNeeds): Promise<Event> {
  const { round } = ticket.plan;
  const [plan, { journal }] = await Promise.all([needs.plans.plan(ticket.id, round), needs.journals.read(ticket.id, round)]);
  // Also when it failed on the way: what was not made is found to be missing when its time is over.
  if (plan?.keeps) await needs.kept.add(keptBy(ticket, plan, at));
  if (plan) await needs.plans.saveReport(ticket.id, round, outcomeReport(plan, outcomes(journal, plan.steps.length), needs.commands.get(ticket.command)));
  return { id: `reported ${round} ${ticket.rev}`, at, kind: 'reported' };
}

/** What a plan that was carried out leaves behind, each with the time it goes. */
function keptBy(ticket: In<'running'> | In<'cancelling'>, plan: Plan, at: number): Kept[] {
  const { id, by, places } = ticket;
  return (plan.keeps ?? []).map((keep, i) => ({
    ...keep,
    id: `${id}-${ticket.plan.round}-${i}`,
    ticket: id,
    by,
    at,
    expiresAt: at + keep.forMs,
    remove: { ...keep.remove, input: { ...keep.remove.input, 'made-before': new Date(at).toISOString() } },
    risk: highest([plan.risk, 'medium']), // to remove what the plan itself made was approved with it
    places,
  }));
}

/** The desk's own steps of the wave under way. */
async function ownSteps(ticket: In<'running'> | In<'cancelling'>, at: number, needs: SettleNeeds): Promise<Event | undefined> {
  const current = ticket.plan.waves[ticket.wave];
  if (!current?.sites.includes(DESK) || endKey(current.wave, DESK) in ticket.ends) return undefined;
  const { round } = ticket.plan;
  const plan = await needs.plans.plan(ticket.id, round);
  const came = plan ? await atDesk(plan, current.wave, { ticket: ticket.id, round }, needs) : { ending: 'failed' as const, failed: 1 };
  return { id: `ended ${round} ${current.wave} ${DESK} ${ticket.rev}`, at, kind: 'ended', site: DESK, wave: current.wave, ...came };
}
