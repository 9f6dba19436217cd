import type { approvalFor } from '../judge.ts';
import { common, type In, type PlanRef, type Ticket } from '../ticket.ts';
import { isEnough, type Who } from '../votes.ts';
import { type Said, say } from '../words.ts';
import type { Vouched } from './schedule.ts';

/** Whether those who approved its schedule suffice for this plan today: each of them as they are now. `takes`: what today's policy asks for. */
export function stillHolds(ticket: Ticket, plan: PlanRef, takes: ReturnType<typeof approvalFor>, who: Who, now: number): boolean {
  if (takes === 'nobody') return true;
  const vouched = ticket.from?.vouched;
  if ('refused' in takes || !vouched) return false;
  const { account: _, reason: __, ...own } = common(ticket);
  const { account, reason, votes } = vouched;
  // As it was when they said yes, by what is asked for now: a signature is over the plan that was shown then.
  const then: In<'waiting'> = {
    ...{ ...own, id: vouched.ticket, ...(account ? { account } : {}), ...(reason ? { reason } : {}) },
    ...{ state: 'waiting', plan: { ...plan, digest: vouched.digest }, needs: takes.needs, votes, expiresAt: now },
  };
  return isEnough(then, votes, who, now);
}

/** What is kept of an approval, to be judged by again; undefined of what was not approved. */
export function vouchedBy(ticket: Ticket | undefined): Vouched | undefined {
  if (ticket?.state !== 'done' || !ticket.plan || !ticket.votes) return undefined;
  const { id, account, reason, votes, plan } = ticket;
  return { ticket: id, digest: plan.digest, ...(account ? { account } : {}), ...(reason ? { reason } : {}), votes };
}

/** Why what is asked at times is not done now. */
export const LAPSED: Said = say({
  en: 'what approved its schedule does not suffice any more: it is paused, and a new approval is asked for',
  zh: '时间表原有的批准已不足：时间表已暂停，正在请求新的批准',
});
