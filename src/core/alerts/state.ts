import type { Mood } from '../types.ts';
import { type Said, say } from '../words.ts';
import type { Alert } from './alert.ts';

/** How an alert stands, in one word: `tied`, a running request is expected to cause it. */
export type AlertState = 'firing' | 'acked' | 'silenced' | 'tied' | 'resolved' | 'closed';

/** What each is called. */
export const ALERT_STATES: Readonly<Record<AlertState, Said>> = {
  firing: say({ en: 'firing', zh: '告警中' }),
  acked: say({ en: 'acknowledged', zh: '已确认' }),
  silenced: say({ en: 'silenced', zh: '已静默' }),
  tied: say({ en: 'expected', zh: '预期之中' }),
  resolved: say({ en: 'resolved', zh: '已恢复' }),
  closed: say({ en: 'closed', zh: '已关闭' }),
};

/** How an alert stands. Pure. */
export function stateOf({ state, closed, acked, counts, tied }: Pick<Alert, 'state' | 'closed' | 'acked' | 'counts' | 'tied'>): AlertState {
  if (state === 'resolved') return 'resolved';
  if (closed) return 'closed';
  if (counts.firing === 0 && counts.silenced > 0) return 'silenced';
  if (tied && tied.until === undefined) return 'tied';
  return acked ? 'acked' : 'firing';
}

/** The colour of its card. */
export function moodOf(alert: Alert): Mood {
  const state = stateOf(alert);
  if (state === 'resolved' || state === 'closed') return 'good';
  if (state !== 'firing') return 'busy';
  return alert.severity === 'critical' ? 'bad' : 'waiting';
}
