import { createHash } from 'node:crypto';
import { type At, type CardMessage, type Message, type Post, type Shown, Throttled, Unwelcome, Vanished } from '../../core/chat.ts';
import type { Asker } from './asker.ts';
import type { Attempts } from './attempts.ts';
import { AWAY, cardContent } from './card.ts';
import { edit, threaded } from './content.ts';
import type { Content, Homeserver } from './homeserver.ts';
import { countsWhereEncrypted, seedsOf } from './keys.ts';
import { begin } from './questions.ts';
import type { Replies } from './reply.ts';
import type { Rooms } from './rooms.ts';
import { seed } from './seeds.ts';
import type { PostedCard, Shelf } from './shelf.ts';
import type { Target, Targets } from './targets.ts';
import { forGateway, isCode } from './trouble.ts';
import { txnOf } from './txn.ts';

interface ShowOptions {
  readonly server: Homeserver;
  readonly shelf: Shelf;
  readonly rooms: Rooms;
  readonly attempts: Attempts;
  readonly targets: Targets;
  readonly replies: Replies;
  readonly asker: Asker;
  readonly user: string;
}

/** Brings messages to rooms. What it has done is stored after each event, so that a repeat goes on where the last attempt was stopped. */
export class Shower {
  readonly #in: ShowOptions;
  constructor(options: ShowOptions) {
    this.#in = options;
  }

  /** As `Chat.show`. */
  async show(message: Message, at: At): Promise<Shown> {
    try {
      return await (message.kind === 'card' ? this.#card(message, at) : this.#in.replies.post(message, at));
    } catch (error) {
      throw forGateway(error);
    }
  }

  async #card(message: CardMessage, at: At): Promise<Shown> {
    const stands = at.post ?? (await this.#in.shelf.posted(at.key).get());
    return stands ? this.#edit(message, at, stands) : this.#post(message, at);
  }

  async #post(message: CardMessage, at: At): Promise<Shown> {
    const target = await this.#in.targets.of(at);
    const { away, content, posted } = await this.#send(message, at, target);
    const { room, root } = away ?? target;
    const card: PostedCard = {
      room,
      ...(root === undefined ? {} : { root }),
      ...this.#pressable(message),
      held: {},
      shown: digest(content),
      ...(away ? { away: true as const } : {}),
    };
    return this.#finish(message, at, posted.id, card, posted.sent);
  }

  /** Posts it where it belongs; with the person alone, and a line that says why, when the room is closed to the bot. */
  async #send(message: CardMessage, at: At, target: Target) {
    const { attempts, targets } = this.#in;
    const { card, lang } = message;
    try {
      const content = cardContent(card, lang);
      return { away: undefined, content, posted: await attempts.post(target.room, at, threaded(content, target.root)) };
    } catch (error) {
      if (!isCode(error, 'M_FORBIDDEN', 'M_NOT_FOUND')) throw error;
      const away = at.private ? undefined : await targets.instead(at.place);
      if (!away) throw new Unwelcome(`${target.room} is closed to the bot`, { cause: error });
      const content = cardContent(card, lang, AWAY);
      return { away, content, posted: await attempts.post(away.room, at, content) };
    }
  }

  async #edit(message: CardMessage, at: At, post: Post): Promise<Shown> {
    const { shelf, rooms, server, targets } = this.#in;
    const known = await shelf.card(post.id).get();
    const reader = await targets.reader(at);
    const seen = reader !== undefined && !(await rooms.isPrivate(post.room, reader));
    if (seen || (await shelf.gone(post.id).get()) !== undefined) return this.#vanished(at, post);
    const content = cardContent(message.card, message.lang, known?.away ? AWAY : undefined);
    const shown = digest(content);
    const card: PostedCard = { ...(known ?? { room: post.room, held: {} }), ...this.#pressable(message), shown };
    if (shown === known?.shown) return this.#finish(message, at, post.id, card, 0);
    try {
      if (at.still?.() === false) throw new Throttled(0);
      const txn = txnOf('edit', post.id, at.key, String(message.card.rev), shown);
      await server.send(post.room, 'm.room.message', txn, edit(content, post.id));
    } catch (error) {
      if (isCode(error, 'M_FORBIDDEN', 'M_NOT_FOUND')) return this.#vanished(at, post);
      throw error;
    }
    return this.#finish(message, at, post.id, card, 1);
  }

  /** What is left to do for a card that stands there: its reactions, and the questions of a form. */
  async #finish({ card, lang }: CardMessage, at: At, id: string, posted: PostedCard, sent: number): Promise<Shown> {
    const { shelf, server, user, asker } = this.#in;
    const { ticket, alert, buttons } = card;
    await shelf.card(id).set(posted);
    for (const name of new Set([ticket?.id ?? alert?.id ?? '', ticket?.code ?? ''])) if (name !== '') await shelf.named(posted.room, name).set(id);
    const sealed = await this.#in.rooms.encrypted(posted.room);
    const keys = ticket?.state === 'planning' ? [] : seedsOf(sealed ? buttons.filter(({ press }) => countsWhereEncrypted(press.action)) : buttons);
    // Each costs a message: what stands below an alert's card stays, whatever becomes of it.
    const wanted = alert && Object.keys(posted.held).length > 0 ? Object.keys(posted.held) : keys;
    let last = posted;
    const keep = async (next: PostedCard) => {
      last = next;
      await shelf.card(id).set(next);
    };
    const seeds = await seed({ server, user, keep }, id, posted, wanted, card.rev);
    const { to } = at.place;
    const form = ticket?.state === 'refused' ? buttons.find(({ press, asks }) => press.action === 'fill' && asks !== undefined) : undefined;
    if (form?.asks && to !== undefined) {
      const place = { chat: 'matrix', room: posted.room, ...(posted.root === undefined ? {} : { thread: posted.root }), to };
      await asker.begin(posted.root ?? id, to, begin({ ...form.press, code: '' }, place, form.asks, id), lang);
    }
    const alone = await this.#in.rooms.alone(posted.room);
    return { post: { room: posted.room, id, state: JSON.stringify({ held: last.held }) }, sent: sent + seeds, ...(alone ? { alone } : {}) };
  }

  #pressable({ card: { buttons, ticket, alert } }: CardMessage): Pick<PostedCard, 'buttons' | 'ticket'> {
    return { ticket: ticket?.id ?? alert?.id ?? '', buttons: buttons.map(({ press, asks }) => ({ press, ...(asks ? { asks: [...asks] } : {}) })) };
  }

  async #vanished(at: At, post: Post): Promise<never> {
    const { shelf } = this.#in;
    await shelf.replaced(at.key).set(post.id);
    await shelf.posted(at.key).drop();
    throw new Vanished(`${post.id} in ${post.room} cannot be edited`);
  }
}

function digest(content: Content): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}
