import type { Hear } from '../../core/chat.ts';
import { claimIn } from '../../core/link.ts';
import type { Log } from '../../core/ports.ts';
import type { Place, Press } from '../../core/types.ts';
import { fieldsTyped, isSecret, typedPress } from '../elements.ts';
import type { Asker } from './asker.ts';
import type { Letters } from './crypto/letters.ts';
import type { MatrixEvent } from './events.ts';
import type { Homeserver } from './homeserver.ts';
import { countsWhereEncrypted, pressOf } from './keys.ts';
import { lineOf, written } from './lines.ts';
import { begin } from './questions.ts';
import type { Rooms } from './rooms.ts';
import type { Shelf } from './shelf.ts';
import { MatrixTrouble } from './trouble.ts';
import type { Usher } from './usher.ts';

const HOUR = 3_600_000;
/** Lines by which a stranger claims to be somebody, that are heard in an hour besides. */
const CLAIMS = 6;
/** How long the key of a message may take before the room is told, in milliseconds. */
const PATIENCE = 20_000;
/** Most messages that wait for their keys. */
const KEPT = 50;

/** What the ear needs, besides the events. */
export interface EarOptions {
  readonly server: Homeserver;
  readonly shelf: Shelf;
  readonly rooms: Rooms;
  readonly asker: Asker;
  readonly usher: Usher;
  readonly letters: Letters;
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
    const { user, shelf, rooms, usher, letters, log } = this.#in;
    if (event.type === 'm.room.member') rooms.changed(room);
    if (event.type === 'm.room.encryption') await rooms.encrypts(room);
    if (event.sender === user) return;
    switch (event.type) {
      case 'm.room.message':
        return (await rooms.encrypted(room)) ? undefined : this.#said(room, event); // in clear it may be from anybody
      case 'm.reaction':
        return this.#reacted(room, event);
      case 'm.room.redaction': {
        const gone = event.redacts ?? event.content.redacts;
        if (gone !== undefined && (await shelf.card(gone).get())) await shelf.gone(gone).set('1');
        return;
      }
      case 'm.room.encryption':
        return (await letters.open()) ? undefined : usher.cannotRead(room);
      case 'm.room.encrypted':
        await rooms.encrypts(room);
        return (await letters.open()) ? this.#opened(room, event) : usher.cannotRead(room);
      case 'm.room.member':
        return event.content.membership === 'leave' || event.content.membership === 'ban' ? usher.leaveIfAlone(room) : undefined;
      case 'm.room.tombstone':
        return log(`matrix: the room ${room} was upgraded to ${event.content.replacement_room ?? 'another'}; the bot follows when it is invited there`);
    }
  }

  /** Again, what could not be read, when `keys` may have come. Then says so of what has waited for long. */
  async again(keys: boolean): Promise<void> {
    const { shelf, usher, now } = this.#in;
    for (const { room, event, since, told } of (await shelf.waiting().get()) ?? []) {
      if (keys || now() - since >= PATIENCE) await this.#opened(room, event);
      const still = (await shelf.waiting().get()) ?? [];
      if (told || now() - since < PATIENCE || !still.some((one) => one.event.event_id === event.event_id)) continue;
      await usher.unread(room, event, 'unread');
      await shelf.waiting().set(still.map((one) => (one.event.event_id === event.event_id ? { ...one, told: true } : one)));
    }
  }

  /** Reads an encrypted event, or keeps it until it can be read. */
  async #opened(room: string, event: MatrixEvent): Promise<void> {
    const { shelf, letters, usher, log, now } = this.#in;
    const opened = await letters.read(room, event);
    const waiting = (await shelf.waiting().get()) ?? [];
    const others = waiting.filter((one) => one.event.event_id !== event.event_id);
    if (opened.kind === 'later') {
      if (others.length < waiting.length) return;
      const { unsigned: _, ...kept } = event; // its age is of now
      await shelf.waiting().set([...waiting, { room, event: kept, since: now(), told: false }].slice(-KEPT));
      return;
    }
    if (opened.kind === 'clear') await this.#said(room, opened.event);
    else {
      log(`matrix: ${event.event_id} of ${event.sender} in ${room} is refused: ${opened.why}`);
      await usher.unread(room, event, 'refused');
    }
    if (others.length < waiting.length) await shelf.waiting().set(others);
  }

  async #said(room: string, event: MatrixEvent): Promise<void> {
    const { shelf, rooms, asker, hear, user, name } = this.#in;
    const text = written(event);
    if (text === undefined) return;
    const relation = event.content['m.relates_to'];
    const thread = relation?.rel_type === 'm.thread' ? relation.event_id : undefined;
    const { lateMs } = this.#times(event);
    const root = thread ?? (await this.#asked(relation?.['m.in_reply_to']?.event_id));
    if (root !== undefined && (!/^\s*[!！]/.test(text) || /^\s*[!！](cancel|取消)\s*$/i.test(text))) {
      if (await asker.answered(root, { event: event.event_id, from: event.sender, text, lateMs }, hear)) return;
    }
    const ears = { user, name, families: hear.families };
    // Only a line that is not for the bot otherwise needs to be said where nobody else is.
    const line = lineOf(event, { ...ears, alone: false }) ?? lineOf(event, { ...ears, alone: await rooms.alone(room) });
    if (line === undefined) return;
    const alone = await this.#alone(room);
    const place: Place = { chat: 'matrix', room, ...(thread === undefined ? {} : { thread }), to: event.sender, ...alone };
    const typed = typedPress(line);
    if (!typed) {
      const hears = () => hear.said({ event: event.event_id, from: event.sender, text: line, place, lateMs });
      return this.#admit(room, event, hears, claimIn(line) === undefined ? 1 : CLAIMS);
    }
    const { reason: _, ...press } = typed;
    const card = await shelf.named(room, press.ticket || press.code).get();
    await this.#admit(room, event, (known) => this.#press(event, place, press, known ? card : undefined, fieldsTyped(typed, 'alone' in alone)));
  }

  async #reacted(room: string, event: MatrixEvent): Promise<void> {
    const { rel_type, event_id: to = '', key = '' } = event.content['m.relates_to'] ?? {};
    const found = rel_type === 'm.annotation' ? pressOf(key) : undefined;
    const card = found && (await this.#in.shelf.card(to).get());
    if (!found || !card || card.room !== room) return;
    if (!countsWhereEncrypted(found.action) && (await this.#in.rooms.encrypted(room))) return; // it is typed there
    const button = card.buttons.find(({ press }) => isSamePress(press, found));
    // A check mark, or a number, below what has no such button is no press.
    if (!button && (found.code === '' || found.action === 'offer')) return;
    const ticket = (button ?? card.buttons[0])?.press.ticket ?? card.ticket;
    const thread = card.root === undefined ? {} : { thread: card.root };
    const place: Place = { chat: 'matrix', room, ...thread, to: event.sender, ...(await this.#alone(room)) };
    await this.#admit(room, event, (known) => this.#press(event, place, { ...found, ticket }, known ? to : undefined, {}));
  }

  /** Hears somebody who is known; of others one thing an hour and room (or so many), since each is answered there, and nothing is asked. */
  async #admit(room: string, { sender }: MatrixEvent, act: (known: boolean) => Promise<unknown>, most = 1): Promise<void> {
    const { shelf, hear } = this.#in;
    if (await hear.knows(sender)) return void (await act(true));
    let claim = '';
    for (let n = 1; claim === '' && n <= most; n += 1) {
      const one = most === 1 ? `stranger:${room}:${sender}` : `claim:${n}:${sender}`;
      if (await shelf.claim(one, HOUR)) claim = one;
    }
    if (claim === '') return;
    try {
      await act(false);
    } catch (error) {
      await shelf.free(claim);
      throw error;
    }
  }

  /** Sends a press, or asks first for what its button wants to know. */
  async #press(event: MatrixEvent, place: Place, press: Press, on: string | undefined, given: Record<string, readonly string[]>): Promise<void> {
    const { shelf, asker, hear } = this.#in;
    const card = on === undefined ? undefined : await shelf.card(on).get();
    const asks = card?.buttons.find((button) => isSamePress(button.press, press))?.asks ?? [];
    const lacking = asks.filter(({ name }) => !(name in given));
    // What others must not read is not asked for among them: the refusal says where it can be given.
    if (on !== undefined && lacking.length > 0 && (place.alone || !lacking.some(isSecret))) {
      const asking = begin(press, place, asks, event.event_id, given);
      return asker.ask(card?.root ?? on, event.sender, asking, await hear.lang(place.room, event.sender));
    }
    const fields = lacking.some(isSecret) ? { ...given, seen: ['asked'] } : given;
    await hear.pressed({ event: event.event_id, from: event.sender, ...press, fields, place, lateMs: this.#times(event).lateMs });
  }

  /** That nobody else is in a room, where that is sure. */
  async #alone(room: string): Promise<{ readonly alone?: true }> {
    try {
      return (await this.#in.rooms.alone(room)) ? { alone: true } : {};
    } catch (error) {
      if (error instanceof MatrixTrouble) return {};
      throw error;
    }
  }

  async #asked(replied: string | undefined): Promise<string | undefined> {
    return replied === undefined ? undefined : this.#in.shelf.question(replied).get();
  }

  /** How late an event is heard: by the homeserver's own clock where it says so. */
  #times({ unsigned, origin_server_ts }: MatrixEvent): { readonly lateMs: number } {
    return { lateMs: Math.max(0, unsigned?.age ?? this.#in.now() - origin_server_ts) };
  }
}

/** Offers of a card are told from each other by their number. */
function isSamePress(one: Pick<Press, 'action' | 'code'>, other: Pick<Press, 'action' | 'code'>): boolean {
  return one.action === other.action && (one.action !== 'offer' || one.code === other.code);
}
