import { type Alert, isOpen, type Try } from './alert.ts';
import type { Decide } from './settle.ts';

/** How long after its verdict somebody is still told that it did not help, in milliseconds. */
const TOLD_WITHIN = 3_600_000;

/** Says of what was done because of an alert whether it helped, and tells who did it when it did not. */
export const verdicts: Decide = async (alert, { now }) => {
  const over = alert.tries.find((one) => isDue(alert, one, now));
  if (over) return { kind: 'judged', ticket: over.ticket };
  const vain = isOpen(alert) ? alert.tries.find((one) => !isTold(alert, one, now)) : undefined;
  return vain && { kind: 'called', call: { key: keyOf(vain), at: now, people: [vain.by], why: 'still-firing' } };
};

/** Whether it can be said now: the alert is over, or the time it may take is. Only of what was done to its end. Pure. */
export function isDue({ state, closed }: Pick<Alert, 'state' | 'closed'>, { state: came, endedAt, judgeAt, verdict }: Try, now: number): boolean {
  if (came !== 'done' || endedAt === undefined || verdict !== undefined) return false;
  return state === 'resolved' || (closed === undefined && judgeAt !== undefined && now >= judgeAt);
}

function isTold({ calls }: Alert, one: Try, now: number): boolean {
  const { verdict, judgeAt = 0 } = one;
  return verdict !== 'still-firing' || now > judgeAt + TOLD_WITHIN || calls.some(({ key }) => key === keyOf(one));
}

const keyOf = ({ ticket }: Try) => `still-firing ${ticket}`;
