import type { Host, Look } from '../core/command.ts';
import type { Cell } from '../core/types.ts';
import { say } from '../core/words.ts';
import * as machine from './machine.ts';
import { clusterStatus, version } from './proxmox/cluster.ts';
import { orElse } from './proxmox/cluster-view.ts';
import { serverUptime } from './proxmox/pbs.ts';
import { span } from './units.ts';

/** What is said of any host in one line: how long it is up, or how much of it; and the system it runs. */
export interface HostView {
  readonly up: Cell;
  readonly system: string;
}

/** How each kind of host is asked. */
const VIEWS: { readonly [kind in Host['kind']]: (look: Look, host: Host) => Promise<HostView> } = {
  linux: shell,
  libvirt: shell,
  pve: cluster,
  pbs: server,
};

/** Throws HostError when the host does not answer. */
export function hostView(look: Look, host: Host): Promise<HostView> {
  return VIEWS[host.kind](look, host);
}

async function shell(look: Look, host: Host): Promise<HostView> {
  const { uptime, os } = await look.read(host, machine.machine());
  return { up: span(uptime), system: os };
}

async function cluster(look: Look, host: Host): Promise<HostView> {
  const [{ nodes, quorate }, running] = await Promise.all([look.read(host, clusterStatus()), look.read(host, version())]);
  const values = { on: nodes.filter(({ online }) => online).length, n: nodes.length };
  return {
    up: quorate
      ? say({ en: '{on} of {n} nodes', zh: '{n} 个节点中 {on} 个在线' }, values)
      : say({ en: '{on} of {n} nodes, NO QUORUM', zh: '{n} 个节点中 {on} 个在线，没有法定票数' }, values),
    system: `Proxmox VE ${running}`,
  };
}

async function server(look: Look, host: Host): Promise<HostView> {
  const [running, uptime] = await Promise.all([look.read(host, version()), orElse(look.read(host, serverUptime()), undefined)]);
  return { up: uptime === undefined ? '-' : span(uptime), system: `Proxmox Backup Server ${running}` };
}
