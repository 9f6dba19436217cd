import type { Alert, AlertEvent, Happened, Try } from './alert.ts';

/** How many are kept. */
const MOST = 20;

/** The alert after a command that was asked for because of it came a step further. Pure. */
export function tried(alert: Alert, event: Extract<AlertEvent, { kind: 'asked' | 'ran' | 'judged' }>): Alert {
  const { ticket, at } = event;
  const one = alert.tries.find((other) => other.ticket === ticket);
  if (event.kind === 'asked') {
    if (one) return alert;
    const { by, line, auto } = event;
    return noted(alert, { ticket, by, line, at, ...(auto ? { auto } : {}) }, { at, kind: 'asked', by, ticket, what: line });
  }
  if (!one) return alert;
  if (event.kind === 'ran') {
    if (one.endedAt !== undefined) return alert;
    const { state, judgeAt } = event;
    return noted(alert, { ...one, endedAt: at, state, judgeAt }, { at, kind: 'ran', by: one.by, ticket, what: state });
  }
  if (one.verdict) return alert;
  const cleared = alert.state === 'resolved';
  const until = alert.resolvedAt ?? at;
  // What was over before the command was gets the time since it was asked for.
  const ms = Math.max(0, until - (one.endedAt !== undefined && one.endedAt <= until ? one.endedAt : one.at));
  const verdict = cleared ? 'cleared' : 'still-firing';
  return noted(alert, { ...one, verdict }, { at, kind: verdict, by: one.by, ticket, ms });
}

function noted(alert: Alert, changed: Try, happened: Happened): Alert {
  const known = alert.tries.some(({ ticket }) => ticket === changed.ticket);
  const tries = known ? alert.tries.map((one) => (one.ticket === changed.ticket ? changed : one)) : [...alert.tries, changed].slice(-MOST);
  return { ...alert, tries, history: [...alert.history, happened] };
}
