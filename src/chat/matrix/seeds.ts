import type { Homeserver } from './homeserver.ts';
import type { PostedCard } from './shelf.ts';
import { isCode } from './trouble.ts';
import { txnOf } from './txn.ts';

/** Which reactions are to be added and which taken away, so that those there are become those there should be. Pure. */
export function changes(
  held: Readonly<Record<string, string>>,
  keys: readonly string[],
): { readonly add: readonly string[]; readonly remove: readonly string[] } {
  return { add: keys.filter((key) => !(key in held)), remove: Object.keys(held).filter((key) => !keys.includes(key)) };
}

/**
 * Makes the bot's reactions below a card those that its buttons want. After each one `keep` stores what is there, so that an attempt that
 * was stopped half-way is gone on with. Returns how many events it took.
 */
export async function seed(
  { server, user, keep }: { readonly server: Homeserver; readonly user: string; keep(card: PostedCard): Promise<void> },
  event: string,
  card: PostedCard,
  keys: readonly string[],
  rev: number,
): Promise<number> {
  const { add, remove } = changes(card.held, keys);
  let held = card.held;
  const note = async (next: PostedCard['held']) => {
    held = next;
    await keep({ ...card, held });
  };
  for (const key of add) {
    const content = { 'm.relates_to': { rel_type: 'm.annotation', event_id: event, key } };
    try {
      await note({ ...held, [key]: await server.send(card.room, 'm.reaction', txnOf('seed', event, key, String(rev)), content) });
    } catch (error) {
      if (isCode(error, 'M_DUPLICATE_ANNOTATION')) await note({ ...held, [key]: '' });
      else if (!isCode(error, 'M_FORBIDDEN')) throw error; // a room may take messages and no reactions: there is the reply code
    }
  }
  for (const key of remove) {
    const id = held[key] || (await server.reaction(card.room, event, key, user));
    try {
      if (id !== undefined) await server.redact(card.room, id, txnOf('unseed', id));
    } catch (error) {
      if (!isCode(error, 'M_FORBIDDEN', 'M_NOT_FOUND')) throw error;
    }
    const { [key]: _, ...rest } = held;
    await note(rest);
  }
  return add.length + remove.length;
}
