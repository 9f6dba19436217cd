import { demand, may, type Who } from '../permissions.ts';
import { messageOf } from '../refused.ts';
import { fork, type Work } from '../tasks.ts';
import { type Guest, nameOf, type World } from '../world.ts';

/** What is done with each of many guests. `type` of a task by the type of the guest. */
export interface Each {
  readonly user: string;
  readonly task: (guest: Guest) => string;
  readonly work: (work: Work, guest: Guest) => Promise<void>;
  /** Lines of the log about a guest; `error` empty where there is none. */
  readonly before: (guest: Guest) => string;
  readonly after: (guest: Guest, error: string) => string;
  /** One after another instead of all at once. */
  readonly inOrder?: boolean;
}

/** The guests that are meant, templates not among them; throws when somebody may not touch one. `node` undefined: of all nodes. */
export function chosen(world: World, who: Who, vmids: readonly number[], node: string | undefined, privilege: string): readonly Guest[] {
  if (vmids.length === 0) demand(who, '/', privilege);
  else if (!may(who, '/', privilege)) for (const vmid of vmids) demand(who, `/vms/${vmid}`, privilege);
  return [...world.guests.values()]
    .filter((guest) => (node === undefined || guest.node === node) && (vmids.length === 0 || vmids.includes(guest.vmid)))
    .filter(({ config }) => Number(config.template ?? 0) !== 1)
    .sort((a, b) => a.vmid - b.vmid);
}

/** Does it with all of them; each has a task of its own, and what became of it is in the log of this one only. */
export async function withEach({ world, say }: Work, guests: readonly Guest[], each: Each): Promise<void> {
  const one = async (guest: Guest) => {
    say(each.before(guest));
    const said = each.after(guest, await inner(world, guest, each));
    if (said !== '') say(said);
  };
  if (each.inOrder) for (const guest of guests) await one(guest);
  else await Promise.all(guests.map(one));
}

function inner(world: World, guest: Guest, { user, task, work }: Each): Promise<string> {
  return new Promise((resolve) => {
    fork(world, { node: guest.node, type: task(guest), id: String(guest.vmid), user }, async (hands) => {
      try {
        await work(hands, guest);
        resolve('');
      } catch (error) {
        resolve(messageOf(error));
        throw error;
      }
    });
  });
}

/** The type of a guest's own task. */
export const own =
  (verb: string) =>
  ({ type }: Guest): string =>
    `${type === 'qemu' ? 'qm' : 'vz'}${type === 'qemu' && verb.startsWith('m') ? verb.slice(1) : verb}`;

/** `VM 100 (web-a)`. */
export function title(guest: Guest): string {
  return `${guest.type === 'qemu' ? 'VM' : 'CT'} ${guest.vmid} (${nameOf(guest)})`;
}
