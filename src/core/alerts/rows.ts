import { clockFrom } from '../time.ts';
import type { Block, Cell } from '../types.ts';
import { clean, type Said, say } from '../words.ts';
import type { Alert, Member } from './alert.ts';
import { standingOf } from './members.ts';
import { ALERT_STATES } from './state.ts';

/** Most members on a card. */
const SHOWN = 8;
/** Longest cell, in characters. */
const CELL = 60;
/** Labels that say where something is, the best first. */
const WHERE = ['host', 'hostname', 'nodename', 'node', 'instance'] as const;
/** Labels that a card says elsewhere, or that say nothing to people. */
const ELSEWHERE: readonly string[] = [...WHERE, 'value', 'alertname', 'severity', 'job', 'source', 'prometheus', 'title', 'receiver', 'monitor', 'fix'];

/** What a member is about: its host, or what its source calls it. */
export function targetOf({ host, labels }: Pick<Member, 'host' | 'labels'>): string {
  return short(host ?? WHERE.map((name) => labels[name]).find((value) => value !== undefined && value !== '') ?? '');
}

/** Labels that tell something: `device=sda1 mountpoint=/var`. */
export function telling(labels: Readonly<Record<string, string>>, but: Readonly<Record<string, string>> = {}): string {
  const all = Object.entries(labels).filter(([name, value]) => !ELSEWHERE.includes(name) && !name.startsWith('__') && value !== '' && but[name] !== value);
  return all.map(([name, value]) => `${name}=${short(value)}`).join(' ');
}

/** The members of an alert as a table, columns that all leave empty left out; and how many there are besides. Pure. */
export function memberBlocks(alert: Alert, members: readonly Member[] = alert.top, most = SHOWN): Block[] {
  const all = alert.counts.firing + alert.counts.silenced + alert.counts.resolved;
  const shown = members.slice(0, most);
  if (all <= 1 && shown.length <= 1) return [];
  const named = shown.some(({ title }) => title !== alert.title);
  const mixed = new Set(shown.map(standingOf)).size > 1;
  const row = (member: Member): Cell[] => [
    targetOf(member),
    whatOf(member, named, telling(member.labels, alert.labels)),
    mixed ? ALERT_STATES[standingOf(member)] : '',
    clockFrom(alert.since, member.since),
    short(member.labels.value ?? ''),
  ];
  return [...tableOf(COLUMNS, shown.map(row)), ...besides(all - shown.length)];
}

/** What a member is, by its title and its labels. */
function whatOf({ title, said }: Member, named: boolean, labels: string): Cell {
  if (named && said) return labels === '' ? said.title : say({ en: '{title} {labels}', zh: '{title} {labels}' }, { title: said.title, labels: short(labels) });
  return short([...(named ? [title] : []), labels].filter((part) => part !== '').join(' '));
}

const COLUMNS: readonly Said[] = [
  say({ en: 'target', zh: '对象' }),
  say({ en: 'what', zh: '内容' }),
  say({ en: 'state', zh: '状态' }),
  say({ en: 'since (UTC)', zh: '起始（UTC）' }),
  say({ en: 'value', zh: '数值' }),
];

/** How many members of a flood have each title, and how many are about each host; the most frequent first. */
export interface Tally {
  readonly titles: readonly (readonly [string | Said, number])[];
  readonly targets: readonly (readonly [string, number])[];
  /** How many were counted. */
  readonly of: number;
}

/** Counts members. Pure. */
export function tallyOf(members: readonly Member[]): Tally {
  const count = (all: readonly string[]) => {
    const found = new Map<string, number>();
    for (const one of all) if (one !== '') found.set(one, (found.get(one) ?? 0) + 1);
    return [...found].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  };
  const firing = members.filter(({ status }) => status === 'firing');
  const meant = firing.length > 0 ? firing : members;
  const words = new Map(meant.flatMap(({ title, said }) => (said ? [[short(title), said.title] as const] : [])));
  const titles = count(meant.map(({ title }) => short(title))).map(([title, n]) => [words.get(title) ?? title, n] as const);
  return { titles, targets: count(meant.map(targetOf)), of: meant.length };
}

/** A flood by title and by host. Pure. */
export function tallyBlocks({ titles, targets, of }: Tally, firing: number): Block[] {
  const n = say({ en: 'alerts', zh: '告警数' });
  const block = (what: Said, rows: Tally['titles']): Block[] =>
    rows.length === 0
      ? []
      : [{ kind: 'table', columns: [what, n], rows: rows.slice(0, SHOWN).map(([name, count]): Cell[] => [name, count]) }, ...besides(rows.length - SHOWN)];
  return [
    ...block(say({ en: 'what', zh: '内容' }), titles),
    ...block(say({ en: 'where', zh: '对象' }), targets),
    ...(of < firing ? [text(say({ en: 'counted over {of} of them', zh: '按其中 {of} 条统计' }, { of }))] : []),
  ];
}

/** A table without the columns that are empty in all rows. */
function tableOf(columns: readonly Said[], rows: readonly (readonly Cell[])[]): Block[] {
  const kept = columns.map((_, i) => rows.some((row) => row[i] !== ''));
  const only = <T>(all: readonly T[]) => all.filter((_, i) => kept[i]);
  return rows.length === 0 ? [] : [{ kind: 'table', columns: only(columns), rows: rows.map(only) }];
}

function besides(n: number): Block[] {
  return n > 0 ? [text(say({ en: 'and {n} more', zh: '另有 {n} 条' }, { n }))] : [];
}

const text = (said: Said): Block => ({ kind: 'text', text: said });

/** Outside text on one line. */
export function short(value: string, most = CELL): string {
  return clean(value.replace(/\s+/g, ' ').trim(), most);
}
