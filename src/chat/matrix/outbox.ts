import { Unwelcome } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';
import type { Api } from './api.ts';
import type { Homeserver } from './homeserver.ts';
import type { Question, Shelf } from './shelf.ts';
import { isRefused, MatrixTrouble } from './trouble.ts';

/** How long sending a question is tried, in milliseconds: by then its answer is not waited for any more. */
const PATIENCE = 900_000;
/** Most questions that wait to be sent; more come only from somebody who presses for the sake of it. */
const MOST = 200;
/** Longest pause between two attempts, in milliseconds. */
const LONGEST = 30_000;

interface OutboxOptions {
  readonly api: Pick<Api, 'closed' | 'pause'>;
  readonly server: Homeserver;
  readonly shelf: Shelf;
  readonly log: Log;
  now(): number;
}

/** Questions on their way, oldest first in each room. They are kept until they are sent, so that neither hearing nor a restart waits for them. */
export class Outbox {
  readonly #in: OutboxOptions;
  /** Writes to the shelf, one after the other. */
  #writes: Promise<unknown> = Promise.resolve();
  #sending: Promise<void> | undefined;
  #more = false;
  /** Rooms that did not take a question: how often, and when they are tried again. */
  readonly #pauses = new Map<string, { readonly tries: number; readonly until: number }>();

  constructor(options: OutboxOptions) {
    this.#in = options;
  }

  /** Takes a question; resolves when it is safely noted. */
  async add(question: Omit<Question, 'at'>): Promise<void> {
    await this.#change((all) => (all.some(({ txn }) => txn === question.txn) ? all : [...all, { ...question, at: this.#in.now() }].slice(-MOST)));
    this.start();
  }

  /** Sends what is noted, unless it is being sent already. */
  start(): void {
    this.#more = true;
    this.#sending ??= this.#run().finally(() => {
      this.#sending = undefined;
      if (this.#more && !this.#in.api.closed) this.start();
    });
  }

  /** Resolves when nothing of it runs any more. */
  async ended(): Promise<void> {
    await this.#sending;
  }

  async #run(): Promise<void> {
    const { api, log } = this.#in;
    for (let failures = 0; this.#more && !api.closed; ) {
      this.#more = false;
      try {
        while (!api.closed && (await this.#next()));
        failures = 0;
      } catch (error) {
        this.#more = true;
        if (failures++ % 20 === 0) log('matrix: questions cannot be sent now, and are tried again', error);
        await api.pause(Math.min(LONGEST, 250 * 2 ** failures));
      }
    }
  }

  /** Sends the oldest question whose room takes any, or waits until one does. False when there is none. */
  async #next(): Promise<boolean> {
    const { api, now, shelf } = this.#in;
    const all = (await shelf.unsent().get()) ?? [];
    if (all.length === 0) return false;
    const due = (room: string) => this.#pauses.get(room)?.until ?? 0;
    const ready = all.find(({ room }) => due(room) <= now());
    if (ready) await this.#send(ready);
    else await api.pause(Math.min(...all.map(({ room }) => due(room) - now())));
    return true;
  }

  async #send(question: Question): Promise<void> {
    const { api, server, shelf, log, now } = this.#in;
    const { room, root, txn, content, at } = question;
    try {
      if (now() - at > PATIENCE) log(`matrix: a question in ${room} could not be sent in time`);
      else await shelf.question(await server.send(room, 'm.room.message', txn, content)).set(root);
      this.#pauses.delete(room);
    } catch (error) {
      if (api.closed) throw error;
      if (error instanceof Unwelcome) {
        log(`matrix: a question is not put in ${room}: ${error.message}`);
        return this.#change((all) => all.filter((one) => one.txn !== txn));
      }
      if (!(error instanceof MatrixTrouble)) return this.#later(room, error);
      if (error.pauseMs !== undefined) return api.pause(error.pauseMs); // it limits the account, not the room
      if (!isRefused(error)) return this.#later(room, error);
      log(`matrix: a question was refused in ${room}`, error);
    }
    await this.#change((all) => all.filter((one) => one.txn !== txn));
  }

  #later(room: string, error: unknown): void {
    const { log, now } = this.#in;
    const tries = (this.#pauses.get(room)?.tries ?? 0) + 1;
    if (tries === 1) log(`matrix: a question could not be sent in ${room}, and is tried again`, error);
    this.#pauses.set(room, { tries, until: now() + Math.min(LONGEST, 250 * 2 ** Math.min(tries, 10)) });
  }

  #change(act: (all: readonly Question[]) => readonly Question[]): Promise<void> {
    const unsent = this.#in.shelf.unsent();
    const change = this.#writes.then(async () => unsent.set([...act((await unsent.get()) ?? [])]));
    this.#writes = change.catch(() => undefined);
    return change;
  }
}
