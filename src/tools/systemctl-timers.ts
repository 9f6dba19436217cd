import { read } from '../core/read.ts';
import type { Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** A timer. Times in milliseconds since the epoch. */
export interface Timer {
  readonly unit: string;
  readonly next: number | undefined;
  readonly last: number | undefined;
  readonly activates: string;
}

/** The boot in microseconds since the epoch turns what counts from the boot into times. */
const BODY = `date +%s; cut -d' ' -f1 /proc/uptime
set -- $(systemctl list-units --type=timer --all --no-legend --no-pager --plain | head -n 300 | sed 's/^[^A-Za-z0-9_@-]*//; s/ .*//' | grep '\\.timer$')
[ $# -gt 0 ] || exit 0
TZ=UTC systemctl show --no-pager --property=Id,Unit,LoadState,NextElapseUSecRealtime,NextElapseUSecMonotonic,LastTriggerUSec -- "$@"`;

/** Timers in memory, the next first: systemd.timer(5), as `systemctl show` says them in UTC. */
export function timers(): Read<readonly Timer[]> {
  return read({ argv: shell('unit-timers', BODY), parse: parseTimers });
}

export function parseTimers(output: string): Timer[] {
  const [now = '', uptime = '', ...lines] = output.split('\n');
  const boot = (Number(now) - Number(uptime)) * 1000;
  const found = lines
    .join('\n')
    .split('\n\n')
    .flatMap((part): Timer[] => {
      const fields = new Map(part.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
      const unit = fields.get('Id') ?? '';
      if (unit === '' || fields.get('LoadState') === 'not-found') return [];
      const since = spanOf(fields.get('NextElapseUSecMonotonic') ?? '');
      const all = [timeOf(fields.get('NextElapseUSecRealtime') ?? ''), since === undefined ? undefined : boot + since].filter((time) => time !== undefined);
      const next = all.length > 0 ? Math.min(...all) : undefined;
      return [{ unit, next, last: timeOf(fields.get('LastTriggerUSec') ?? ''), activates: fields.get('Unit') ?? '' }];
    });
  return found.sort((a, b) => (a.next ?? Number.POSITIVE_INFINITY) - (b.next ?? Number.POSITIVE_INFINITY) || (a.unit < b.unit ? -1 : 1));
}

/** `Sat 2026-11-21 21:00:00.000000 UTC`, also without fraction; anything else, such as `n/a` or a local zone, is none. */
function timeOf(text: string): number | undefined {
  const [, day, time] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?) UTC$/.exec(text) ?? [];
  return day && time ? Date.parse(`${day}T${time.slice(0, 12)}Z`) : undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000, month: 2_629_800_000, y: 31_557_600_000 },
};

/** `1d 2h 3min 4.5s`, as systemd writes a span; in milliseconds. */
function spanOf(text: string): number | undefined {
  if (!/^\d/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(us|ms|min|month|[shdwy])/g)].reduce((sum, [, n, unit = '']) => sum + Number(n) * (UNITS[unit] ?? 0), 0);
}
