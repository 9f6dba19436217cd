/** How a task of Proxmox came to its end. `unknown`: its server does not know. `said`: its exit status, `OK`, `WARNINGS: 2` or the message of its error. */
export interface TaskEnd {
  readonly came: 'ok' | 'warning' | 'error' | 'unknown';
  readonly said: string;
}

/** What an exit status means. It has no `ERROR:` in front; all but a few fixed words is the message of an error. */
export function taskEnd(exitstatus: string): TaskEnd {
  const said = exitstatus.trim();
  if (said === 'OK') return { came: 'ok', said };
  if (/^WARNINGS: \d+$/.test(said)) return { came: 'warning', said };
  if (said === '' || said === 'unknown' || said === 'unexpected status' || said.startsWith('unable to get last line')) return { came: 'unknown', said };
  return { came: 'error', said };
}

/** The exit status a log's last line tells: `TASK OK`, `TASK WARNINGS: 2`, `TASK ERROR: why`; undefined for any other line. */
export function endOf(line: string): string | undefined {
  const [, ok, warnings, error] = /^TASK (?:(OK)|(WARNINGS: \d+)|ERROR: (.*))$/.exec(unstamped(line).trim()) ?? [];
  return ok ?? warnings ?? error;
}

/** A line without the time that PBS puts before each: `2025-09-22T14:31:04+02:00: `. */
export function unstamped(line: string): string {
  return line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d): /, '');
}

/** The lines of an answer of a task's log. An empty log is told as the one line `no content`; it has `first` line 1 still to come. Never throws. */
export function logLines(data: unknown): { readonly first: number; readonly lines: readonly string[] } {
  const rows = Array.isArray(data) ? data : [];
  const read = rows.flatMap((row: unknown) => {
    if (typeof row !== 'object' || row === null || !('n' in row) || !('t' in row)) return [];
    const n = Number(row.n);
    return Number.isInteger(n) && n > 0 ? [{ n, t: String(row.t) }] : [];
  });
  const first = read[0];
  if (!first || (read.length === 1 && first.n === 1 && first.t === 'no content')) return { first: 1, lines: [] };
  return { first: first.n, lines: read.map(({ t }) => t) };
}

/** What became of one guest of a backup job. */
export interface GuestResult {
  readonly vmid: number;
  readonly ok: boolean;
  /** How long it took, as the log says it, or why it failed. */
  readonly said: string;
}

/** What is known of a task by the lines of its log so far. */
export interface TaskProgress {
  /** Guests of a backup job, when the log tells how many; and the one at work. */
  readonly guests?: number;
  readonly guest?: number;
  readonly results: readonly GuestResult[];
  /** How much of what is at work is done, 0 to 1. */
  readonly part?: number;
  /** Bytes done and in all, by what is moved: a drive, or a guest's memory. */
  readonly moved: { readonly [what: string]: readonly [done: number, all: number] };
  /** Phase of a garbage collection, 1 or 2. */
  readonly phase?: number;
}

export const NO_PROGRESS: TaskProgress = { results: [], moved: {} };

/** One line more. Pure; a line that says nothing changes nothing. */
export function readLine(before: TaskProgress, raw: string): TaskProgress {
  // Migrations have their own time before each line.
  const line = unstamped(raw).replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /, '');
  return backup(before, line) ?? moving(before, line) ?? counted(before, line) ?? before;
}

/** How much of the whole is done, 0 to 1; undefined where the log does not tell. */
export function shareOf({ guests, results, part, moved, phase }: TaskProgress): number | undefined {
  if (guests !== undefined && guests > 1) return Math.min(1, (results.length + (part ?? 0)) / guests);
  if (guests === undefined && results.length > 0) return undefined;
  const bytes = Object.values(moved);
  if (bytes.length > 0) {
    const all = bytes.reduce((sum, [, one]) => sum + one, 0);
    return all > 0 ? bytes.reduce((sum, [done, one]) => sum + Math.min(done, one), 0) / all : undefined;
  }
  if (part === undefined) return undefined;
  return phase === undefined ? part : (phase - 1 + part) / 2;
}

