import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { flag, number, row, rows, text } from './fields.ts';
import { guestPath, type Place } from './guest-reads.ts';

/** What the cluster itself says of a migration. All of it may be missing: older versions say less, and nothing of containers. */
export interface Preflight {
  /** Undefined: it does not say. */
  readonly allowed: readonly string[] | undefined;
  /** Why the target is not allowed: storages it lacks, resources, guests that HA keeps apart. */
  readonly lacking: readonly string[];
  readonly blocking: readonly string[];
  readonly localDisks: readonly {
    readonly name: string;
    readonly volume: string;
    readonly size: number;
    readonly snapshots: boolean;
    readonly cdrom: boolean;
  }[];
  readonly resources: readonly string[];
  /** Mapped devices that cannot go along while it runs. */
  readonly mapped: readonly string[];
}

/** `GET …/migrate?target=`. */
export function preflight(place: Place, target: string): ApiRead<Preflight> {
  return readApi({ path: guestPath(place, 'migrate'), params: { target }, parse: ({ data }) => parsePreflight(data, target) });
}

export function parsePreflight(data: unknown, target: string): Preflight {
  const from = row(data);
  const allowed = from.allowed_nodes ?? from['allowed-nodes'];
  const not = row(row(from.not_allowed_nodes ?? from['not-allowed-nodes'])[target]);
  const info = row(from['mapped-resource-info']);
  return {
    allowed: Array.isArray(allowed) ? allowed.map(String) : undefined,
    lacking: [
      ...texts(not.unavailable_storages),
      ...texts(not['unavailable-storages']),
      ...texts(not['unavailable-resources']),
      ...texts(not.unavailable_resources),
    ],
    blocking: rows(not['blocking-ha-resources']).map((one) => text(one, 'sid') ?? ''),
    localDisks: rows(from.local_disks)
      .filter((one) => !flag(one, 'is_unused'))
      .map((one) => ({
        name: text(one, 'drivename') ?? text(one, 'volid') ?? '',
        volume: text(one, 'volid') ?? '',
        size: number(one, 'size') ?? 0,
        snapshots: Object.keys(row(one.referenced_in_snapshot)).length > 0,
        cdrom: flag(one, 'cdrom'),
      })),
    resources: texts(from.local_resources),
    mapped: texts(from['mapped-resources']).filter((name) => !flag(row(info[name]), 'live-migration')),
  };
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
