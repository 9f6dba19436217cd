import { z } from 'zod';
import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** A line of the journal. `at` in milliseconds since the epoch; priority 0 (emergency) to 7 (debug). */
export interface JournalEntry {
  readonly at: number;
  readonly unit: string;
  readonly by: string;
  readonly priority: number;
  readonly text: string;
}
/** Lines of a journal, oldest first. `cut`: there are more before them that were not read. */
export interface Journal {
  readonly entries: readonly JournalEntry[];
  readonly cut: boolean;
  /** What journalctl itself had to say, such as that this account sees only a part. */
  readonly notes: string;
  /** It did not take what was asked, such as a pattern that is none: `notes` says why. */
  readonly refused: boolean;
}

/** Which lines of a journal; as journalctl(1) takes them. Times as `journalTime` makes them. */
export interface Wanted {
  readonly units?: readonly string[] | undefined;
  readonly priority?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly grep?: string | undefined;
  readonly boot?: string | undefined;
  readonly kernel?: boolean | undefined;
  readonly lines: number;
}

export const PRIORITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;

/** Most bytes that are read of one journal; less than a look may bring. */
const MOST = 900_000;

/** Newest first, so that what is cut off is the oldest; what journalctl says on standard error, and its exit status, come last. */
const BODY = `set -u; max=$1; shift; exec 3>&1
err=$( { { timeout 8 journalctl --no-pager --reverse --output=json --output-fields=MESSAGE,PRIORITY,SYSLOG_IDENTIFIER,_COMM,_SYSTEMD_UNIT,UNIT "$@"; echo "exit $?" >&2; } | head -c "$max" >&3; } 2>&1 | head -c 2000 )
printf '\\n== said\\n%s\\n' "$err"`;

/** The newest lines of a journal that are wanted. */
export function journal(wanted: Wanted): Read<Journal> {
  return read({ argv: shell('journal', BODY, String(MOST), ...journalWords(wanted)), parse: (output) => parseJournal(output, wanted.lines) });
}

