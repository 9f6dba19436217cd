import { partOf, type Sections, valuesOf } from './sections.ts';

/** The unit that copies a host's root file system. */
export const ROOT_BACKUP = 'rootfs-backup.service';

/** What systemd says of it. `endedAt` in milliseconds since the epoch, of the last run since boot; `needs`: mount points it requires; `command`: what it runs. */
export interface RootBackup {
  readonly result: string;
  readonly endedAt: number | undefined;
  readonly uptimeMs: number;
  readonly needs: readonly string[];
  readonly command: string;
}

/** Undefined where there is no such unit. */
export function rootBackup(all: Sections): RootBackup | undefined {
  const values = valuesOf(partOf(all, 'rootbackup'));
  if (values.get('LoadState') !== 'loaded') return undefined;
  const ended = Number(values.get('EndedAt') ?? Number.NaN);
  return {
    result: values.get('Result') ?? '?',
    endedAt: Number.isNaN(ended) ? undefined : ended * 1000,
    uptimeMs: Number(all.get('uptime')?.[0] ?? 0) * 1000,
    needs: (values.get('RequiresMountsFor') ?? '').split(' ').filter(Boolean),
    command: /argv\[\]=(.*?) ;/.exec(values.get('ExecStart') ?? '')?.[1] ?? '',
  };
}
