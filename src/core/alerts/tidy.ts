import { sha256 } from '../digest.ts';
import { keptText } from '../redactline.ts';
import { clean } from '../words.ts';
import { LIMITS, type Signal } from './alert.ts';
import { keptSpoken } from './spoken.ts';

/** Names that a table of labels may not have: they mean something else to the language. */
const FORBIDDEN: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** A signal as it may be kept: outside text without what forges, nothing longer than `LIMITS`, the source's own labels on it. */
export function tidied(signal: Signal, source: string, more: Readonly<Record<string, string>> = {}): Signal {
  const { fingerprint, title, text, labels, url, group, startsAt, endsAt, once, status, severity, said } = signal;
  return {
    source,
    // Cut, two could become one.
    fingerprint: short(fingerprint, LIMITS.fingerprint),
    status,
    severity,
    title: cut(title, LIMITS.title) || source,
    ...(text ? { text: cut(text, LIMITS.text) } : {}),
    labels: labelsOf(labels, more),
    startsAt: moment(startsAt),
    ...(endsAt === undefined ? {} : { endsAt: moment(endsAt) }),
    ...(url !== undefined && /^https?:\/\//i.test(url) ? { url: cut(url, LIMITS.url) } : {}),
    ...(group === undefined ? {} : { group: short(group, LIMITS.group) }),
    ...(once ? { once } : {}),
    ...keptSpoken(said, source),
  };
}

function labelsOf(labels: Readonly<Record<string, string>>, more: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(more);
  const named: [string, string][] = [];
  for (const [name, value] of Object.entries(labels)) {
    if (named.length >= LIMITS.labels - own.length) break;
    if (value !== '' && !FORBIDDEN.includes(name)) named.push([cut(name, LIMITS.name), cut(value, LIMITS.value)]);
  }
  return Object.fromEntries([...named, ...own]);
}

/** At most so many characters, with a mark where something is missing; what looks like a secret is hidden, also where only its beginning would be left. */
function cut(text: string, most: number): string {
  return clean(keptText(text.slice(0, most + BEYOND)), most - 1).trim();
}
/** How far beyond the cut is looked for what a secret goes on with, in characters. */
const BEYOND = 500;

/** A time that there is: what is none, or beyond all calendars, is taken for the last there is, which is cut to when it was heard. */
function moment(at: number): number {
  return Number.isFinite(at) ? Math.min(LAST, Math.max(0, Math.round(at))) : LAST;
}
const LAST = 8.64e15;

function short(text: string, most: number): string {
  const cleaned = clean(text, text.length);
  return cleaned.length <= most ? cleaned : `${cleaned.slice(0, most - 66)}…${sha256(text)}`;
}
