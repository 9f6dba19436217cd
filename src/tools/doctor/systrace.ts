import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { flag, number, row, rows, text } from '../proxmox/fields.ts';
import { shell } from '../shell.ts';
import { sections } from './sections.ts';

/** What sysTrace's detection of slow nodes came to the last time. `ageMs`: how long ago it was written. */
export interface Slow {
  readonly ageMs: number;
  readonly anomaly: boolean;
  /** Of `compute`, `network` and `storage` what is slow. */
  readonly kinds: readonly string[];
  readonly devices: readonly SlowDevice[];
}
export interface SlowDevice {
  /** Such as `rank_3`. */
  readonly device: string;
  readonly server: string;
  /** What was measured. */
  readonly kpi: string;
}

// What its own service has written, not `GET /slow-node/systrace`: that detects anew, moves the window that is looked at, and may fetch data over what is there.
const NEWEST = `dir=/etc/systrace/result/slow_node
file=$(timeout 3 ls -1t "$dir" 2>/dev/null | grep -E '^slow_node_result_[0-9]+\\.json$' | head -n 1)
[ -n "$file" ] || exit 0
written=$(stat -c %Y -- "$dir/$file") || exit 0
echo "== age"; echo $(($(date +%s) - written))
echo "== result"; head -c 500000 -- "$dir/$file"
exit 0`;

/** The newest result in the folder that model_config.json names by default (openEuler sysTrace, systrace_failslow: slow_node_detection_path); undefined where there is none. */
export function newestSlow(): Read<Slow | undefined> {
  return read({ argv: shell('doctor-systrace', NEWEST), parse: parseSlow });
}

const NORMAL = 200;
const ANOMALY = 201;

/** Throws for what is no result: nothing read is no good news. */
export function parseSlow(output: string): Slow | undefined {
  const all = sections(output);
  const result = all.get('result');
  if (!result) return undefined;
  const found = row(JSON.parse(result.join('\n')));
  const code = number(found, 'resultCode');
  if (code !== NORMAL && code !== ANOMALY) throw new Error(`resultCode ${code}`);
  return {
    ageMs: Math.max(0, Number(all.get('age')?.[0] ?? 0)) * 1000,
    anomaly: code === ANOMALY,
    kinds: ['compute', 'network', 'storage'].filter((kind) => flag(found, kind)),
    devices: rows(found.abnormalDetail).map((one) => ({
      device: text(one, 'deviceInfo') ?? text(one, 'objectId') ?? '?',
      server: text(one, 'serverIp') ?? '',
      kpi: text(one, 'kpiId') ?? '',
    })),
  };
}
