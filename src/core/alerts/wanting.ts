import { type Alert, isOpen } from './alert.ts';

/** Whether it waits for somebody: something fires that is not silenced, and neither a person nor a running request accounts for it. */
export function isUnattended(alert: Alert, now: number): boolean {
  const { acked, tied, counts } = alert;
  return isOpen(alert) && !acked && counts.firing > 0 && !(tied && (tied.until === undefined || now < tied.until));
}

/** When it last began to want somebody, in milliseconds since the epoch: when it fired, or got worse than what somebody had taken note of. */
export function beganAt({ firedAt, history }: Pick<Alert, 'firedAt' | 'history'>): number {
  let began = firedAt;
  let isNoted = false;
  for (const { kind, at } of history) {
    if (kind === 'fired-again' && isNoted) began = Math.max(began, at);
    isNoted = kind === 'acked' || (isNoted && kind !== 'unacked' && kind !== 'fired-again');
  }
  return began;
}

/** How often it came back after it was over. The history forgets; only a card of an older version has no more than that. */
export function timesBack({ returns, history }: Pick<Alert, 'returns' | 'history'>): number {
  return returns ?? history.filter(({ kind, what }) => kind === 'fired-again' && what === undefined).length;
}
