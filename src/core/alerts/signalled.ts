import { SEVERITIES, type Severity } from '../check.ts';
import { canonical } from '../digest.ts';
import type { Alert, AlertEvent, Happened, Member } from './alert.ts';
import { brief, byRank, looksSame, nameOf, within } from './members.ts';
import { timesBack } from './wanting.ts';

/** How many of each a card keeps, and how many characters of labels. */
const MOST = { top: 12, hosts: 50, labels: 2000 };

/**
 * The alert after what its sources said. `members`: those that changed, and those that may take a place among the first. Pure.
 * Worse than before, or fires again after its end: whoever took note of it took note of something else.
 */
export function signalled(alert: Alert, event: Extract<AlertEvent, { kind: 'signals' }>): Alert {
  const { at, members, counts } = event;
  const top = firstOf(alert.top, members);
  const fires = counts.firing + counts.silenced > 0;
  const isNew = alert.history.length === 0;
  const worst = fires ? (top[0]?.severity ?? alert.severity) : alert.severity;
  const back = !isNew && fires && alert.state === 'resolved';
  const worse = !isNew && !back && fires && isWorse(worst, alert.severity) && counts.firing > 0;
  const over = !fires && alert.state === 'firing';
  const { acked, resolvedAt, titled, ...rest } = alert;
  const words = alert.storm || !top[0] ? titled : top[0].said?.title;
  const keeps = back || worse ? {} : { ...(acked ? { acked } : {}), ...(resolvedAt === undefined ? {} : { resolvedAt }) };
  const restarts = back || (worse && acked !== undefined);
  const next: Alert = {
    ...rest,
    ...keeps,
    ...(restarts ? { escalation: { taken: 0 } } : {}),
    ...(isNew || back ? { firedAt: at } : {}),
    ...(back ? { returns: timesBack(alert) + 1 } : {}),
    ...(over ? { resolvedAt: at } : {}),
    state: fires ? 'firing' : 'resolved',
    severity: worst,
    title: alert.storm ? alert.title : (top[0]?.title ?? alert.title),
    ...(words ? { titled: words } : {}),
    labels: members.reduce((labels, member) => common(labels, member.labels), within(alert.labels, MOST.labels)),
    hosts: [...new Set([...alert.hosts, ...members.flatMap(({ host }) => (host === undefined ? [] : [host]))])].slice(0, MOST.hosts),
    counts,
    top,
    history: [...alert.history, ...told()],
  };
  return isNew || !looksTheSame(next, alert) ? next : alert;

  function told(): Happened[] {
    const again: Happened[] = back ? [{ at, kind: 'fired-again' }] : worse ? [{ at, kind: 'fired-again', what: worst }] : [];
    const began: Happened[] = isNew ? [{ at, kind: 'fired' }] : again.length === 0 && event.began > 0 ? [{ at, kind: 'more', what: String(event.began) }] : [];
    return [...began, ...again, ...(over ? [ended()] : [])];
  }

  function ended(): Happened {
    const quietly = alert.counts.silenced > 0 && alert.counts.firing === 0;
    return { at, kind: 'resolved', ms: Math.max(0, at - (isNew ? at : alert.firedAt)), ...(quietly ? { what: 'silenced' } : {}) };
  }
}

/** The first by rank, each once, as it is now. */
function firstOf(before: readonly Member[], now: readonly Member[]): readonly Member[] {
  const all = new Map([...before, ...now].map((member) => [nameOf(member), member]));
  return [...all.values()].sort(byRank).slice(0, MOST.top).map(brief);
}

function isWorse(a: Severity, b: Severity): boolean {
  return SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b);
}

function common(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(a).filter(([name, value]) => b[name] === value));
}

/** Nothing of it is to be seen anywhere: the same was only heard again. */
function looksTheSame(a: Alert, b: Alert): boolean {
  const same = a.top.length === b.top.length && a.top.every((one, i) => looksSame(one, b.top[i] ?? one));
  return same && canonical({ ...a, top: [] }) === canonical({ ...b, top: [] });
}
