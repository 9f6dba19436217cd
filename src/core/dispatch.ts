import { DESK } from './due.ts';
import { frozen } from './frozen.ts';
import { hasBrokenGlass, isGranted } from './glass.ts';
import { approvalFor } from './judge.ts';
import { authorize } from './policy.ts';
import type { Freezes, Rules } from './ports.ts';
import { isAsScheduled } from './schedules/granted.ts';
import { LAPSED, stillHolds } from './schedules/holds.ts';
import type { Event, In, PlanRef } from './ticket.ts';
import { isEnough, standingVotes, subjectOf } from './votes.ts';
import { isOpen, shut } from './window.ts';
import { type Said, say } from './words.ts';

/** Right before it runs, asker, votes and freezes are looked at again: what was allowed yesterday may not be today. */
export async function dispatch(ticket: In<'approved'>, at: number, rules: Rules, freezes: Pick<Freezes, 'list'>): Promise<Event> {
  const { round } = ticket.plan;
  const gone = askerGone(ticket, rules, at);
  if (gone) return { id: `refused ${round}`, at, kind: 'refused', message: gone.why, rule: gone.rule };
  const cold = await frozen(hostsOf(ticket.plan), freezes, rules.policy);
  if (cold) return { id: `refused ${round}`, at, kind: 'refused', message: cold };
  if (ticket.slot && !isOpen(rules.policy, ticket.slot.name, at)) return { id: `refused ${round}`, at, kind: 'refused', message: shut(ticket.slot.name) };
  const subject = subjectOf(ticket, ticket.plan);
  const isTimed = isAsScheduled(ticket, ticket.plan);
  if (isTimed && !stillHolds(ticket, ticket.plan, approvalFor(subject, rules.policy), rules, at))
    return { id: `refused ${round}`, at, kind: 'refused', message: LAPSED, lapsed: true };
  const isCovered = isGranted(ticket, ticket.plan.risk) || isTimed || hasBrokenGlass(ticket, rules.policy);
  const today = !isCovered ? approvalFor(subject, rules.policy) : 'nobody';
  if (today !== 'nobody' && 'refused' in today) return { id: `refused ${round}`, at, kind: 'refused', message: today.refused };
  const asks = today === 'nobody' ? ticket.needs : today.needs;
  if (ticket.needs.rules.length === 0 && asks.rules.length > 0) {
    const message = say({ en: 'the rules changed meanwhile: this needs approval now; ask again', zh: '规则已改变：此操作现在需要批准；请重新提出' });
    return { id: `refused ${round}`, at, kind: 'refused', message };
  }
  if (!isEnough(ticket, ticket.votes, rules, at, asks)) return voided(ticket, at, rules, asks);
  if (!isEnough(ticket, ticket.votes, rules, at)) return voided(ticket, at, rules, ticket.needs);
  return { id: `dispatched ${round}`, at, kind: 'dispatched' };
}

/** It waits again. A reason that is missing now is to be read by all who approve. */
function voided(ticket: In<'approved'>, at: number, rules: Rules, needs: In<'approved'>['needs']): Event {
  const votes = needs.reason && !ticket.reason ? [] : standingVotes(ticket, ticket.votes, rules, at, needs);
  return { id: `voided ${ticket.plan.round} ${ticket.rev}`, at, kind: 'voided', votes, needs };
}

/** Why who asked may not have it any more, and by which rule. */
function askerGone(ticket: In<'approved'>, { policy, personOf }: Rules, at: number): { readonly why: Said; readonly rule: string } | undefined {
  if (isGranted(ticket, ticket.plan.risk)) return undefined;
  const asker = policy.people.get(ticket.by);
  if (!asker) return { why: say({ en: '{by} is not known any more', zh: '{by} 已不存在' }, { by: ticket.by }), rule: 'people' };
  if (ticket.account && personOf(ticket.account) !== ticket.by) {
    const words = { en: 'the account this was asked from is not an account of {by} any more', zh: '提出此请求的账号已不再属于 {by}' };
    return { why: say(words, { by: asker.name }), rule: 'people' };
  }
  const verdict = authorize(asker, 'ask', subjectOf(ticket, ticket.plan), policy, at);
  return verdict.allowed ? undefined : verdict;
}

/** Hosts a plan changes or concerns; none where the desk does it all by itself. */
export function hostsOf({ waves, hosts }: PlanRef): readonly string[] {
  return waves.some(({ sites }) => sites.some((site) => site !== DESK)) ? hosts : [];
}
