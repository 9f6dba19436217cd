import { type At, type Chat, type Hear, type Memory, type Message, type Shown, Unwelcome } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';
import { guarded } from '../guard.ts';
import { Api } from './api.ts';
import { Asker } from './asker.ts';
import { Attempts } from './attempts.ts';
import { Batch } from './batch.ts';
import { publish } from './commands.ts';
import { Letters } from './crypto/letters.ts';
import { Direct } from './direct.ts';
import { Ear } from './ear.ts';
import { Hearing } from './hearing.ts';
import { Homeserver } from './homeserver.ts';
import { Outbox } from './outbox.ts';
import { Replies } from './reply.ts';
import { Rooms } from './rooms.ts';
import { Shelf } from './shelf.ts';
import { Shower } from './show.ts';
import { barredBy } from './standing.ts';
import { Stream } from './sync.ts';
import { Targets } from './targets.ts';
import { isRefused, MatrixTrouble, NotOurs } from './trouble.ts';
import { Usher } from './usher.ts';

/** What a MatrixChat is made of. */
export interface MatrixOptions {
  /** Base address of the homeserver's client API. */
  readonly homeserver: string;
  /** The bot's full account id: `@ops:example.org`. */
  readonly user: string;
  /** The bot's access token. */
  readonly token: string;
  readonly memory: Memory;
  /** Whether the bot reads and writes in encrypted rooms. Default: no; it says there that it cannot. */
  readonly encryption?: boolean;
  readonly log: Log;
  now?(): number;
  /** Length of the long poll (default 30 s), and how long without an answer is deaf (default 60 s), in milliseconds. */
  readonly pace?: { readonly pollMs: number; readonly deafMs: number };
}

/** Matrix: rooms and threads through matrix-bot-sdk, our own loop over its requests. */
export class MatrixChat implements Chat {
  readonly platform = 'matrix';
  readonly #options: MatrixOptions;
  readonly #api: Api;
  readonly #server: Homeserver;
  readonly #shelf: Shelf;
  readonly #letters: Letters;
  readonly #rooms: Rooms;
  readonly #asker: Asker;
  readonly #outbox: Outbox;
  readonly #shower: Shower;
  readonly #now: () => number;
  #hear: Hear | undefined;
  #hearing: Hearing | undefined;
  #stream: Stream | undefined;
  #publishing: Promise<void> = Promise.resolve();

  constructor(options: MatrixOptions) {
    const { user, memory, now } = options;
    this.#options = options;
    this.#now = now ? () => now() : () => Date.now();
    this.#api = new Api(options);
    const shelf = new Shelf(memory);
    const letters = new Letters({ ...options, api: this.#api });
    const server = new Homeserver(this.#api, async (room, type, content) => {
      // Reactions are never encrypted.
      if (type === 'm.reaction' || !(await rooms.encrypted(room))) return { type, content };
      if (await rooms.closed(room)) throw new Unwelcome(`${room} is encrypted, and the bot cannot encrypt`); // never in clear
      return { type: 'm.room.encrypted', content: await letters.seal(room, type, content, await rooms.readers(room)) };
    });
    const rooms = new Rooms(server, user, shelf, letters);
    this.#letters = letters;
    const targets = new Targets(
      rooms,
      new Direct({ server, shelf, rooms, user, encrypts: options.encryption ?? false }),
      async (person) => (await this.#hear?.knows(person)) ?? false,
    );
    const attempts = new Attempts({ server, shelf, user, now: this.#now });
    this.#server = server;
    this.#shelf = shelf;
    this.#rooms = rooms;
    this.#outbox = new Outbox({ api: this.#api, server, shelf, log: options.log, now: this.#now });
    this.#asker = new Asker(server, shelf, this.#outbox);
    const replies = new Replies({ server, shelf, attempts, targets, letters, rooms });
    this.#shower = new Shower({ server, shelf, rooms, attempts, targets, replies, asker: this.#asker, user });
  }

  /** Begins to hear. Rejects for a token that is not valid or not this account's; a homeserver that does not answer is tried until it does. */
  async listen(all: Hear): Promise<void> {
    const hear = guarded(all, async (account) => barredBy(account));
    const { user, log, pace = { pollMs: 30_000, deafMs: 60_000 } } = this.#options;
    this.#hear = hear;
    this.#hearing ??= new Hearing((state) => this.#hear?.hearing(state), this.#now, pace.deafMs);
    const hearing = this.#hearing;
    await this.#own(hearing);
    const name = await this.#server.name(user).catch(() => '');
    const [server, shelf, rooms, letters] = [this.#server, this.#shelf, this.#rooms, this.#letters];
    const usher = new Usher({ server, shelf, user, log });
    const ear = new Ear({ server, shelf, rooms, asker: this.#asker, usher, letters, hear, log, user, name: name ?? '', now: this.#now });
    const batch = new Batch({ server, shelf, rooms, letters, ear, usher, hear, log, user, now: this.#now, came: (room) => this.#publish(room, hear.families) });
    const take: Batch['take'] = (sync, first, attempt) => batch.take(sync, first, attempt);
    this.#stream = new Stream({ api: this.#api, shelf, hearing, log, pollMs: pace.pollMs, take });
    this.#outbox.start();
    await this.#stream.follow();
    this.#publishing = this.#publishing.then(async () => {
      for (const room of await this.#server.rooms().catch(() => [])) this.#publish(room, hear.families);
    });
  }

  show(message: Message, at: At): Promise<Shown> {
    return this.#shower.show(message, at);
  }

  async close(): Promise<void> {
    this.#api.close();
    this.#hearing?.close();
    await this.#stream?.ended();
    await this.#publishing;
    await this.#outbox.ended();
    await this.#letters.close();
  }

  /** Throws unless the token is this account's. */
  async #own(hearing: Hearing): Promise<void> {
    const { user, log } = this.#options;
    try {
      const owner = await this.#server.whoami();
      if (owner !== user) throw new NotOurs(owner, user);
    } catch (error) {
      const passing = error instanceof MatrixTrouble && !isRefused(error) && error.status !== 401;
      if (!passing) {
        hearing.failed(error);
        throw error;
      }
      log('matrix: the homeserver does not answer yet', error);
    }
  }

  /** Publishes the commands in rooms, one after the other, in its own time: it may use up the bot's share of messages. */
  #publish(room: string, families: readonly string[]): void {
    const attempt = async (): Promise<void> => {
      for (let tries = 0; tries < 5 && !this.#api.closed; tries += 1) {
        try {
          return await publish(this.#server, this.#shelf, this.#options.user, room, families);
        } catch (error) {
          if (!(error instanceof MatrixTrouble)) return this.#options.log('matrix: the commands could not be published', error);
          await this.#api.pause(Math.max(1000, error.pauseMs ?? 0));
        }
      }
    };
    this.#publishing = this.#publishing.then(attempt);
  }
}
