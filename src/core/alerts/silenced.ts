import { clockFrom, dayAndClock } from '../time.ts';
import type { Block, Cell } from '../types.ts';
import { list, type Said, say } from '../words.ts';
import type { Alert, Matcher, Silence } from './alert.ts';
import { short } from './rows.ts';

/** Most silences on a card, and most matchers of each. */
const MOST = 3;

/** Until when an alert is silenced, by whom and why: of each silence that covers something of it. */
export function silencedWords(alert: Alert, nameOf: (id: string) => string, silences: readonly Silence[]): Said[] {
  const ids = [...new Set(alert.top.flatMap(({ status, silence }) => (status === 'firing' && silence !== undefined ? [silence] : [])))];
  const known = ids.map((id) => silences.find((one) => one.id === id)).filter((one) => one !== undefined);
  const found = known.slice(0, MOST).map(({ until, by, matchers, reason }) =>
    say(
      { en: 'until {until} UTC by {by}: {what}{reason}', zh: '至 {until} UTC，由 {by}：{what}{reason}' },
      {
        ...{ until: clockFrom(alert.since, until), by: nameOf(by), what: matcherWords(matchers, alert.counts.firing === 0) },
        reason: reason === '' ? '' : say({ en: ' ({reason})', zh: '（{reason}）' }, { reason: short(reason, 200) }),
      },
    ),
  );
  if (known.length > 0 || ids.length === 0) return found;
  // The silence itself is not at hand: what the history has of it.
  const last = alert.history.findLast(({ kind }) => kind === 'silenced');
  return last?.until === undefined
    ? []
    : [say({ en: 'until {until} UTC by {by}', zh: '至 {until} UTC，由 {by}' }, { until: clockFrom(alert.since, last.until), by: nameOf(last.by ?? '') })];
}

/** What a silence keeps quiet. `whole`: everything of the alert. `title`: of what is silenced by its fingerprint. */
export function matcherWords(matchers: readonly Matcher[], whole = false, title?: string | Said): Said {
  const prints = matchers.some(({ name }) => name === 'fingerprint');
  if (prints && title !== undefined) return say({ en: '“{title}”', zh: '“{title}”' }, { title: typeof title === 'string' ? short(title, 200) : title });
  if (prints) return whole ? say({ en: 'this alert', zh: '此告警' }) : say({ en: 'one of these', zh: '其中一条' });
  const all = matchers.slice(0, 6).map((one) => say({ en: '`{meant}`', zh: '`{meant}`' }, { meant: shortly(one) }));
  return list([...all, ...(matchers.length > 6 ? ['…'] : [])]);
}

/** Silences as a table. `there`: what becomes of each at sources, by its id. `lingering`: those that are over here, and not yet there. */
export function silenceTable(
  silences: readonly Silence[],
  nameOf: (id: string) => string,
  there: ReadonlyMap<string, Said>,
  lingering: readonly Silence[] = [],
): Block {
  const columns = [
    say({ en: 'silence', zh: '静默' }),
    say({ en: 'what', zh: '内容' }),
    say({ en: 'until (UTC)', zh: '截止（UTC）' }),
    say({ en: 'by', zh: '人员' }),
    say({ en: 'reason', zh: '理由' }),
    say({ en: 'at the source', zh: '来源处' }),
  ];
  const row = (silence: Silence, at: Said | string): Cell[] => {
    const { id, until, by, reason } = silence;
    return [id, meantBy(silence), dayAndClock(until), nameOf(by), short(reason, 200), at];
  };
  const still = ({ written = {} }: Silence) =>
    say(
      { en: 'ended here, still silenced at {sources}', zh: '此处已结束，{sources} 仍在静默' },
      { sources: list(Object.entries(written).flatMap(([source, what]) => ('id' in what ? [source] : []))) },
    );
  return { kind: 'table', columns, rows: [...silences.map((one) => row(one, there.get(one.id) ?? '')), ...lingering.map((one) => row(one, still(one)))] };
}

/** What it keeps quiet: all that must fit, as it is typed; or what was silenced by its fingerprint, by its title. */
export function meantBy({ matchers, title }: Pick<Silence, 'matchers' | 'title'>): string | Said {
  if (typeof title === 'object') return title;
  return title !== undefined ? short(title, 200) : matchers.map(shortly).join(' ');
}

/** A matcher as it can be typed: what is meant to the letter has two signs. */
export function typed({ name, pattern, literal }: Matcher): string {
  return `${name}=${literal || pattern.startsWith('=') ? '=' : ''}${pattern}`;
}

const shortly = ({ name, pattern, ...more }: Matcher) => typed({ ...more, name: short(name), pattern: short(pattern) });
