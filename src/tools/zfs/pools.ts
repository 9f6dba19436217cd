import { read } from '../../core/read.ts';
import type { Argv, Read } from '../../core/types.ts';
import { shell } from '../shell.ts';

/** A pool as `zpool list` and `zpool status` tell it. Sizes in bytes; older programs round them. */
export interface Pool {
  readonly name: string;
  readonly size: number;
  readonly used: number;
  readonly free: number;
  /** In percent; undefined where the program does not know. */
  readonly fragmented: number | undefined;
  readonly full: number;
  readonly health: string;
  /** Words of `zpool status`: what is wrong, what to do, the last scrub, errors; empty where it does not say. */
  readonly status: string;
  readonly action: string;
  readonly scan: string;
  readonly errors: string;
  /** Devices that are not ONLINE or count errors: `NAME STATE READ WRITE CKSUM`. */
  readonly troubled: readonly string[];
}

/** Old programs have neither -p nor `fragmentation`. */
const LIST = `zpool list -Hp -o name,size,allocated,free,fragmentation,capacity,health 2>/dev/null || zpool list -H -o name,size,allocated,free,guid,capacity,health || exit 1
echo "== status"; timeout 8 zpool status`;

export function pools(): Read<readonly Pool[]> {
  return read({ argv: shell('zfs-pools', LIST), parse: parsePools });
}

export function parsePools(output: string): Pool[] {
  const [rows = '', status = ''] = output.split('== status\n');
  const told = parseStatus(status);
  return rows.split('\n').flatMap((line): Pool[] => {
    const [name, size, used, free, fragmented, full, health] = line.split('\t');
    if (!name || !size || !used || !free || !full || !health) return [];
    const share = /^\d{1,3}%?$/.test(fragmented ?? '') ? Number.parseInt(fragmented ?? '', 10) : undefined;
    return [
      {
        name,
        size: sized(size),
        used: sized(used),
        free: sized(free),
        fragmented: share,
        full: Number.parseInt(full, 10),
        health,
        ...(told.get(name) ?? NOTHING),
      },
    ];
  });
}

type Told = Pick<Pool, 'status' | 'action' | 'scan' | 'errors' | 'troubled'>;
const NOTHING: Told = { status: '', action: '', scan: '', errors: '', troubled: [] };

/** `zpool status`: `name: text` from the left, a text going on in lines that are indented by a tab. */
export function parseStatus(output: string): ReadonlyMap<string, Told> {
  const blocks = output.split(/^ {2}pool: /m).slice(1);
  return new Map(
    blocks.map((block) => {
      const [name = '', ...lines] = block.split('\n');
      const fields = new Map<string, string>();
      let field = '';
      for (const line of lines) {
        const [, key, rest] = /^ *([a-z]+): ?(.*)$/.exec(line) ?? [];
        if (key !== undefined && rest !== undefined) {
          field = key;
          fields.set(field, rest.trim());
        } else if (line.startsWith('\t') && field !== 'config') fields.set(field, `${fields.get(field) ?? ''} ${line.trim()}`.trim());
      }
      const devices = lines.flatMap((line) => {
        const [, device, state, ...counts] = /^\t *(\S+) +([A-Z]+) +(\S+) +(\S+) +(\S+)/.exec(line) ?? [];
        return device && state && device !== 'NAME' && (state !== 'ONLINE' || counts.some((count) => count !== '0'))
          ? [`${device} ${state}, read ${counts[0]}, write ${counts[1]}, checksum ${counts[2]}`]
          : [];
      });
      const text = (key: string) => fields.get(key) ?? '';
      return [name.trim(), { status: text('status'), action: text('action'), scan: text('scan') || text('scrub'), errors: text('errors'), troubled: devices }];
    }),
  );
}

/** A size as programs print it, with or without a suffix; 0 where it is none. */
export function sized(text: string): number {
  const [, digits, suffix = ''] = /^(\d+(?:\.\d+)?)([KMGTPE]?)/.exec(text) ?? [];
  return digits === undefined ? 0 : Math.round(Number(digits) * 1024 ** ' KMGTPE'.indexOf(suffix || ' '));
}

/** Begins a scrub, or stops the one that runs: zpool-scrub(8). */
export function scrub(pool: string, stop: boolean): Argv {
  return stop ? ['zpool', 'scrub', '-s', pool] : ['zpool', 'scrub', pool];
}

export function clearErrors(pool: string): Argv {
  return ['zpool', 'clear', pool];
}

/** How far a scrub is: `done` when none runs, else what the pool says of it. For a wait. */
const PROGRESS = `s=$(zpool status "$1") || exit 1; case $s in *"scrub in progress"*) printf '%s\\n' "$s" | grep -o '[0-9.]*% done' || echo running;; *) echo done;; esac`;
export const scrubProgress = (pool: string) => ({ argv: shell('zfs-scrub-progress', PROGRESS, pool) });
