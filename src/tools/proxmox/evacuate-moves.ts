import type { Look } from '../../core/command.ts';
import { HostError, Refusal } from '../../core/errors.ts';
import { list, type Said, say, speak } from '../../core/words.ts';
import type { Draft } from '../guests/guest.ts';
import { bytes } from '../units.ts';
import { type Assignment, assign, inOrder, type Room } from './evacuate-assign.ts';
import { remembering } from './evacuate-look.ts';
import type { PveGuest } from './guest.ts';
import { migrate } from './migrate.ts';

/** A guest that moves: where to, and the plan of that move alone. */
export interface Move {
  readonly guest: PveGuest;
  readonly to: string;
  readonly draft: Draft;
}

/** What becomes of the guests of a node. `left`: memory free on each target afterwards, in bytes. */
export interface Moves {
  readonly moves: readonly Move[];
  readonly stay: readonly { readonly guest: PveGuest; readonly why: Said }[];
  readonly left: Assignment['left'];
}

/** How many moves are looked into at a time. */
const ABREAST = 20;

/** Finds each guest a node it can go to: by memory first, then by what stands in the way there, until all are placed or have nowhere left. */
export async function movesOf(look: Look, guests: readonly PveGuest[], rooms: readonly Room[]): Promise<Moves> {
  const eye = remembering(look);
  const tried = new Map<string, Draft | Said>();
  const keyOf = (vmid: number, node: string) => `${vmid} ${node}`;
  const leavers = inOrder(guests.map((guest) => ({ guest, vmid: guest.vmid, memory: guest.memory, needs: guest.state === 'stopped' ? 0 : guest.memory })));
  const refusal = (vmid: number, node: string): Said | undefined => {
    const found = tried.get(keyOf(vmid, node));
    return found && 'words' in found ? found : undefined;
  };
  for (;;) {
    const { goes, noRoom, left } = assign(leavers, rooms, (vmid, node) => refusal(vmid, node) === undefined);
    const open = leavers.flatMap(({ guest }) => {
      const to = goes.get(guest.vmid);
      return to === undefined || tried.has(keyOf(guest.vmid, to)) ? [] : [{ guest, to }];
    });
    if (open.length > 0) {
      for (let from = 0; from < open.length; from += ABREAST)
        await Promise.all(open.slice(from, from + ABREAST).map(async ({ guest, to }) => tried.set(keyOf(guest.vmid, to), await attempt(eye, guest, to))));
      continue;
    }
    const moves = leavers.flatMap(({ guest }): Move[] => {
      const to = goes.get(guest.vmid);
      const draft = to === undefined ? undefined : tried.get(keyOf(guest.vmid, to));
      return to === undefined || draft === undefined || 'words' in draft ? [] : [{ guest, to, draft }];
    });
    const stay = leavers
      .filter(({ vmid }) => !goes.has(vmid))
      .map(({ guest }) => ({
        guest,
        why: whyNot(
          guest,
          rooms.flatMap(({ node }) => refusal(guest.vmid, node) ?? []),
          noRoom.has(guest.vmid),
        ),
      }));
    return { moves, stay, left };
  }
}

/** The plan of one move, or why there is none. */
async function attempt(look: Look, guest: PveGuest, to: string): Promise<Draft | Said> {
  try {
    return await migrate(look, guest, { to, storage: undefined });
  } catch (error) {
    if (error instanceof Refusal || error instanceof HostError) return error.said;
    throw error;
  }
}

/** Each reason once: many nodes often say the same. */
function whyNot(guest: PveGuest, reasons: readonly Said[], noRoom: boolean): Said {
  const once = [...new Map(reasons.map((reason) => [speak(reason, 'en'), reason])).values()];
  const memory = say(
    { en: 'no node that may take it has {memory} of memory free', zh: '可接收的节点都没有 {memory} 空闲内存' },
    { memory: bytes(guest.memory) },
  );
  return list([...once, ...(noRoom ? [memory] : [])]);
}
