import { z } from 'zod';
import type { Memory, Post } from '../../core/chat.ts';
import { place } from '../../core/place.ts';
import { saidShape as said } from '../../core/saidshape.ts';
import { type Field, PRESSES } from '../../core/types.ts';
import { eventShape } from './events.ts';
import type { Asking } from './questions.ts';

const DAY = 86_400_000;
/** How long a question waits for its answer, in milliseconds. */
const PATIENCE = 900_000;
/** How long a card can be pressed by reaction: longer than any ticket is open. */
const CARD = 30 * DAY;
/** How long an attempt at posting may be repeated. */
const ATTEMPT = 2 * DAY;

const field: z.ZodType<Field> = z.object({
  name: z.string(),
  label: said,
  choices: z.array(z.object({ text: z.string(), hint: z.string() })).exactOptional(),
  more: z.literal(true).exactOptional(),
  many: z.literal(true).exactOptional(),
});
const press = z.object({ action: z.enum(PRESSES), ticket: z.string(), code: z.string() });
const asking = z.object({
  press,
  place,
  fields: z.array(field),
  given: z.record(z.string(), z.array(z.string())),
  began: z.string(),
  put: z.number(),
  seen: z.array(z.string()),
  over: z.boolean(),
});

/** What is known of a card that was posted. */
const posted = z.object({
  room: z.string(),
  /** The thread it stands in. */
  root: z.string().exactOptional(),
  ticket: z.string(),
  buttons: z.array(z.object({ press, asks: z.array(field).exactOptional() })),
  /** The bot's own reactions below it: event ids by key; empty where the id is not known. */
  held: z.record(z.string(), z.string()),
  /** What was shown last, as a digest. */
  shown: z.string(),
  /** It stands with a person because the room is closed to the bot. */
  away: z.literal(true).exactOptional(),
});
export type PostedCard = z.infer<typeof posted>;

const questions = z.array(z.object({ room: z.string(), root: z.string(), txn: z.string(), content: z.record(z.string(), z.unknown()), at: z.number() }));
/** A question that is to be sent: where, in which thread, and since when. */
export type Question = z.infer<typeof questions>[number];

const waiting = z.array(z.object({ room: z.string(), event: eventShape, since: z.number(), told: z.boolean() }));
/** Events that cannot be read yet: since when, and whether the room was told. */
export type Waiting = z.infer<typeof waiting>[number];

const heard = z.object({ id: z.string(), at: z.number(), gap: z.string().exactOptional() });
/** The last event of a room that was taken. `gap`: before this point of the room's past is what could not be read yet. */
export type Heard = z.infer<typeof heard>;
const post = z.object({ room: z.string(), id: z.string(), state: z.string().exactOptional() });

/** What the adapter remembers, each thing under its own kind of key. */
export class Shelf {
  readonly #memory: Memory;
  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Where in the stream of events it has come; undefined at the first start. */
  readonly token = this.#text('token');
  /** The room with a person alone. */
  readonly direct = (person: string) => this.#text(`dm:${person}`);
  /** What a message says of a file that was uploaded for it. */
  readonly file = (key: string) => this.#json(`file:${key}`, z.record(z.string(), z.unknown()), ATTEMPT);
  /** The card's event in a room, by its reply code or its ticket. */
  readonly named = (room: string, name: string) => this.#text(`named:${room}:${name}`, CARD);
  /** The thread that a question was put in. */
  readonly question = (event: string) => this.#text(`question:${event}`, PATIENCE);
  /** That one of the bot's messages was taken away. */
  readonly gone = (event: string) => this.#text(`gone:${event}`, CARD);
  /** The event that was taken away of a message, so that it is not brought back by its transaction id. */
  readonly replaced = (key: string) => this.#text(`replaced:${key}`, ATTEMPT);
  /** That a room is encrypted: it stays so, whatever its homeserver says. */
  readonly encrypted = (room: string) => this.#text(`encrypted:${room}`);
  /** Encrypted events whose keys may still come. */
  readonly waiting = () => this.#json('waiting', waiting, PATIENCE);
  /** What was published of the commands in a room. */
  readonly published = (room: string) => this.#text(`commands:${room}`, 7 * DAY);

  readonly card = (event: string) => this.#json(`card:${event}`, posted, CARD);
  /** The message that an attempt has posted. */
  readonly posted = (key: string) => this.#json<Post>(`posted:${key}`, post, ATTEMPT);
  readonly heard = (room: string) => this.#json(`heard:${room}`, heard);
  readonly unsent = () => this.#json('unsent', questions);
  readonly asking = (root: string, person: string) => this.#json<Asking>(`asking:${root}:${person}`, asking, PATIENCE);

  /** True for one caller only, for so many milliseconds. */
  claim(what: string, forMs: number): Promise<boolean> {
    return this.#memory.claim(`claim:${what}`, '1', forMs);
  }
  async free(what: string): Promise<void> {
    await this.#memory.drop(`claim:${what}`);
  }

  #text(key: string, forMs?: number) {
    return {
      get: () => this.#memory.get(key),
      set: (text: string) => this.#memory.set(key, text, forMs),
      drop: () => this.#memory.drop(key),
    };
  }

  #json<T>(key: string, shape: z.ZodType<T>, forMs?: number) {
    const { get, set, drop } = this.#text(key, forMs);
    const read = (text: string | undefined) => (text === undefined ? undefined : shape.safeParse(JSON.parse(text)).data);
    return { get: async () => read(await get()), set: (one: T) => set(JSON.stringify(one)), drop };
  }
}
