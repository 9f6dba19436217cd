import { redactor } from '../../src/core/redact.ts';
import { filled } from '../support/filled.ts';
import { INNOCENTS } from '../support/innocents.ts';
import { residentMB } from './machine.ts';
import type { Section } from './section.ts';
import { fixed, times } from './stats.ts';

const BYTES = 20_000_000;
const CHUNK = 65_536;
const ROUNDS = 3;

/** What a log is made of, most of it; and every twentieth line one of the corpus of innocents. */
const ORDINARY = [
  'Nov 21 18:28:01 pve1 pvedaemon[1042]: <root@pam> starting task UPID:pve1:0003A1B2:0F3C2D1E:65A1B2C3:qmstart:104:root@pam:',
  '2026-11-21T18:28:00.123456+00:00 web1 nginx[812]: 192.0.2.17 - - "GET /static/app.9f3c2d1e.js HTTP/1.1" 200 5120 "-" "Mozilla/5.0 (X11; Linux x86_64)"',
  'level=info ts=1795285680.12 caller=main.go:112 msg="reconciled object" namespace=default name=web-3 duration=12.1ms result=ok',
  'systemd[1]: Started session-12.scope - Session 12 of User root.',
  'kernel: [  123.456789] EXT4-fs (dm-1): mounted filesystem 2971d9b0-4d1b-4805-b5b9-f11364831f29 r/w with ordered data mode. Quota mode: none.',
];

/** The list of patterns that such a thing is usually made of. */
const LIST: readonly RegExp[] = [
  /xox[abeoprs]-[\w-]{10,}/g,
  /gh[opsur]_[A-Za-z0-9]{20,}/g,
  /github_pat_\w{22,}/g,
  /glpat-[\w-]{16,}/g,
  /(?:AKIA|ASIA)[A-Z0-9]{16}/g,
  /AIza[\w-]{35}/g,
  /npm_[A-Za-z0-9]{36}/g,
  /[prs]k_(?:live|test)_[A-Za-z0-9]{10,}/g,
  /syt_\w+_\w+_\w+/g,
  /eyJ[\w-]{8,}\.[\w-]{6,}\.[\w-]+/g,
  /[\w.-]+@[\w.-]+![\w.-]+=[0-9a-f-]{36}/g,
  /PVE:[^:\s]+:[0-9A-F]{8}::[\w+/=]+/g,
  /\$(?:6|5|y|2[aby])\$[\w./$]+/g,
  /(?:bearer|basic)\s+[\w+/.=-]{16,}/gi,
  /(?:password|passwd|secret|token|api[_-]?key)\s*[:=]\s*\S+/gi,
  /:\/\/[^\s/:@]*:[^\s/@]+@/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
];

/** Hiding secrets in ordinary log text, beside a list of patterns and known secrets one after the other. */
export function redaction(): Section {
  const lines: string[] = [];
  for (let size = 0, i = 0; size < BYTES; i++) {
    const line = i % 20 === 19 ? (INNOCENTS[i % INNOCENTS.length] ?? '') : (ORDINARY[i % ORDINARY.length] ?? '');
    lines.push(line);
    size += line.length + 1;
  }
  const bytes = Buffer.from(lines.join('\n'));
  const text = bytes.toString();
  const none = redactor(() => []);
  const many = Array.from({ length: 1000 }, (_, i) => filled('{a:24}', i));
  const withMany = redactor(() => many);
  const ways: readonly { key: string; label: string; work(): void }[] = [
    { key: 'list', label: `a list of ${LIST.length} patterns`, work: () => void LIST.reduce((left, one) => left.replace(one, '[redacted]'), text) },
    { key: 'plain', label: 'no secrets known', work: () => same(none.redact(text), text) },
    { key: 'known', label: '1,000 secrets known', work: () => same(withMany.redact(text), text) },
    { key: 'stream', label: '1,000 known, in chunks of 64 kB', work: () => streamed(withMany, bytes) },
  ];
  const data = ways.map(({ key, label, work }) => ({ key, label, ...measured(work, bytes.length) }));
  const first = data[0]?.perSecond ?? Number.NaN;
  return {
    title: `Redaction: ${bytes.length / 1e6} MB of log text, nothing of it secret`,
    columns: ['', 'MB/s', 'of the list', 'memory grew by MB'],
    rows: data.map(({ label, perSecond, grew }) => [label, fixed(perSecond, 0), times(perSecond / first), fixed(grew, 1)]),
    notes: ['processor time; the list finds no entropy, and no known secrets'],
    data: Object.fromEntries(data.map(({ key, perSecond, grew }) => [key, { mbPerSecond: perSecond, grewMB: grew }])),
  };
}

function same(out: string, text: string): void {
  if (out !== text) throw new Error('an innocent was hidden');
}

function streamed(to: ReturnType<typeof redactor>, bytes: Buffer): void {
  const stream = to.stream();
  let size = 0;
  for (let at = 0; at < bytes.length; at += CHUNK) size += Buffer.byteLength(stream.push(bytes.subarray(at, at + CHUNK)));
  size += Buffer.byteLength(stream.end());
  if (size !== bytes.length) throw new Error('not all of the text came out');
}

/** The best of some rounds. */
function measured(work: () => void, size: number): { readonly perSecond: number; readonly grew: number } {
  work();
  globalThis.gc?.();
  const before = residentMB(process.pid) ?? Number.NaN;
  const seconds = Array.from({ length: ROUNDS }, () => {
    const since = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(since);
    return (user + system) / 1e6;
  });
  return { perSecond: size / 1e6 / Math.min(...seconds), grew: (residentMB(process.pid) ?? Number.NaN) - before };
}
