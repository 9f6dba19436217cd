import type { Host, Look } from '../../core/command.ts';
import type { Found, Listed } from '../../core/types.ts';
import type { Said } from '../../core/words.ts';
import { type Answer, answers, each, troubles } from '../each.ts';
import { absent, isAway, otherFamily, several } from './find-refusals.ts';
import type { Family, Guest, Pack, Roll } from './guest.ts';
import { libvirt } from './libvirt.ts';
import { foundAs, offered } from './naming.ts';
import { proxmox } from './proxmox.ts';

/** Who lists the guests of a kind of host. The others have none. */
const PACKS: { readonly [kind in Host['kind']]?: Pack } = { libvirt, pve: proxmox };

/** Every guest of one host, of both families. */
export async function rollOf(look: Look, host: Host): Promise<Roll> {
  return (await PACKS[host.kind]?.(look, host)) ?? { guests: [], notes: [] };
}

/** Every guest of every host of the request that answers, what is known to complete with, and a note for what does not. */
export async function allGuests(look: Look): Promise<{ guests: Guest[]; listed: Listed[]; notes: Said[] }> {
  const all: Answer<Roll>[] = await each(look, (host) => rollOf(look, host));
  return {
    guests: answers(all).flatMap(({ value }) => value.guests),
    listed: answers(all).map(({ host, value }) => ({ host: host.name, found: offered(value.guests) })),
    notes: [...troubles(all), ...answers(all).flatMap(({ value }) => value.notes)],
  };
}

/** A guest that was asked for, and what was seen on the way. */
export interface Asked {
  readonly guest: Guest;
  /** It, under the name it was asked for. */
  readonly about: readonly Found[];
  readonly listed: readonly Listed[];
  readonly notes: readonly Said[];
}

/**
 * The one guest of a family by its name, VMID or UUID, also after `cluster/`, `node/` or `host/`.
 * Throws Absent, or Refusal when there are several, when it is of the other family, or when its node is offline.
 */
export async function findGuest(look: Look, family: Family, typed: string): Promise<Asked> {
  const slash = typed.indexOf('/');
  const name = typed.slice(slash + 1);
  const { guests, listed, notes } = await allGuests(look);
  const within = slash < 0 ? guests : guests.filter(({ host, node }) => host.name === typed.slice(0, slash) || node === typed.slice(0, slash));
  const matching = matches(within, name);
  const mine = matching.filter((guest) => guest.family === family);
  const [guest, ...others] = mine;
  if (guest && others.length > 0) throw several(name, mine);
  if (guest?.away) throw isAway(guest, name);
  if (guest) return { guest, about: [{ ...foundAs(guest, name), also: [guest.id] }], listed, notes };
  const [other] = matching;
  if (other) throw otherFamily(other, name);
  throw absent(
    typed,
    name,
    within.filter((one) => one.family === family),
    notes,
  );
}

/** What was typed is a number or UUID first, a name only where it is none: by number each guest can be named. */
function matches(guests: readonly Guest[], name: string): Guest[] {
  const exact = guests.filter(({ id }) => id === name);
  return exact.length > 0 ? exact : guests.filter((guest) => guest.name === name);
}
