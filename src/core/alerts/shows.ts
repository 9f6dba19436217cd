import type { Due } from '../due.ts';
import type { Place } from '../types.ts';
import type { Alert } from './alert.ts';

/** Whoever looks at the console sees what they may. */
export const CONSOLE: Place = { chat: 'web', room: 'console' };
/** The lane of alerts, after decisions, results and progress; and that of results. */
const ALERTS = 3;
const ACTED = 1;
/** A flood is told before all that it is made of. */
const FLOOD = 2;
/** How long it is news what somebody did, in milliseconds. */
const FRESH = 10_000;

/** The jobs that show an alert as it is now, wherever it is shown. What somebody has just done about it is shown at once: they wait to see that. */
export function shows({ id, rev, places, history, storm }: Alert, now: number): Due[] {
  const last = history.at(-1);
  const acted = last?.by !== undefined && now - last.at < FRESH && BY_HAND.includes(last.kind);
  const lane = acted ? ACTED : storm ? FLOOD : ALERTS;
  return [...places, CONSOLE].map((place) => ({ job: 'show', card: id, rev, place, lane }));
}

const BY_HAND: readonly Alert['history'][number]['kind'][] = ['acked', 'unacked', 'silenced', 'unsilenced', 'assigned', 'escalated', 'closed'];
