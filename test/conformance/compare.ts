import type { Answer, Exchange } from './exchange.ts';
import { IDENTITIES, isMeasure, isOpen, isStable } from './fields.ts';
import { normalised, reasonClass } from './message.ts';
import { type Fields, isRecord } from './record.ts';

/** What differs, in words; empty when the two are the same as far as a client may care. */
export function differences({ path, answer }: Exchange, got: Answer): string[] {
  const status = statusLine(answer, got);
  return answer.status === got.status ? [...status, ...bodies(answer.body, got.body, path)] : status;
}

function statusLine(want: Answer, got: Answer): string[] {
  const told = got.reason === undefined || got.reason === '' ? '' : ` (${got.reason})`;
  if (want.status !== got.status) return [`status is ${got.status}${told}, recorded ${want.status} ${brief(want.body)}`];
  if (want.reason === undefined || want.reason === '') return [];
  const [kind, ours] = [reasonClass(want.reason), reasonClass(got.reason ?? '')];
  if (kind !== ours) return [`reason is '${got.reason}' (${ours}), recorded '${want.reason}' (${kind})`];
  return kind === 'other' && normalised(want.reason) !== normalised(got.reason ?? '') ? [`reason is '${got.reason}', recorded '${want.reason}'`] : [];
}

function bodies(want: unknown, got: unknown, path: string): string[] {
  if (!isRecord(want))
    return empty(want) === empty(got) ? [] : [empty(want) ? `there is a body, recorded none: ${brief(got)}` : `body is ${brief(got)}, recorded ${brief(want)}`];
  if (!isRecord(got)) return [`there is no JSON body: ${brief(got)}`];
  return [...messages(want, got), ...errors(want.errors, got.errors), ...siblings(want, got), ...differ(want.data, got.data, 'data', path)];
}

function empty(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

function messages(want: Fields, got: Fields): string[] {
  if (typeof want.message !== 'string') return typeof got.message === 'string' ? [`there is a message: ${brief(got.message)}`] : [];
  if (typeof got.message !== 'string') return [`there is no message, recorded ${brief(want.message)}`];
  return normalised(want.message) === normalised(got.message) ? [] : [`message is ${brief(got.message)}, recorded ${brief(want.message)}`];
}

function errors(want: unknown, got: unknown): string[] {
  const [wanted, ours] = [want, got].map((value) => (isRecord(value) ? Object.keys(value).sort().join(', ') : ''));
  return wanted === ours ? [] : [`errors are about '${ours}', recorded '${wanted}'`];
}

/** What stands beside `data`. */
function siblings(want: Fields, got: Fields): string[] {
  const changed = typeof want.changes === 'string' ? want.changes : '';
  const ours = typeof got.changes === 'string' ? got.changes : '';
  return [
    ...(want.total !== undefined && Number(want.total) !== Number(got.total) ? [`total is ${brief(got.total)}, recorded ${brief(want.total)}`] : []),
    ...((changed === '') === (ours === '') ? [] : [`changes are ${brief(ours)}, recorded ${brief(changed)}`]),
    ...['success', 'status'].flatMap((key) =>
      key in want && (typeof want[key] !== typeof got[key] || want[key] !== got[key]) ? [`${key} is ${brief(got[key])}, recorded ${brief(want[key])}`] : [],
    ),
  ];
}

/** `at` says where we are, for people. Types are loose in one way: a number may be a string of digits. */
function differ(want: unknown, got: unknown, at: string, path: string): string[] {
  const key = at.split('.').at(-1) ?? '';
  if (want === null || want === undefined) return empty(got) || isMeasure(key) ? [] : [`${at} is ${brief(got)}, recorded null`];
  if (empty(got) && want !== '') return isMeasure(key) ? [] : [`${at} is missing, recorded ${brief(want)}`];
  if (Array.isArray(want)) return Array.isArray(got) ? lists(want, got, at, path) : [`${at} is ${brief(got)}, recorded a list`];
  if (isRecord(want)) {
    if (!isRecord(got)) return [`${at} is ${brief(got)}, recorded an object`];
    return Object.keys(want).flatMap((name) => differ(want[name], got[name], `${at}.${name}`, path));
  }
  return scalars(want, got, at, isStable(key, path));
}

function scalars(want: unknown, got: unknown, at: string, stable: boolean): string[] {
  const told = [`${at} is ${brief(got)}, recorded ${brief(want)}`];
  if (typeof want === 'string' && want.startsWith('UPID:'))
    return typeof got === 'string' && (at.endsWith('verification.upid') || task(got) === task(want)) ? [] : told;
  const alike = typeof want === typeof got || (isNumeric(want) && isNumeric(got));
  if (!alike) return told;
  const key = at.split('.').at(-1) ?? '';
  if (!stable || isMeasure(key)) return [];
  if (key === 'status' && want === 'unknown') return [];
  return normalised(String(want)) === normalised(String(got)) ? [] : told;
}

/** Node, type, id and user of a UPID. */
function task(upid: string): string {
  const [, node, , , , type, id, user] = upid.split(':');
  return [node, type, id, user].join(' ');
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?(e-?\d+)?$/.test(value));
}

function lists(all: readonly unknown[], ours: readonly unknown[], at: string, path: string): string[] {
  const [want, got] = [all.filter(isOfUse), ours.filter(isOfUse)];
  if (isOpen(path)) return want.flatMap((one, i) => nearest(one, got, `${at}[${i}]`, path));
  const identity = IDENTITIES.find((key) => identifies(key, want));
  if (identity === undefined) {
    const count = want.length === got.length ? [] : [`${at} has ${got.length} elements, recorded ${want.length}`];
    return [...count, ...want.slice(0, got.length).flatMap((one, i) => differ(one, got[i], `${at}[${i}]`, path))];
  }
  const [names, found] = [named(want, identity), named(got, identity)];
  const extra = found.filter((name) => !names.includes(name) && !isGap(name, identity, want));
  const order = identity === 'upid' && names.join() !== found.filter((name) => names.includes(name)).join() ? [`${at} is in another order`] : [];
  const each = want.flatMap((one, i) => {
    const place = found.indexOf(names[i] ?? '');
    return place < 0 ? [`${at} has no ${names[i]}`] : differ(one, got[place], `${at}[${names[i]}]`, path);
  });
  return [...extra.map((name) => `${at} has ${name} too`), ...order, ...each];
}

/** Networks among the cluster's resources are nothing to a client. */
function isOfUse(element: unknown): boolean {
  return !isRecord(element) || !/^(?:sdn|network)\//.test(String(element.id ?? ''));
}

/** What differs from the element that differs least. */
function nearest(want: unknown, got: readonly unknown[], at: string, path: string): string[] {
  const [least] = got.map((one) => differ(want, one, at, path)).sort((a, b) => a.length - b.length);
  return least ?? [`${at} is missing`];
}

function named(elements: readonly unknown[], identity: string): string[] {
  return elements.map((element) => (isRecord(element) ? String(element[identity]) : ''));
}

function identifies(key: string, elements: readonly unknown[]): boolean {
  const names = elements.map((element) => (isRecord(element) ? element[key] : undefined));
  return elements.length > 0 && names.every((name) => name !== undefined && name !== null) && new Set(names).size === names.length;
}

/** A line of a log that was taken out of the recording: its number lies between the first and the last there are. */
function isGap(name: string, identity: string, want: readonly unknown[]): boolean {
  if (identity !== 'n') return false;
  const numbers = named(want, 'n').map(Number);
  return Number(name) > Math.min(...numbers) && Number(name) < Math.max(...numbers);
}

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 160 ? `${text.slice(0, 157)}…` : text;
}
