import type { Backup } from './backups.ts';

/** How many backups to keep, by kind: `last`, `hourly`, … */
export type Keep = ReadonlyMap<string, number>;
/** What is to become of a backup. */
export type Mark = 'keep' | 'remove' | 'protected' | 'renamed';

/** Reads `keep-last=3,keep-daily=7`; undefined where everything is kept. */
export function parseKeep(text: string): Keep | undefined {
  const pairs = text.split(',').flatMap((part) => {
    const [, kind, count] = /^keep-(all|last|hourly|daily|weekly|monthly|yearly)=(\d+)$/.exec(part) ?? [];
    return kind === undefined ? [] : [[kind, Number(count)] as const];
  });
  const keep = new Map(pairs);
  if (keep.get('all') === 1 || [...keep].every(([kind, count]) => kind === 'all' || count === 0)) return undefined;
  return keep;
}

const PERIODS: readonly (readonly [kind: string, of: (at: Date) => string])[] = [
  ['last', (at) => at.toISOString()],
  ['hourly', (at) => at.toISOString().slice(0, 13)],
  ['daily', (at) => at.toISOString().slice(0, 10)],
  ['weekly', (at) => String(Math.floor((at.getTime() / 86_400_000 + 3) / 7))],
  ['monthly', (at) => at.toISOString().slice(0, 7)],
  ['yearly', (at) => at.toISOString().slice(0, 4)],
];

/** Marks backups guest by guest, the newest first: the newest of a period is kept, as many periods as asked. */
export function marks(backups: readonly Backup[], keep: Keep | undefined): ReadonlyMap<Backup, Mark> {
  const all = new Map<Backup, Mark>();
  const groups = new Map<string, Backup[]>();
  for (const backup of backups) {
    const key = `${typeOf(backup)}/${backup.vmid}`;
    groups.set(key, [...(groups.get(key) ?? []), backup]);
  }
  for (const group of groups.values()) {
    const rows = group.toSorted((a, b) => b.at - a.at);
    for (const backup of rows) if (backup.protected) all.set(backup, 'protected');
    if (!keep) for (const backup of rows) all.set(backup, all.get(backup) ?? 'keep');
    for (const [kind, of] of PERIODS) {
      const seen = new Set(rows.filter((backup) => all.get(backup) === 'keep').map((backup) => of(new Date(backup.at * 1000))));
      let left = keep?.get(kind) ?? 0;
      for (const backup of rows) {
        const period = of(new Date(backup.at * 1000));
        if (left === 0 || all.has(backup) || seen.has(period)) continue;
        seen.add(period);
        all.set(backup, 'keep');
        left--;
      }
    }
    for (const backup of rows) if (!all.has(backup)) all.set(backup, 'remove');
  }
  return all;
}

/** Whether a backup is of a VM or a container. */
export function typeOf({ volid }: Pick<Backup, 'volid'>): 'qemu' | 'lxc' {
  return /backup\/(ct\/|vzdump-lxc-)/.test(volid) ? 'lxc' : 'qemu';
}

/** The format of a backup, as listings name it. */
export function formatOf({ volid }: Pick<Backup, 'volid'>): string {
  if (/backup\/(vm|ct)\//.test(volid)) return typeOf({ volid }) === 'lxc' ? 'pbs-ct' : 'pbs-vm';
  return /\.((vma|tar)(\.(zst|gz|lzo))?)$/.exec(volid)?.[1] ?? 'vma.zst';
}
