import { clockFrom } from '../time.ts';
import type { Block, Card } from '../types.ts';
import { clean, list, quoted, type Said, say } from '../words.ts';
import type { Alert, Silence } from './alert.ts';
import type { Beyond } from './believed.ts';
import { alertButtons } from './buttons.ts';
import { tryBlocks } from './came.ts';
import { memberBlocks, short, type Tally, tallyBlocks, targetOf, telling } from './rows.ts';
import { silencedWords } from './silenced.ts';
import { took } from './span.ts';
import { ALERT_STATES, moodOf, stateOf } from './state.ts';

/** Longest sentence of a source on a card, in characters. */
const TEXT = 400;
/** Longest address that is linked. */
const URL_MOST = 500;

/** What a card shows besides what the alert itself says. */
export interface Beside {
  /** How many steps the escalation of its route has. */
  readonly steps?: number;
  /** Silences in force. */
  readonly silences?: readonly Silence[];
  /** Of a flood: what it is made of. */
  readonly tally?: Tally;
  /** Where it is written down what helps. */
  readonly runbook?: string;
  /** Something of it names a host of which its source may not speak. */
  readonly beyond?: Beyond;
}

/** How an alert looks now. Pure, and without a clock: the same alert looks the same at any time. `names`: of people, by id. */
export function alertCard(alert: Alert, names: Readonly<Record<string, string>>, beside: Beside = {}): Card {
  const nameOf = (id: string) => names[id] ?? id;
  return {
    id: alert.id,
    rev: alert.rev,
    mood: moodOf(alert),
    title: titleOf(alert),
    blocks: [
      { kind: 'text', text: stateLine(alert, nameOf) },
      ...described(alert),
      ...unbelieved(beside.beyond),
      ...careOf(alert, nameOf, beside.silences ?? []),
      ...(beside.tally ? tallyBlocks(beside.tally, alert.counts.firing) : memberBlocks(alert)),
      ...tryBlocks(alert, nameOf),
      ...linked(alert.top[0]?.url),
      ...linked(beside.runbook),
    ],
    buttons: alertButtons(alert, names, beside.steps ?? 0),
    ticket: null,
    alert: { id: alert.id, state: stateOf(alert) },
  };
}

/** What is wrong, and where, each said once. */
export function titleOf(alert: Alert): Said {
  const plain = short(alert.title, 200);
  const title = alert.titled ?? plain;
  const [host] = alert.hosts;
  const n = alert.hosts.length;
  const [member] = alert.top;
  const where = host ?? (alert.top.length === 1 && member ? targetOf(member) : '');
  if (n > 1) return say({ en: '{title} · {n} hosts', zh: '{title} · {n} 台主机' }, { title, n });
  return where === '' || plain.toLowerCase().includes(where.toLowerCase())
    ? (alert.titled ?? quoted(plain))
    : say({ en: '{title} · {where}', zh: '{title} · {where}' }, { title, where });
}

/** `firing since 14:07 UTC · critical · 3 firing, 2 silenced`. */
function stateLine(alert: Alert, nameOf: (id: string) => string): Said {
  const { since, counts, resolvedAt, closed, severity } = alert;
  const at = (moment: number) => clockFrom(since, moment);
  if (alert.state === 'resolved') {
    const end = resolvedAt ?? since;
    const values = {
      at: at(end),
      took: took(end - since),
      was: alert.history.findLast(({ kind }) => kind === 'resolved')?.what === 'silenced' ? WAS_SILENCED : '',
    };
    return say({ en: 'resolved at {at} UTC, after {took}{was}', zh: '已于 {at} UTC 恢复，历时 {took}{was}' }, values);
  }
  if (closed) {
    const by = closed.by === undefined ? undefined : nameOf(closed.by);
    return by === undefined
      ? say({ en: 'closed at {at} UTC: nothing was heard of it any more', zh: '已于 {at} UTC 关闭：未再收到相关消息' }, { at: at(closed.at) })
      : say({ en: 'closed at {at} UTC by {by}', zh: '由 {by} 于 {at} UTC 关闭' }, { at: at(closed.at), by });
  }
  const parts = (
    [
      ['firing', counts.firing],
      ['silenced', counts.silenced],
      ['resolved', counts.resolved],
    ] as const
  ).filter(([, n]) => n > 0);
  const all = parts.map(([state, n]) => say({ en: '{n} {state}', zh: '{n} 条{state}' }, { n, state: ALERT_STATES[state] }));
  return say(
    { en: 'firing since {at} UTC · {severity}{counts}', zh: '自 {at} UTC 起告警 · {severity}{counts}' },
    {
      at: at(since),
      severity: SEVERITY[severity],
      counts: counts.firing + counts.silenced + counts.resolved > 1 ? say({ en: ' · {all}', zh: ' · {all}' }, { all: list(all) }) : '',
    },
  );
}

