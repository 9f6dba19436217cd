import { z } from 'zod';
import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** A volume group. Sizes in bytes. */
export interface Group {
  readonly name: string;
  readonly size: number;
  readonly free: number;
  readonly extent: number;
  readonly missing: number;
}
/** A logical volume, hidden ones too. */
export interface Volume {
  readonly group: string;
  /** Hidden ones stand in brackets. */
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly attr: string;
  readonly type: string;
  /** Percent that mirrors have copied; undefined where there is nothing to copy. */
  readonly copied: number | undefined;
  /** `partial`, `refresh needed`, `mismatches exist`; empty when well. */
  readonly health: string;
  /** Of a thin pool or thin volume, in percent. */
  readonly data: number | undefined;
  readonly metadata: number | undefined;
  readonly devices: string;
}
/** A physical volume. */
export interface Physical {
  readonly name: string;
  readonly group: string;
  readonly size: number;
  readonly free: number;
  readonly missing: boolean;
}
export interface Lvm {
  readonly physical: readonly Physical[];
  readonly groups: readonly Group[];
  readonly volumes: readonly Volume[];
}

const LOOK = `o='--reportformat json --units b --nosuffix'
timeout 8 pvs $o -o pv_name,vg_name,pv_size,pv_free,pv_missing; echo ==
timeout 8 vgs $o -o vg_name,vg_size,vg_free,vg_extent_size,vg_missing_pv_count; echo ==
timeout 8 lvs -a $o -o lv_name,vg_name,lv_path,lv_size,lv_attr,segtype,copy_percent,lv_health_status,data_percent,metadata_percent,devices`;

/** `pvs`, `vgs` and `lvs` in their JSON: lvmreport(7). */
export function lvm(): Read<Lvm> {
  return read({ argv: shell('lvm-show', LOOK), parse: parseLvm });
}

const row = z.record(z.string(), z.string());
const shape = z.object({ report: z.array(z.object({ pv: z.array(row).optional(), vg: z.array(row).optional(), lv: z.array(row).optional() })) });
const bytesOf = (text: string | undefined) => Math.round(Number(text) || 0);
const percentOf = (text: string | undefined) => (text === undefined || text === '' ? undefined : Number(text));

export function parseLvm(output: string): Lvm {
  const [physical = [], groups = [], volumes = []] = output
    .split(/^==$/m)
    .map((part) => shape.parse(JSON.parse(part)).report.flatMap(({ pv = [], vg = [], lv = [] }) => [...pv, ...vg, ...lv]));
  return {
    physical: physical.map((one) => ({
      name: one.pv_name ?? '',
      group: one.vg_name ?? '',
      size: bytesOf(one.pv_size),
      free: bytesOf(one.pv_free),
      missing: one.pv_missing === 'missing',
    })),
    groups: groups.map((one) => ({
      name: one.vg_name ?? '',
      size: bytesOf(one.vg_size),
      free: bytesOf(one.vg_free),
      extent: bytesOf(one.vg_extent_size),
      missing: Number(one.vg_missing_pv_count) || 0,
    })),
    volumes: volumes.map((one) => ({
      group: one.vg_name ?? '',
      name: one.lv_name ?? '',
      path: one.lv_path ?? '',
      size: bytesOf(one.lv_size),
      attr: one.lv_attr ?? '',
      type: one.segtype ?? '',
      copied: percentOf(one.copy_percent),
      health: one.lv_health_status ?? '',
      data: percentOf(one.data_percent),
      metadata: percentOf(one.metadata_percent),
      devices: one.devices ?? '',
    })),
  };
}

/** Makes a volume so many bytes larger, with the file system on it where there is one: lvextend(8), `-r`. */
export function extend(path: string, by: number, withFileSystem: boolean): Argv {
  return ['lvextend', ...(withFileSystem ? ['-r'] : []), '-L', `+${by}b`, path];
}

/** A volume's size in bytes: for a wait. */
export const volumeSize = (name: string) => ({ argv: ['lvs', '--noheadings', '--units', 'b', '--nosuffix', '-o', 'lv_size', name] as const });
