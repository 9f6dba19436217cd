import type { SettleNeeds } from '../settle.ts';
import { planOf, type Ticket } from '../ticket.ts';
import type { Plan } from '../types.ts';
import { type Alert, isOpen, type Member } from './alert.ts';
import type { Decide } from './settle.ts';

/** How long after the end of a request what it was expected to disturb may take to be well again, in milliseconds. */
export const GRACE = 300_000;

export type Expects = NonNullable<Plan['expects']>;

/** Ties an alert to the running request that is expected to cause it, and unties it when that is over, or does not explain all of it any more. */
export const ties: Decide = async (alert, { now, needs }) => {
  if (!isOpen(alert)) return undefined;
  const { tied } = alert;
  if (tied && tied.until === undefined) {
    const ticket = await needs.tickets.get(tied.ticket);
    const { startedAt, endedAt = now } = ticket ? times(ticket) : { startedAt: undefined };
    if (!ticket || !isUnderWay(ticket)) return { kind: 'untied', ticket: tied.ticket, until: endedAt + GRACE };
    return explains(await expectsOf(ticket, needs), startedAt, alert) ? undefined : { kind: 'untied', ticket: tied.ticket, until: now };
  }
  for (const id of await needs.tickets.open()) {
    if (id === tied?.ticket) continue; // it did not explain all of it, or is over
    const ticket = await needs.tickets.get(id);
    if (!ticket || !isUnderWay(ticket)) continue;
    if (explains(await expectsOf(ticket, needs), times(ticket).startedAt, alert)) return { kind: 'tied', ticket: id, by: ticket.by, line: ticket.text };
  }
  return undefined;
};

function isUnderWay({ state }: Ticket): boolean {
  return state === 'running' || state === 'cancelling';
}

/** When its first step may have been, and when it was over; what nobody knows the end of is over since then. */
function times(ticket: Ticket): { readonly startedAt: number | undefined; readonly endedAt?: number } {
  const startedAt = 'startedAt' in ticket ? ticket.startedAt : undefined;
  const endedAt = 'endedAt' in ticket ? ticket.endedAt : ticket.state === 'unknown' ? ticket.since : undefined;
  return { startedAt, ...(endedAt === undefined ? {} : { endedAt }) };
}

/** Whether a request that began then accounts for everything that fires. Pure. */
export function explains(expects: Expects, startedAt: number | undefined, { top, counts, hosts }: Pick<Alert, 'top' | 'counts' | 'hosts'>): boolean {
  if (startedAt === undefined || expects.length === 0) return false;
  const firing = top.filter(({ status, silence }) => status === 'firing' && silence === undefined);
  const shown = firing.length > 0 && firing.every((member) => member.since >= startedAt && isExpected(expects, member));
  // Of what is not shown here only the hosts are known.
  return shown && (counts.firing <= firing.length || hosts.every((host) => expects.some((one) => one.host === host && one.name === undefined)));
}

/** Labels that say which thing it is; others may hold the same by chance: a number that was measured, or whoever watches. */
const NAMING = /^(?:(?:node|vm|guest|ct|container|domain|unit|service)_?(?:id|name)?|id|name)$/;

/** Whether an alert is about what is expected to be disturbed: a host, or a unit or guest on it, which one of its labels names. Pure. */
export function isExpected(expects: Expects, { host, labels }: Pick<Member, 'host' | 'labels'>): boolean {
  const says = new Set(Object.entries(labels).flatMap(([name, value]) => (NAMING.test(name) ? [bare(value)] : [])));
  return expects.some((one) => (one.name === undefined ? one.host === host : one.name === host || (one.host === host && says.has(bare(one.name)))));
}

/** A unit is called with and without its type. */
function bare(name: string): string {
  return name.replace(/\.service$/, '');
}

/** Plans never change under their round. */
const known = new Map<string, Expects>();
const MOST_KNOWN = 500;

async function expectsOf(ticket: Ticket, { plans }: Pick<SettleNeeds, 'plans'>): Promise<Expects> {
  const ref = planOf(ticket);
  if (!ref) return [];
  const key = `${ticket.id} ${ref.round} ${ref.digest}`;
  const before = known.get(key);
  if (before) return before;
  const plan = await plans.plan(ticket.id, ref.round);
  if (!plan) return [];
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, plan.expects ?? []);
  return plan.expects ?? [];
}
