import type { Rules } from '../ports.ts';
import type { SettleNeeds } from '../settle.ts';
import { ages } from './ages.ts';
import { type Alert, type AlertAct, isOpen } from './alert.ts';
import { calls } from './calls.ts';
import { escalations } from './escalations.ts';
import { fallback } from './fallback.ts';
import { offers } from './offers.ts';
import { places } from './places.ts';
import { remedies } from './remedies.ts';
import { shows } from './shows.ts';
import { ties } from './ties.ts';
import { verdicts } from './verdicts.ts';

/** What a decision about an alert may know. */
export interface About {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly rules: Rules;
  readonly needs: SettleNeeds;
}

/** What is to happen to an alert now, in one respect; undefined when nothing is. Asked again after each change, and every few seconds while it is open. */
export type Decide = (alert: Alert, about: About) => Promise<AlertAct | undefined>;

/** In this order: what is known of an alert before anybody is called for it. */
const DECISIONS: readonly Decide[] = [places, offers, ties, verdicts, remedies, escalations, calls, fallback, ages];

/**
 * Brings an alert as far as the desk can now, and has it shown; looks after it no more when it is over and cannot come back. Safe to call at any time, any
 * number of times. `show-news`: it is only shown where this desk has not had that done.
 */
export async function settleAlert(id: string, needs: SettleNeeds, how: 'show' | 'show-news' = 'show'): Promise<void> {
  const rules = await needs.rules();
  let alert = await needs.alerts.get(id);
  for (let turns = 0; alert && turns < MOST_TURNS; turns++) {
    const act = await nextAct(alert, { now: Date.now(), rules, needs });
    if (!act) break;
    const after: Alert | undefined = await needs.alerts.change(id, { ...act, id: `${act.kind} ${alert.rev}`, at: Date.now() }, alert.rev);
    if (after?.rev === alert.rev) break;
    needs.counts.add('hostler_alert_acts_total', { act: act.kind });
    alert = after;
  }
  const now = Date.now();
  if (alert && (how === 'show' || shown.get(id) !== alert.rev)) {
    await needs.send(shows(alert, now));
    remember(alert);
  }
  if (!alert || isPast(alert, now - rules.routing.reopenMs)) await needs.alerts.close(id);
  else if (alert.counts.resolved > MOST_OVER) await needs.alerts.trim(id, now - OVER_FOR, MOST_OVER);
}

/** Of what is over a card that is still open keeps no more than so many, and whatever was over within the last hour, in milliseconds. */
const MOST_OVER = 2000;
const OVER_FOR = 3_600_000;

/** The revisions this process has had shown, of those it has seen last. */
const shown = new Map<string, number>();
const MOST_SHOWN = 5000;

function remember({ id, rev }: Alert): void {
  shown.delete(id);
  shown.set(id, rev);
  const [oldest] = shown.keys();
  if (shown.size > MOST_SHOWN && oldest !== undefined) shown.delete(oldest);
}

/** Whether it was over before then, and nothing of it is still to be seen or judged. */
function isPast(alert: Alert, then: number): boolean {
  const end = alert.closed?.at ?? alert.resolvedAt;
  if (isOpen(alert) || end === undefined || end > then) return false;
  return alert.tries.every(
    ({ verdict, endedAt, at, judgeAt }) => verdict !== undefined || (endedAt === undefined ? at < then - LONGEST_TRY : (judgeAt ?? 0) < then),
  );
}

/** How long a request may go on for which an alert that is over is looked after, in milliseconds. */
const LONGEST_TRY = 86_400_000;

/** How many things may happen to an alert by themselves at once. */
const MOST_TURNS = 20;

async function nextAct(alert: Alert, about: About): Promise<AlertAct | undefined> {
  for (const decide of DECISIONS) {
    const act = await decide(alert, about);
    if (act) return act;
  }
  return undefined;
}
