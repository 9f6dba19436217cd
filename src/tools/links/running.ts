import { z } from 'zod';
import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { shell } from '../shell.ts';

const link = z.object({
  ifname: z.string(),
  mtu: z.number().default(0),
  operstate: z.string().default('UNKNOWN'),
  master: z.string().optional(),
  link_type: z.string().default(''),
  linkinfo: z.object({ info_kind: z.string().optional(), info_slave_kind: z.string().optional() }).optional(),
  addr_info: z
    .array(z.object({ local: z.string().optional(), prefixlen: z.number().optional(), scope: z.string().optional(), dynamic: z.boolean().default(false) }))
    .default([]),
});
const route = z.object({ dst: z.string(), gateway: z.string().optional(), dev: z.string().optional(), metric: z.number().optional() });

/** A link that is there. */
export interface RunningLink {
  readonly name: string;
  /** As the kernel calls it: `bridge`, `vlan`, `veth`, `tun`; empty for a card. */
  readonly kind: string;
  readonly mtu: number;
  readonly state: string;
  readonly master: string | undefined;
  /** With the length of the prefix; without those the kernel gives itself. */
  readonly addresses: readonly string[];
  /** Those of them that routers and DHCP gave, and take back or change whenever they like. */
  readonly lent: readonly string[];
}

/** What a host's network is right now. `own`: the address of the host at which the bot is connected, where that is known. */
export interface Running {
  readonly own: string | undefined;
  readonly links: readonly RunningLink[];
  readonly routes: readonly z.infer<typeof route>[];
}

const BODY = `echo "$SSH_CONNECTION"; echo "== links"; ip -d -j addr show; echo; echo "== routes"; ip -j route show; echo; ip -6 -j route show; echo`;

/** Links, addresses and routes as the kernel has them, and where the bot came in: iproute2's JSON, and SSH_CONNECTION of ssh(1). */
export function running(): Read<Running> {
  return read({ argv: shell('links-now', `SSH_CONNECTION=\${SSH_CONNECTION:-}; ${BODY}`), parse: parseRunning });
}

export function parseRunning(output: string): Running {
  const [head = '', links = '', routes = ''] = output.split(/^== .*$/m);
  const json = (text: string): unknown[] => text.split('\n').flatMap((line) => (line.trim() === '' ? [] : z.array(z.unknown()).parse(JSON.parse(line))));
  return {
    own: head
      .trim()
      .split(/\s+/)[2]
      ?.replace(/^::ffff:/, ''),
    links: z
      .array(link)
      .parse(json(links))
      .map((one) => ({
        name: one.ifname,
        kind: one.linkinfo?.info_kind ?? '',
        mtu: one.mtu,
        state: one.operstate,
        master: one.master,
        lent: one.addr_info.flatMap(({ local, prefixlen, dynamic }) => (dynamic && local !== undefined ? [`${local}/${prefixlen ?? ''}`] : [])),
        addresses: one.addr_info.flatMap(({ local, prefixlen, scope }) => (local === undefined || scope === 'link' ? [] : [`${local}/${prefixlen ?? ''}`])),
      })),
    routes: z.array(route).parse(json(routes)),
  };
}
