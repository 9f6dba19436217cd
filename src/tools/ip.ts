import { z } from 'zod';
import { read } from '../core/read.ts';
import type { Read } from '../core/types.ts';

const link = z.object({
  ifname: z.string(),
  operstate: z.string().default('UNKNOWN'),
  mtu: z.number().default(0),
  address: z.string().optional(),
  master: z.string().optional(),
  /** The link it is made on, as of a VLAN; null for a tunnel, which may leave by any. */
  link: z
    .string()
    .nullish()
    .transform((name) => name ?? undefined),
  linkinfo: z.object({ info_kind: z.string().optional(), info_data: z.record(z.string(), z.unknown()).optional() }).optional(),
  addr_info: z
    .array(z.object({ family: z.string(), local: z.string().optional(), prefixlen: z.number().optional(), scope: z.string().optional() }))
    .default([]),
});
export type Link = z.infer<typeof link>;

/** Links with what they are and their addresses: `ip -d -j addr show` (iproute2's JSON). */
export function links(): Read<readonly Link[]> {
  return read({ argv: ['ip', '-d', '-j', 'addr', 'show'], parse: (output) => z.array(link).parse(JSON.parse(output || '[]')) });
}

const route = z.object({
  dst: z.string(),
  gateway: z.string().optional(),
  dev: z.string().optional(),
  prefsrc: z.string().optional(),
  metric: z.number().optional(),
});
export type Route = z.infer<typeof route>;

/** Routes of the main table: `ip -j route show`. */
export function routes(family: 4 | 6 = 4): Read<readonly Route[]> {
  return read({ argv: ['ip', family === 6 ? '-6' : '-4', '-j', 'route', 'show'], parse: (output) => z.array(route).parse(JSON.parse(output || '[]')) });
}

const counters = z.object({ errors: z.number().default(0), dropped: z.number().default(0) });
const counted = z.object({ ifname: z.string(), stats64: z.object({ rx: counters, tx: counters }).optional() });
/** Packets lost at a link since boot. */
export interface Drops {
  readonly errors: number;
  readonly dropped: number;
}

/** Errors and drops by link: `ip -j -s link show`. */
export function drops(): Read<ReadonlyMap<string, Drops>> {
  return read({
    argv: ['ip', '-j', '-s', 'link', 'show'],
    parse: (output) =>
      new Map(
        z
          .array(counted)
          .parse(JSON.parse(output || '[]'))
          .map(({ ifname, stats64 }) => [
            ifname,
            { errors: (stats64?.rx.errors ?? 0) + (stats64?.tx.errors ?? 0), dropped: (stats64?.rx.dropped ?? 0) + (stats64?.tx.dropped ?? 0) },
          ]),
      ),
  });
}
