import type { Hear } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';
import type { Place, Press } from '../../core/types.ts';
import { typedPress } from '../elements.ts';
import type { Asker } from './asker.ts';
import type { MatrixEvent } from './events.ts';
import type { Homeserver } from './homeserver.ts';
import { pressOf } from './keys.ts';
import { lineOf, written } from './lines.ts';
import { begin } from './questions.ts';
import type { Rooms } from './rooms.ts';
import type { Shelf } from './shelf.ts';
import type { Usher } from './usher.ts';

const HOUR = 3_600_000;

/** What the ear needs, besides the events. */
export interface EarOptions {
  readonly server: Homeserver;
  readonly shelf: Shelf;
  readonly rooms: Rooms;
  readonly asker: Asker;
  readonly usher: Usher;
  readonly hear: Hear;
  readonly log: Log;
  readonly user: string;
  /** The bot's display name. */
  readonly name: string;
  now(): number;
}

/** Turns the events of rooms into lines and presses. Rejects when one could not be queued. */
export class Ear {
  readonly #in: EarOptions;
  constructor(options: EarOptions) {
    this.#in = options;
  }

  /** One event, once or more often: what is heard twice is the same by its id. */
  async take(room: string, event: MatrixEvent): Promise<void> {
    const { user, shelf, rooms, usher, log } = this.#in;
    if (event.type === 'm.room.member') rooms.changed(room);
    if (event.type === 'm.room.encryption') rooms.encrypts(room);
    if (event.sender === user) return;
    switch (event.type) {
      case 'm.room.message':
        return this.#said(room, event);
      case 'm.reaction':
        return this.#reacted(room, event);
      case 'm.room.redaction': {
        const gone = event.redacts ?? event.content.redacts;
        if (gone !== undefined && (await shelf.card(gone).get())) await shelf.gone(gone).set('1');
        return;
      }
      case 'm.room.encryption':
      case 'm.room.encrypted':
        rooms.encrypts(room);
        return usher.cannotRead(room);
      case 'm.room.member':
        return event.content.membership === 'leave' || event.content.membership === 'ban' ? usher.leaveIfAlone(room) : undefined;
      case 'm.room.tombstone':
        return log(`matrix: the room ${room} was upgraded to ${event.content.replacement_room ?? 'another'}; the bot follows when it is invited there`);
    }
  }

  async #said(room: string, event: MatrixEvent): Promise<void> {
    const { shelf, rooms, asker, hear, user, name } = this.#in;
    const text = written(event);
    if (text === undefined || (await rooms.encrypted(room))) return;
    const relation = event.content['m.relates_to'];
    const thread = relation?.rel_type === 'm.thread' ? relation.event_id : undefined;
    const { lateMs } = this.#times(event);
    const root = thread ?? (await this.#asked(relation?.['m.in_reply_to']?.event_id));
    if (root !== undefined && (!/^\s*[!！]/.test(text) || /^\s*[!！](cancel|取消)\s*$/i.test(text))) {
      if (await asker.answered(root, { event: event.event_id, from: event.sender, text, lateMs }, hear)) return;
    }
    const place: Place = { chat: 'matrix', room, ...(thread === undefined ? {} : { thread }), to: event.sender };
    const ears = { user, name, families: hear.families };
    // Only a line that is not for the bot otherwise needs to be said where nobody else is.
    const line = lineOf(event, { ...ears, alone: false }) ?? lineOf(event, { ...ears, alone: await rooms.alone(room) });
    if (line === undefined) return;
    const typed = typedPress(line);
    if (!typed) {
      return this.#admit(room, event, () => hear.said({ event: event.event_id, from: event.sender, text: line, place, lateMs }));
    }
    const { reason, ...press } = typed;
    const card = await shelf.named(room, press.code || press.ticket).get();
    await this.#admit(room, event, (known) => this.#press(event, place, press, known ? card : undefined, reason));
  }

  async #reacted(room: string, event: MatrixEvent): Promise<void> {
    const { rel_type, event_id: to = '', key = '' } = event.content['m.relates_to'] ?? {};
    const found = rel_type === 'm.annotation' ? pressOf(key) : undefined;
    const card = found && (await this.#in.shelf.card(to).get());
    if (!found || !card || card.room !== room) return;
    const button = card.buttons.find(({ press }) => press.action === found.action);
    if (!button && found.code === '') return; // a check mark below what is over is no press
    const ticket = (button ?? card.buttons[0])?.press.ticket ?? card.ticket;
    const place: Place = { chat: 'matrix', room, ...(card.root === undefined ? {} : { thread: card.root }), to: event.sender };
    await this.#admit(room, event, (known) => this.#press(event, place, { ...found, ticket }, known ? to : undefined, ''));
  }

  /** Hears somebody who is known; of others one thing an hour and room, since each is answered there, and nothing is asked. */
  async #admit(room: string, { sender }: MatrixEvent, act: (known: boolean) => Promise<unknown>): Promise<void> {
    const { shelf, hear } = this.#in;
    if (await hear.knows(sender)) return void (await act(true));
    const claim = `stranger:${room}:${sender}`;
    if (!(await shelf.claim(claim, HOUR))) return;
    try {
      await act(false);
    } catch (error) {
      await shelf.free(claim);
      throw error;
    }
  }

  /** Sends a press, or asks first for what its button wants to know. */
  async #press(event: MatrixEvent, place: Place, press: Press, on: string | undefined, reason: string): Promise<void> {
    const { shelf, asker, hear } = this.#in;
    const card = on === undefined ? undefined : await shelf.card(on).get();
    const given = reason === '' ? {} : { reason: [reason] };
    const asks = card?.buttons.find((button) => button.press.action === press.action)?.asks ?? [];
    if (on !== undefined && asks.some(({ name }) => !(name in given))) {
      const asking = begin(press, place, asks, event.event_id, given);
      return asker.ask(card?.root ?? on, event.sender, asking, await hear.lang(place.room, event.sender));
    }
    await hear.pressed({ event: event.event_id, from: event.sender, ...press, fields: given, place, lateMs: this.#times(event).lateMs });
  }

  async #asked(replied: string | undefined): Promise<string | undefined> {
    return replied === undefined ? undefined : this.#in.shelf.question(replied).get();
  }

  /** How late an event is heard: by the homeserver's own clock where it says so. */
  #times({ unsigned, origin_server_ts }: MatrixEvent): { readonly lateMs: number } {
    return { lateMs: Math.max(0, unsigned?.age ?? this.#in.now() - origin_server_ts) };
  }
}
