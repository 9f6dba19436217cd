import { type At, type NudgeMessage, type OutputMessage, type Shown, Unwelcome } from '../../core/chat.ts';
import { endsOf } from '../../core/files.ts';
import type { Attempts } from './attempts.ts';
import { message, threaded } from './content.ts';
import type { Letters } from './crypto/letters.ts';
import type { Content, Homeserver } from './homeserver.ts';
import { INLINE, nudgeBodies, outputBodies, textBodies } from './replies.ts';
import type { Rooms } from './rooms.ts';
import type { Shelf } from './shelf.ts';
import type { Target, Targets } from './targets.ts';
import { isCode } from './trouble.ts';

interface ReplyOptions {
  readonly server: Homeserver;
  readonly shelf: Shelf;
  readonly attempts: Attempts;
  readonly targets: Targets;
  readonly letters: Letters;
  readonly rooms: Rooms;
}

/** Posts what goes into a card's thread: nudges, and what steps wrote. */
export class Replies {
  readonly #server: Homeserver;
  readonly #shelf: Shelf;
  readonly #attempts: Attempts;
  readonly #targets: Targets;
  readonly #letters: Letters;
  readonly #rooms: Rooms;
  constructor(parts: ReplyOptions) {
    this.#server = parts.server;
    this.#shelf = parts.shelf;
    this.#attempts = parts.attempts;
    this.#targets = parts.targets;
    this.#letters = parts.letters;
    this.#rooms = parts.rooms;
  }

  /** Posts it once; nothing is sent for one that stands there already. */
  async post(reply: NudgeMessage | OutputMessage, at: At): Promise<Shown> {
    const stands = at.post ?? (await this.#shelf.posted(at.key).get());
    if (stands) return { post: stands, sent: 0 };
    const { room, root } = await this.#target(at);
    const content = reply.kind === 'nudge' ? message(nudgeBodies(reply.text, reply.lang, reply.calls), reply.calls) : await this.#output(reply, room, at.key);
    try {
      const { id, sent } = await this.#attempts.post(room, at, threaded(content, root));
      return { post: { room, id }, sent };
    } catch (error) {
      if (isCode(error, 'M_FORBIDDEN', 'M_NOT_FOUND')) throw new Unwelcome(`${room} is closed to the bot`, { cause: error });
      throw error;
    }
  }

  /** Beside the card, where that is; a card that went elsewhere than it was asked for begins a thread of its own there. */
  async #target(at: At): Promise<Target> {
    const { card, place } = at;
    if (!card) return this.#targets.of(at);
    const target = await this.#targets.of({ ...at, place: { ...place, room: card.room } });
    if (target.room !== card.room) return target;
    return { room: card.room, root: (card.room === place.room ? place.thread : undefined) ?? card.id };
  }

  async #output({ text, lang, name, content }: OutputMessage, room: string, key: string): Promise<Content> {
    if (content.length <= INLINE) return message(outputBodies(text, lang, content));
    const file = await this.#uploaded(room, key, name, content);
    if (file === undefined) return message(outputBodies(text, lang, endsOf(content, INLINE)));
    const { body, html } = textBodies(text, lang);
    return {
      ...message({ body, html }),
      msgtype: 'm.file',
      filename: name,
      ...file,
      info: { mimetype: 'text/plain', size: Buffer.byteLength(content) },
    };
  }

  /** Where the file is and how it is read; undefined when the homeserver takes none so large. Uploaded once for all attempts. */
  async #uploaded(room: string, key: string, name: string, content: string): Promise<Content | undefined> {
    const bytes = Buffer.from(content, 'utf8');
    const shelf = this.#shelf.file(key);
    const known = await shelf.get();
    if (known !== undefined) return known;
    try {
      const sealed = (await this.#rooms.encrypted(room)) ? await this.#letters.file(bytes) : undefined;
      const url = await this.#server.upload(sealed ? undefined : name, sealed?.bytes ?? bytes);
      const file = sealed ? { file: { ...sealed.info, url } } : { url };
      await shelf.set(file);
      return file;
    } catch (error) {
      if (isCode(error, 'M_TOO_LARGE', 'M_FORBIDDEN')) return undefined;
      throw error;
    }
  }
}
