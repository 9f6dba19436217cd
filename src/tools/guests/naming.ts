import type { Found, Target } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import type { Family, Guest } from './guest.ts';

/** Where a step on a guest acts. */
export function where({ host, name }: Pick<Guest, 'host' | 'name'>): Target {
  return { site: host.site, host: host.name, name };
}

/** What can be typed for exactly this guest, wherever its name is used again: `kvm1/shop`, `alpha/108`. */
export function exactly({ host, vmid, name }: Pick<Guest, 'host' | 'vmid' | 'name'>): string {
  return `${host.name}/${vmid ?? name}`;
}

/** A guest for people: its name, and its number where it has one. */
export function called({ name, vmid }: Pick<Guest, 'name' | 'vmid'>): Said {
  return vmid === undefined || isNumbered({ name, vmid })
    ? say({ en: '{name}', zh: '{name}' }, { name })
    : say({ en: '{name} ({vmid})', zh: '{name}（{vmid}）' }, { name, vmid });
}

/** The place of a guest for people: its host, or its node. */
export function placeOf({ host, node }: Pick<Guest, 'host' | 'node'>): string {
  return node === undefined ? host.name : `${host.name}/${node}`;
}

/** Whether it has no name of its own: Proxmox lists it as `VM 110`. */
export function isNumbered({ name, vmid }: Pick<Guest, 'name' | 'vmid'>): boolean {
  return vmid !== undefined && (name === `VM ${vmid}` || name === `CT ${vmid}`);
}

/** A guest as something found, under the name it was asked for, so that another site's of the same name or number is noticed. */
export function foundAs(guest: Guest, name: string): Found {
  return { kind: 'guest', name, at: where(guest) };
}

/** The guests of a host as completion offers them: by name, by number where the name is none or used twice. */
export function offered(guests: readonly Guest[]): Found[] {
  const named = Map.groupBy(guests, ({ name }) => name);
  return guests.map((guest) => {
    const twice = (named.get(guest.name)?.length ?? 0) > 1;
    return foundAs(guest, guest.vmid !== undefined && (twice || isNumbered(guest)) ? String(guest.vmid) : guest.name);
  });
}

/** `vm` or `ct` with the guest: `vm start alpha/102`. */
export function lineFor(family: Family, verb: string, guest: Pick<Guest, 'host' | 'vmid' | 'name'>): string {
  const name = exactly(guest);
  return `${family} ${verb} ${/\s/.test(name) ? `"${name}"` : name}`;
}
