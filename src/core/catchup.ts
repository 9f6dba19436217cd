import type { Alert } from './alerts/alert.ts';
import { short } from './alerts/rows.ts';
import { ALERT_STATES, stateOf } from './alerts/state.ts';
import { type Audited, takenAt } from './audit.ts';
import type { Request } from './command.ts';
import { STATE_WORDS } from './states.ts';
import { clockFrom } from './time.ts';
import type { Block, Cell } from './types.ts';
import { list, type Said, say, type Words } from './words.ts';

/** Rows of a part at most; the rest is only counted. */
const ROWS = 10;

/** A part of what there is to know: its title, and a table of it; nothing where there is nothing. `how`: the line that shows all. */
export function partOf(title: Said, columns: readonly Said[], rows: readonly (readonly Cell[])[], how?: string): Block[] {
  if (rows.length === 0) return [];
  const more = rows.length - ROWS;
  return [
    { kind: 'text', text: title },
    { kind: 'table', columns, rows: rows.slice(0, ROWS) },
    ...(more > 0
      ? [{ kind: 'text', text: how === undefined ? MORE(more) : say({ en: 'and {n} more: `{how}`', zh: '另有 {n} 项：`{how}`' }, { n: more, how }) } as const]
      : []),
  ];
}
const MORE = (n: number) => say({ en: 'and {n} more', zh: '另有 {n} 项' }, { n });

const SINCE = say({ en: 'since (UTC)', zh: '起始（UTC）' });
const WHAT = say({ en: 'what', zh: '内容' });
const WHO = say({ en: 'who', zh: '提出者' });
const KEEPER = say({ en: 'who', zh: '负责人' });
const ON = say({ en: 'on', zh: '对象' });
const STATE = say({ en: 'state', zh: '状态' });
const REQUEST = say({ en: 'request', zh: '请求' });

/** Alerts that need somebody: what nobody looks at first. */
export function alertPart(alerts: readonly Alert[], nameOf: (id: string) => string, now: number): Block[] {
  const urgent = (alert: Alert) => (stateOf(alert) === 'firing' ? 0 : 1);
  const sorted = [...alerts].sort((a, b) => urgent(a) - urgent(b) || a.since - b.since);
  const rows = sorted.map((alert): Cell[] => [
    alert.titled ?? short(alert.title),
    list(alert.hosts.slice(0, 3)),
    ALERT_STATES[stateOf(alert)],
    alert.assigned ? nameOf(alert.assigned.to) : alert.acked ? nameOf(alert.acked.by) : '',
    clockFrom(now, alert.since),
    alert.id,
  ]);
  const columns = [WHAT, ON, STATE, KEEPER, SINCE, say({ en: 'alert', zh: '告警' })];
  return partOf(say({ en: 'alerts:', zh: '告警：' }), columns, rows, 'alert list');
}

/** What is under way, and what nobody knows the end of. */
export function runningPart(requests: readonly Request[], now: number): Block[] {
  const rows = requests.map(({ ticket, by }): Cell[] => [
    ticket.text,
    by,
    STATE_WORDS[ticket.state],
    'startedAt' in ticket && ticket.startedAt !== undefined ? clockFrom(now, ticket.startedAt) : '',
    ticket.id,
  ]);
  return partOf(say({ en: 'under way:', zh: '进行中：' }), [WHAT, WHO, STATE, SINCE, REQUEST], rows);
}

/** What was done to hosts: the ends of requests that had steps; what was only said about alerts is summed up. `entries`: the newest first. */
export async function donePart(
  entries: readonly Audited[],
  nameOf: (id: string) => string,
  now: number,
  lineOf: (ticket: string) => Promise<string | undefined>,
): Promise<Block[]> {
  const did = entries.filter(({ command = '' }) => !isTalk(command));
  const lines = await Promise.all(did.slice(0, ROWS).map(({ ticket }) => (ticket === undefined ? undefined : lineOf(ticket))));
  const rows = did.map((entry, i): Cell[] => [
    clockFrom(now, takenAt(entry)),
    nameOf(entry.asker ?? entry.by ?? ''),
    lines[i] ?? entry.line ?? entry.command ?? '',
    list((entry.hosts ?? []).slice(0, 3)),
    cameTo(entry.more?.state),
    entry.ticket ?? '',
  ]);
  const columns = [say({ en: 'ended (UTC)', zh: '结束（UTC）' }), WHO, WHAT, ON, say({ en: 'came to', zh: '结果' }), REQUEST];
  return [...partOf(say({ en: 'done since then:', zh: '期间完成：' }), columns, rows, 'audit search'), ...talkBlocks(entries)];
}

/** Whether a command changes no host, only what is known of alerts. */
const isTalk = (command: string) => /^(alert|silence) /.test(command);

function talkBlocks(entries: readonly Audited[]): Block[] {
  const counts = new Map<string, number>();
  for (const { command = '', more } of entries) if (isTalk(command) && more?.state === 'done') counts.set(command, (counts.get(command) ?? 0) + 1);
  const all = [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([command, n]) => say(TALK[command] ?? { en: '{n} × {command}', zh: '{command} {n} 次' }, { n, command }));
  return all.length === 0 ? [] : [{ kind: 'text', text: say({ en: 'about alerts: {all}', zh: '告警处理：{all}' }, { all: list(all) }) }];
}

const TALK: Readonly<Record<string, Words>> = {
  'alert ack': { en: '{n} acknowledged', zh: '确认 {n} 次' },
  'alert unack': { en: '{n} acknowledged no more', zh: '撤回确认 {n} 次' },
  'alert silence': { en: '{n} silenced', zh: '静默 {n} 次' },
  'alert assign': { en: '{n} assigned', zh: '指派 {n} 次' },
  'alert escalate': { en: '{n} escalated', zh: '升级 {n} 次' },
  'alert close': { en: '{n} closed', zh: '关闭 {n} 次' },
  'silence add': { en: '{n} silenced by label', zh: '按标签静默 {n} 次' },
  'silence end': { en: '{n} heard again', zh: '结束静默 {n} 次' },
  'silence again': { en: '{n} silenced again', zh: '恢复静默 {n} 次' },
};

/** How it ended, in words. */
function cameTo(state: unknown): Cell {
  const known = Object.entries(STATE_WORDS).find(([name]) => name === state);
  return known ? known[1] : '';
}
