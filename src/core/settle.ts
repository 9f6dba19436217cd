import { endKey, waveIsOver } from './advance.ts';
import { afterActs } from './alerts/after.ts';
import { tellAlert } from './alerts/tries.ts';
import type { Kept } from './command.ts';
import { deskFor } from './desk.ts';
import { digest } from './digest.ts';
import { dispatch } from './dispatch.ts';
import { DESK, type Due, due, REFRESH_AFTER, SILENT_AFTER } from './due.ts';
import { reviewOf } from './glass.ts';
import { outcomes } from './journal.ts';
import { judge } from './judge.ts';
import { notesOfActs } from './notes.ts';
import { outcomeReport } from './outcome.ts';
import { atDesk } from './own.ts';
import { planSafely } from './part.ts';
import type {
  Alerts,
  Audit,
  Beats,
  Commands,
  Counts,
  Delegations,
  Factors,
  Freezes,
  Inventory,
  Journals,
  Kepts,
  Limits,
  Links,
  Locks,
  Log,
  Plans,
  Remedies,
  Reviews,
  Rules,
  Schedules,
  Send,
  Sessions,
  Shown,
  Silences,
  Tickets,
  Watches,
} from './ports.ts';
import { refreshOthers } from './refresh.ts';
import { highest } from './risk.ts';
import { keepRepeating, pauseLapsed, repeats } from './schedules/keep.ts';
import type { Cron } from './schedules/schedule.ts';
import { type Event, type In, isOver, type Looking, nextRound, planOf, type Ticket } from './ticket.ts';
import type { Part, Plan } from './types.ts';
import { withUndoLine } from './undo.ts';

/** What the desk needs to bring a ticket as far as it goes without anyone else. */
export interface SettleNeeds {
  readonly tickets: Tickets;
  readonly plans: Plans;
  readonly journals: Journals;
  readonly locks: Locks;
  readonly kept: Kepts;
  readonly inventory: Inventory;
  readonly audit: Audit;
  readonly freezes: Freezes;
  readonly limits: Limits;
  readonly links: Links;
  readonly delegations: Delegations;
  readonly sessions: Sessions;
  readonly factors: Factors;
  readonly reviews: Reviews;
  readonly alerts: Alerts;
  readonly silences: Silences;
  readonly shown: Shown;
  readonly beats: Beats;
  readonly schedules: Schedules;
  /** The next time of a cron line by a zone's clocks after a moment. */
  readonly cron: Cron;
  readonly remedies: Remedies;
  readonly watches: Watches;
  readonly counts: Counts;
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
  await tellAlert(ticket, needs);
  if (!isOver(ticket)) return;
  await refreshOthers(ticket, needs);
  await keepRepeating(ticket, needs);
  await pauseLapsed(ticket, needs);
  await needs.tickets.close(ticket.id); // only now: its last card is on its way, and others know that the world has changed
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
    case 'scheduled':
      return atItsWindow(ticket, now, needs);
    case 'approved':
      if (ticket.slot && now >= ticket.slot.closesAt) return { id: `expired ${ticket.plan.round}`, at: now, kind: 'expired' };
      return ticket.repeat ? repeats(ticket, now, needs) : dispatch(ticket, now, await needs.rules(), needs.freezes);
    case 'running':
    case 'cancelling':
      if (waveIsOver(ticket)) return report(ticket, now, needs);
      return ownSteps(ticket, now, needs);
    default:
      return undefined;
  }
}

/** When its window opens it is planned again; where a host does not answer, again and again until it closes. */
async function atItsWindow(ticket: In<'scheduled'>, now: number, needs: SettleNeeds): Promise<Event | undefined> {
  const { plan, slot, looking } = ticket;
  if (now >= slot.closesAt) return { id: `expired ${plan.round}`, at: now, kind: 'expired' };
  if (looking) return look(ticket, looking, now, needs);
  if (now < slot.opensAt || (plan.at >= slot.opensAt && now - plan.at <= REFRESH_AFTER)) return undefined;
  return { id: `refresh ${nextRound(plan)}`, at: now, kind: 'refresh', sites: Object.keys(plan.parts) };
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
  const rules = await needs.rules();
  const { policy } = rules;
  const command = needs.commands.get(ticket.command);
  const person = policy.people.get(ticket.by);
  const part = await planSafely(async () => {
    const plan = command?.at === 'desk' ? command.plan : command?.at === 'ask' ? undefined : command?.beside;
    if (!command || !plan || !person) throw new Error(`“${ticket.command}” cannot be planned at the desk`);
    const { account, room } = ticket;
    const desk = deskFor(person, rules, needs, { at: ticket.askedAt, ...(account ? { account } : {}), ...(room === undefined ? {} : { room }) });
    return withUndoLine(await plan.call(command, ticket.input, desk), needs.commands);
  }, needs.log);
  await needs.plans.savePart(ticket.id, round, 'desk', part);
  return { id: `planned ${round} desk`, at: now, kind: 'planned', round, site: 'desk', part: { kind: part.kind, digest: '' } };
}

async function report(ticket: In<'running'> | In<'cancelling'>, at: number, needs: SettleNeeds): Promise<Event> {
  const { round } = ticket.plan;
  const [plan, { journal }] = await Promise.all([approvedPlan(ticket, needs), needs.journals.read(ticket.id, round)]);
  const review = reviewOf(ticket, (await needs.rules()).policy, at);
  if (review) await needs.reviews.open(review);
  // Also when it failed on the way: what was not made is found to be missing when its time is over.
  if (plan?.keeps) await needs.kept.add(keptBy(ticket, plan, at));
  if (plan) await needs.plans.saveReport(ticket.id, round, outcomeReport(plan, outcomes(journal, plan.steps.length), needs.commands.get(ticket.command)));
  return { id: `reported ${round} ${ticket.rev}`, at, kind: 'reported' };
}

/** The plan that was approved. What workers may write, others act on: a stored plan that is another one is none. */
async function approvedPlan(
  { id, command, input, plan: { round, digest: approved } }: In<'running'> | In<'cancelling'>,
  needs: SettleNeeds,
): Promise<Plan | undefined> {
  const plan = await needs.plans.plan(id, round);
  if (!plan || digest(command, input, plan) === approved) return plan;
  needs.log(`the stored plan of ${id} is not the one that was approved`);
  return undefined;
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
  const plan = await approvedPlan(ticket, needs);
  const came = plan ? await atDesk(plan, current.wave, { ticket: ticket.id, round }, needs) : { ending: 'failed' as const, failed: 1 };
  if (plan && came.ending === 'done') await needs.audit.note(notesOfActs(ticket, plan, current.wave, at));
  if (plan) await afterActs(plan, needs);
  return { id: `ended ${round} ${current.wave} ${DESK} ${ticket.rev}`, at, kind: 'ended', site: DESK, wave: current.wave, ...came };
}