/** What became of each guest of a backup job, by the lines of its log. */
export function guestResults(log: string): readonly GuestResult[] {
  return log.split('\n').reduce(readLine, NO_PROGRESS).results;
}

function backup(before: TaskProgress, line: string): TaskProgress | undefined {
  const [, words] = /^INFO: starting new backup job: vzdump(.*)$/.exec(line) ?? [];
  if (words !== undefined) {
    const ids = /^((?: \d+)+)(?= |$)/.exec(words)?.[1]?.trim().split(' ') ?? [];
    return ids.length === 0 ? before : { ...before, guests: ids.length };
  }
  const [, begun] = /^INFO: Starting Backup of VM (\d+) /.exec(line) ?? [];
  if (begun !== undefined) return { ...before, guest: Number(begun), part: 0 };
  const [, vmid, time] = /^INFO: Finished Backup of VM (\d+) \((.*)\)$/.exec(line) ?? [];
  if (vmid !== undefined && time !== undefined) return ended(before, { vmid: Number(vmid), ok: true, said: time });
  const [, failed, why] = /^ERROR: Backup of VM (\d+) failed - (.*)$/.exec(line) ?? [];
  if (failed !== undefined && why !== undefined) return ended(before, { vmid: Number(failed), ok: false, said: why });
  const [, percent] = /^INFO:\s+(\d+)% \([^()]+ of [^()]+\) in [^,]+, read: /.exec(line) ?? [];
  return percent === undefined ? undefined : { ...before, part: fraction(percent) };
}

/** Guests of one job whose results are kept; more are not backed up by one. */
const MOST_GUESTS = 2000;

function ended({ guest: _, part: __, ...rest }: TaskProgress, result: GuestResult): TaskProgress {
  // With one guest alone, what it came to is how much is done.
  const results = rest.results.length < MOST_GUESTS ? [...rest.results, result] : rest.results;
  return { ...rest, results, ...(rest.guests === 1 ? { part: 1 } : {}) };
}

/** `drive-scsi0: transferred 1.2 GiB of 8.0 GiB (15.00%) in 10s`, and the memory of a guest. */
function moving(before: TaskProgress, line: string): TaskProgress | undefined {
  const [, what = 'disk', done, all] = /^(?:mirror-)?(?:([\w.-]+): )?transferred ([\d.]+ [KMGTP]?i?B) of ([\d.]+ [KMGTP]?i?B) \(/.exec(line) ?? [];
  if (done !== undefined && all !== undefined) return { ...before, moved: { ...before.moved, [what]: [bytes(done), bytes(all)] } };
  const [, sent, memory] = /^migration active, transferred ([\d.]+ [KMGTP]?i?B) of ([\d.]+ [KMGTP]?i?B) VM-state/.exec(line) ?? [];
  return sent !== undefined && memory !== undefined ? { ...before, moved: { ...before.moved, memory: [bytes(sent), bytes(memory)] } } : undefined;
}

/** Percentages of restores, of verifications and of garbage collections. */
function counted(before: TaskProgress, line: string): TaskProgress | undefined {
  const [, restored] = /^progress (\d+)% \(read \d+ bytes/.exec(line) ?? [];
  if (restored !== undefined) return { ...before, part: fraction(restored) };
  const [, phase] = /^Start GC phase([12])\b/i.exec(line) ?? [];
  if (phase !== undefined) return { ...before, phase: Number(phase), part: 0 };
  const [, percent] = /^(?:percentage done:(?: phase\d)?|marked|processed) +([\d.]+)(?:%|,)/.exec(line) ?? [];
  return percent === undefined ? undefined : { ...before, part: fraction(percent) };
}

function fraction(percent: string): number {
  return Math.max(0, Math.min(1, (Number(percent) || 0) / 100));
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

function bytes(text: string): number {
  const [value, unit = 'B'] = text.split(' ');
  return (Number(value) || 0) * 1024 ** Math.max(0, UNITS.indexOf(unit));
}
