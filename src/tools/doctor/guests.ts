import type { Host, Look } from '../../core/command.ts';
import { HostError } from '../../core/errors.ts';
import { pveErrorOf } from '../../core/pveerror.ts';
import type { Row } from '../proxmox/fields.ts';
import { guestConfig } from '../proxmox/guest-reads.ts';
import { type ResourceGuest, resources } from '../proxmox/resources.ts';

/** A virtual machine of a cluster with its config. */
export interface VmConfig {
  readonly guest: ResourceGuest;
  readonly config: Row;
}

/** Most configs that are read of one cluster. */
const MOST = 500;

/** What no guest would be seen for: that is not the same as none that is wrong. */
const DENIED: readonly string[] = ['auth', 'permission', 'rootOnly'];

/** The config of every virtual machine of a cluster; one whose node does not answer, or that has just gone, is left out. Throws HostError where our token may not read them. */
export async function vmConfigs(look: Look, host: Host): Promise<readonly VmConfig[]> {
  const { guests, nodes } = await look.read(host, resources());
  const on = new Set(nodes.filter(({ status }) => status === 'online').map(({ node }) => node));
  const machines = guests.filter(({ type, node, template }) => type === 'qemu' && !template && on.has(node)).slice(0, MOST);
  const read = machines.map(async (guest): Promise<VmConfig[]> => {
    try {
      return [{ guest, config: (await look.read(host, guestConfig(guest))).values }];
    } catch (error) {
      if (error instanceof HostError && error.trouble === 'failed' && !DENIED.includes(pveErrorOf(error)?.fault.kind ?? '')) return [];
      throw error;
    }
  });
  return (await Promise.all(read)).flat();
}

/** A guest as lines name it, `alpha/101`, and as people do, `web (101)`. */
export function lineName(host: Host, guest: ResourceGuest): string {
  return `${host.name}/${guest.vmid}`;
}
export function shownName({ name, vmid }: ResourceGuest): string {
  return name === String(vmid) || name === `VM ${vmid}` ? `VM ${vmid}` : `${name} (${vmid})`;
}