/** The options of journalctl for it: each value is part of its own word, so that none can be an option. */
export function journalWords({ units = [], priority, since, until, grep, boot, kernel, lines }: Wanted): string[] {
  const optional = { priority, since, until, grep, boot };
  return [
    `--lines=${lines}`,
    ...units.map((unit) => `--unit=${unit}`),
    ...Object.entries(optional).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`])),
    ...(kernel ? ['--dmesg'] : []),
  ];
}

const message = z.union([z.string(), z.array(z.number().int().min(0).max(255)), z.null()]).optional();
const line = z.object({
  __REALTIME_TIMESTAMP: z.string().regex(/^\d{1,17}$/),
  MESSAGE: message,
  PRIORITY: z.string().optional(),
  SYSLOG_IDENTIFIER: message,
  _COMM: message,
  _SYSTEMD_UNIT: message,
  UNIT: message,
});

/** Lines of JSON, newest first: systemd.io/JOURNAL_EXPORT_FORMATS. What is no UTF-8 comes as numbers, what is too long as null. */
export function parseJournal(output: string, lines: number): Journal {
  const end = output.lastIndexOf('\n== said\n');
  if (end < 0) throw new Error('journalctl ended in the middle');
  const said = output.slice(end + 9);
  const exit = Number(/^exit (\d+)$/m.exec(said)?.[1] ?? 141);
  const notes = said.replace(/^exit \d+\n?/m, '').trim();
  const entries = output
    .slice(0, end)
    .split('\n')
    .flatMap((text): JournalEntry[] => {
      const found = text.startsWith('{') ? line.safeParse(jsonOf(text)).data : undefined;
      if (!found) return [];
      const unit = textOf(found.UNIT) || textOf(found._SYSTEMD_UNIT);
      const by = textOf(found.SYSLOG_IDENTIFIER) || textOf(found._COMM) || '?';
      return [{ at: Number(found.__REALTIME_TIMESTAMP) / 1000, unit, by, priority: Number(found.PRIORITY ?? 6), text: textOf(found.MESSAGE) }];
    });
  // 1: nothing matches; 124, 141: it was stopped because there is more than is read.
  const refused = ![0, 1, 124, 141].includes(exit) || (exit === 1 && entries.length === 0 && /fail|invalid|unknown|bad|error/i.test(notes));
  return { entries: entries.reverse(), cut: entries.length >= lines || exit === 124 || exit === 141, notes: notes || (refused ? `exit ${exit}` : ''), refused };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the last line that was read may be cut
  }
}

function textOf(value: z.infer<typeof message>): string {
  return typeof value === 'string' ? value : Array.isArray(value) ? Buffer.from(value).toString('utf8') : value === null ? '…' : '';
}

/** A line as it is shown: time in UTC, the host where there are several, who wrote it. */
export function journalLine({ at, by, text }: JournalEntry, host?: string): string {
  const time = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
  return `${time} ${host === undefined ? '' : `${host} `}${by}: ${text.replaceAll('\n', '\n    ')}`;
}

/** A time for journalctl: a span such as `2h` before now, or a moment in ISO 8601. systemd.time(7). */
export function journalTime(text: string): string {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  if (count !== '') return `-${Number(count) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 0)}s`;
  return `@${Math.floor(Date.parse(text) / 1000)}`;
}

/** How much space journals take, as journalctl says it. */
export function journalUsage(): Read<string> {
  return read({ argv: ['journalctl', '--disk-usage'], parse: parseUsage });
}

/** `Archived and active journals take up 16.0M in the file system.` */
export function parseUsage(output: string): string {
  const size = /take up ([\d.]+\s?[BKMGT]?)/.exec(output)?.[1];
  if (size === undefined) throw new Error('journalctl does not say how much space it takes');
  return size;
}

/** A journal that is written no more. Sizes in bytes, times in milliseconds since the epoch. */
export interface Archived {
  readonly size: number;
  readonly at: number;
}
/** Journal files: those that are written to, in bytes together, and the archived ones, oldest first. */
export interface JournalFiles {
  readonly active: number;
  readonly archived: readonly Archived[];
}

/** Only archived files are ever vacuumed; their names have an `@`. systemd-journald.service(8). */
export function journalFiles(): Read<JournalFiles> {
  const body = `find /var/log/journal /run/log/journal -type f -name '*.journal*' -printf '%f %s %T@\\n' 2>/dev/null | head -n 5000; exit 0`;
  return read({ argv: shell('journal-files', body), parse: parseJournalFiles });
}

export function parseJournalFiles(output: string): JournalFiles {
  const files = output.split('\n').flatMap((text) => {
    const [, name = '', size, at] = /^(\S+) (\d+) ([\d.]+)$/.exec(text) ?? [];
    return size && at ? [{ name, size: Number(size), at: Number(at) * 1000 }] : [];
  });
  const archived = files.filter(({ name }) => name.includes('@')).sort((a, b) => a.at - b.at);
  return { active: files.reduce((sum, { name, size }) => sum + (name.includes('@') ? 0 : size), 0), archived };
}

/** What a vacuum takes away. */
export type Vacuum = { readonly keep: number } | { readonly olderMs: number };

/** Archived files that a vacuum takes away, as journalctl chooses them: the oldest first, never what is written to. */
export function freed({ active, archived }: JournalFiles, what: Vacuum, now: number): readonly Archived[] {
  if ('olderMs' in what) return archived.filter(({ at }) => at < now - what.olderMs);
  let left = active + archived.reduce((sum, { size }) => sum + size, 0);
  const gone: Archived[] = [];
  for (const one of archived) {
    if (left <= what.keep) break;
    gone.push(one);
    left -= one.size;
  }
  return gone;
}

export function vacuum(what: Vacuum): Argv {
  return ['journalctl', 'keep' in what ? `--vacuum-size=${what.keep}` : `--vacuum-time=${Math.round(what.olderMs / 1000)}s`];
}

/** A boot that the journal knows. */
export interface Boot {
  readonly index: number;
  readonly id: string;
  readonly first: string;
  readonly last: string;
}

/** Boots, the newest last: `journalctl --list-boots` in UTC. */
export function boots(): Read<readonly Boot[]> {
  return read({ argv: shell('journal-boots', 'TZ=UTC timeout 8 journalctl --list-boots --no-pager | tail -n 50'), parse: parseBoots });
}

/** ` -1 ID Sat 2026-11-21 20:00:00 UTC—Sat 2026-11-21 21:00:00 UTC`; newer versions have a head line and spaces in place of the dash. */
export function parseBoots(output: string): Boot[] {
  const time = '\\S{3} (\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d) UTC';
  const shape = new RegExp(`^\\s*(-?\\d+)\\s+([0-9a-f]{32})\\s+${time}(?:—|\\s+)${time}\\s*$`);
  return output.split('\n').flatMap((text) => {
    const [, index, id, first, last] = shape.exec(text) ?? [];
    return index && id && first && last ? [{ index: Number(index), id, first, last }] : [];
  });
}