const WAS_SILENCED = say({ en: ', while it was silenced', zh: '（静默期间）' });
/** How severe it is. */
export const SEVERITY = {
  critical: say({ en: 'critical', zh: '严重' }),
  warning: say({ en: 'warning', zh: '警告' }),
  notice: say({ en: 'notice', zh: '提示' }),
} as const;

/** What its source says of it, where that is one thing; else the labels that tell something. */
function described({ top, labels }: Alert): Block[] {
  const texts = new Set(top.map(({ text }) => text ?? ''));
  const [one = ''] = texts;
  const said = texts.size === 1 ? top[0]?.said?.text : undefined;
  if (said) return [{ kind: 'text', text: said }];
  const words = texts.size === 1 && one.trim() !== '' ? clean(one.trim(), TEXT) : short(telling(labels), 160);
  return words === '' ? [] : [{ kind: 'text', text: quoted(words) }];
}

/** Why no runbook helps. */
function unbelieved(beyond: Beyond | undefined): Block[] {
  if (!beyond) return [];
  const en = 'it is said to be about {host}, of which {source} may not speak: no runbook acts on it';
  return [{ kind: 'text', text: say({ en, zh: '据称涉及 {host}，但 {source} 无权代其发言：处理手册对此不生效' }, { ...beyond }) }];
}

/** Who looks after it, and why it calls nobody. */
function careOf(alert: Alert, nameOf: (id: string) => string, silences: readonly Silence[]): Block[] {
  const { acked, assigned, tied, since } = alert;
  const at = (moment: number) => clockFrom(since, moment);
  const facts: (readonly [Said, Said])[] = silencedWords(alert, nameOf, silences).map((words) => [ALERT_STATES.silenced, words] as const);
  const add = (what: Said, words: Said) => void facts.push([what, words]);
  if (acked) add(ALERT_STATES.acked, say({ en: '{by}, {at} UTC', zh: '{by}，{at} UTC' }, { by: nameOf(acked.by), at: at(acked.at) }));
  if (assigned) {
    const values = { to: nameOf(assigned.to), by: nameOf(assigned.by) };
    add(say({ en: 'assigned', zh: '已指派' }), say({ en: 'to {to}, by {by}', zh: '给 {to}（由 {by}）' }, values));
  }
  if (tied && tied.until === undefined) {
    const values = { by: nameOf(tied.by), line: short(tied.line, 200), ticket: tied.ticket };
    add(ALERT_STATES.tied, say({ en: '{by} runs `{line}` ({ticket})', zh: '{by} 正在执行 `{line}`（{ticket}）' }, values));
  }
  return facts.length === 0 || alert.state === 'resolved' ? [] : [{ kind: 'facts', facts }];
}

/** An address as a link that says where it leads, all of it; nothing for what is no address of the web. */
export function linked(url: string | undefined): Block[] {
  if (url === undefined || url.length > URL_MOST || !URL.canParse(url)) return [];
  const { protocol, username, password, href } = new URL(url);
  return /^https?:$/.test(protocol) && username === '' && password === '' && href.length <= URL_MOST ? [{ kind: 'link', url: href }] : [];
}
