import type { At, Message } from '../core/chat.ts';
import { code, sha256 } from '../core/digest.ts';
import { nameOf, type Shelf, type Showing, type Want } from './wish.ts';

/** Where and how a message of a card goes: it is edited where it stands, and posted under the same key by every attempt. */
export function atOf(want: Want, shelf: Shelf, key: string, { kind }: Message, { private: hidden, open }: Showing, held: () => boolean): At {
  const isCard = kind === 'card';
  const { [key]: before } = shelf.began;
  return {
    place: want.place,
    private: hidden,
    ...(open ? { open } : {}),
    still: held,
    key: [want.card, code(sha256(nameOf(want)), 6), key, ...(shelf.turn === 0 ? [] : [shelf.turn])].join('-').replace(/[^A-Za-z0-9-]/g, ''),
    ...(isCard && shelf.post ? { post: shelf.post } : {}),
    ...(!isCard && shelf.post ? { card: shelf.post } : {}),
    ...(before === undefined ? {} : { began: before }),
  };
}
