import type { ServerResponse } from 'node:http';
import type { CardMessage } from '../core/chat.ts';
import { type FlatCard, flatten } from '../core/flatten.ts';
import type { ConsolePerson } from './gate.ts';

/** Most bytes a reader may lag behind before it is sent away. */
const LAG = 8_388_608;
/** How often a reader is told that the connection is alive, in milliseconds. */
const BEAT = 15_000;

interface Reader {
  readonly person: ConsolePerson;
  readonly response: ServerResponse;
}

/** Who is looking at the console, each through a stream of server-sent events. */
export class Streams {
  readonly #readers = new Set<Reader>();
  readonly #checkMs: number;

  /** `checkMs`: how often it is asked whether a reader may still look. */
  constructor(checkMs: number) {
    this.#checkMs = checkMs;
  }

  /** Whether there is anybody. */
  get isWatched(): boolean {
    return this.#readers.size > 0;
  }

  /** Sends a card to everyone who may see it. */
  show(message: CardMessage): void {
    for (const reader of this.#readers) push(reader, message);
  }

  /** Opens a stream with the cards there are. `still`: false, or a rejection, ends it. Without it, nobody signs in here. */
  async open(reader: Reader, recent: () => Promise<readonly CardMessage[]>, still?: () => Promise<boolean>): Promise<void> {
    const { response } = reader;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    response.write('retry: 1000\n\n');
    this.#readers.add(reader);
    const timers = [setInterval(() => response.write(': still here\n\n'), BEAT)];
    const end = () => {
      for (const timer of timers) clearInterval(timer);
      this.#readers.delete(reader);
    };
    response.on('close', end);
    if (still) {
      const check = async () => {
        if (await still().catch(() => false)) return;
        end(); // not a card more
        response.end('event: out\ndata: {}\n\n');
      };
      timers.push(setInterval(() => void check(), this.#checkMs));
    }
    for (const shown of await recent()) push(reader, shown);
    if (this.#readers.has(reader)) response.write('event: ready\ndata: {}\n\n');
  }

  close(): void {
    for (const { response } of this.#readers) response.end();
  }
}

function push({ person, response }: Reader, { card: shown, about }: CardMessage): void {
  if (response.writableEnded || !about.sees(person.id)) return;
  if (response.writableLength > LAG) {
    response.destroy();
    return;
  }
  const card: FlatCard = flatten(about.as?.(person.id) ?? shown, person.lang);
  response.write(`event: card\ndata: ${JSON.stringify({ card, at: about.at, by: about.by, private: about.private, heard: about.heard })}\n\n`);
}
