import { z } from 'zod';
import { Refusal } from '../core/errors.ts';
import { say } from '../core/words.ts';
import type { RecordType } from './records.ts';

const NAME = /^(?=.{1,254}$)(\*\.)?[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_-]{1,63})*\.?$/;
const dotted = (name: string) => (name.endsWith('.') ? name : `${name}.`).toLowerCase();
const number = (text: string | undefined, most = 65_535) => (/^\d{1,5}$/.test(text ?? '') && Number(text) <= most ? String(Number(text)) : undefined);
const named = (text: string | undefined) => (text !== undefined && (NAME.test(text) || text === '.') ? (text === '.' ? text : dotted(text)) : undefined);
const whole = (...parts: readonly (string | undefined)[]) => (parts.includes(undefined) ? undefined : parts.join(' '));

/** A value as dig(1) prints it, so that the two can be compared. Throws Refusal for what the type cannot hold. */
export function recordValue(type: RecordType, text: string): string {
  const value = normal(type, text.trim());
  if (value !== undefined) return value;
  throw new Refusal(
    say({ en: '“{text}” is no value of a record {type}', zh: '“{text}”不是 {type} 记录的值' }, { text, type }),
    say({ en: 'such as: {example}', zh: '例如：{example}' }, { example: EXAMPLES[type] }),
  );
}

const EXAMPLES: Readonly<Record<RecordType, string>> = {
  A: '192.0.2.80',
  AAAA: '2001:db8::80',
  CNAME: 'www.example.org',
  MX: '"10 mail.example.org"',
  TXT: '"v=spf1 -all"',
  SRV: '"0 5 5060 sip.example.org"',
  PTR: 'web1.example.org',
  CAA: '"0 issue ca.example.org"',
};

function normal(type: RecordType, text: string): string | undefined {
  const words = text.split(/\s+/);
  if (type === 'A') return z.ipv4().safeParse(text).success ? text : undefined;
  if (type === 'AAAA') return z.ipv6().safeParse(text).success ? new URL(`http://[${text}]`).hostname.slice(1, -1) : undefined;
  if (type === 'CNAME' || type === 'PTR') return named(text);
  if (type === 'MX') return words.length === 2 ? whole(number(words[0]), named(words[1])) : undefined;
  if (type === 'SRV') return words.length === 4 ? whole(number(words[0]), number(words[1]), number(words[2]), named(words[3])) : undefined;
  const [, flags, tag, rest] = type === 'CAA' ? (/^(\d{1,3}) ([a-z0-9]{1,15}) (.+)$/.exec(text) ?? []) : [];
  if (type === 'CAA') return rest === undefined ? undefined : whole(number(flags, 255), tag, strings(rest));
  return strings(text);
}

/** RFC 1035 5.1: strings of at most 255 characters between quotes; printable ASCII only. */
function strings(text: string): string | undefined {
  const bare = /^"([^"]*)"$/.exec(text)?.[1] ?? text;
  if (!/^[\x20-\x7e]{1,4000}$/.test(bare)) return undefined;
  const parts = bare.match(/.{1,255}/g) ?? [];
  return parts.map((part) => `"${part.replace(/(["\\])/g, '\\$1')}"`).join(' ');
}
