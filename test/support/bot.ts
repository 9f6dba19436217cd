import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, schema } from '../../config/schema.ts';
import { ConsoleClient, type Received } from '../../src/chat/client.ts';
import { chooseServer } from '../../src/chooseserver.ts';
import type { FlatCard } from '../../src/core/flatten.ts';
import { TIMING } from '../../src/hosts/proxmox/timing.ts';
import { type Lab, startLab } from '../../src/lab/index.ts';
import { loadCommands } from '../../src/registry.ts';
import type { Rooms } from '../../src/rooms.ts';
import type { SignersFile } from '../../src/signersfile.ts';
import { startAll } from '../../src/start.ts';

/** States at which a card rests: nothing more happens to it without a person. */
const RESTING = ['done', 'failed', 'unknown', 'refused', 'rejected', 'cancelled', 'expired', 'waiting'];

/** People at the public door: they say lines, press buttons and see cards, over HTTP like anyone. */
export class People {
  readonly client: ConsoleClient;
  readonly #watched = new Map<string, { cards: Map<string, Received>; changed: Set<() => void>; stop: AbortController; ready: Promise<void> }>();

  constructor(at: { url: string; token: string }) {
    this.client = new ConsoleClient(at);
  }

  /** Says a line; resolves with the card when it rests, or when `until` holds. */
  async says(person: string, text: string, options: { event?: string; until?: (card: FlatCard) => boolean; ms?: number } = {}): Promise<FlatCard> {
    await this.#watch(person).ready;
    const ticket = await this.client.said(person, text, options.event ?? crypto.randomUUID());
    return this.sees(person, ticket, options.until, options.ms);
  }

  /** Presses a button of a card; resolves with the card once it rests after the press, or with the refusal's card. */
  async presses(
    person: string,
    card: FlatCard,
    action: string,
    options: { event?: string; until?: (card: FlatCard) => boolean; code?: string; reason?: string } = {},
  ): Promise<FlatCard> {
    await this.#watch(person).ready;
    const event = options.event ?? crypto.randomUUID();
    const { reason } = options;
    const press = { ticket: card.id, code: options.code ?? card.ticket?.code ?? '', action, ...(reason === undefined ? {} : { reason }) };
    const { answer, ticket, heard } = await this.client.pressed(person, press, event);
    const until = options.until ?? rests;
    return this.#first(
      person,
      (received) =>
        (received.card.id === answer && (answer !== ticket || until(received.card))) ||
        (received.card.id === ticket && received.heard.includes(heard) && until(received.card)),
      `press of ${action} by ${person}`,
    );
  }

  /** The card as this person sees it, once it rests or `until` holds. */
  async sees(person: string, id: string, until: (card: FlatCard) => boolean = rests, ms?: number): Promise<FlatCard> {
    return this.#first(person, ({ card }) => card.id === id && until(card), `card ${id} for ${person}`, ms);
  }

  /** Every card this person has been shown so far. */
  async cards(person: string): Promise<FlatCard[]> {
    const watched = this.#watch(person);
    await watched.ready;
    return [...watched.cards.values()].map(({ card }) => card);
  }

  async #first(person: string, wanted: (received: Received) => boolean, what: string, ms = 20_000): Promise<FlatCard> {
    const watched = this.#watch(person);
    const deadline = Date.now() + ms;
    for (;;) {
      const found = [...watched.cards.values()].find(wanted);
      if (found) return found.card;
      if (Date.now() > deadline)
        throw new Error(`${what} was not seen in ${ms} ms; there is: ${[...watched.cards.values()].map(({ card }) => card.text).join('\n---\n')}`);
      await new Promise<void>((resolve) => {
        const go = () => {
          clearTimeout(timer);
          watched.changed.delete(go);
          resolve();
        };
        const timer = setTimeout(go, 500);
        watched.changed.add(go);
      });
    }
  }

  #watch(person: string) {
    const known = this.#watched.get(person);
    if (known) return known;
    let ready = (): void => undefined;
    const watched = {
      cards: new Map<string, Received>(),
      changed: new Set<() => void>(),
      stop: new AbortController(),
      ready: new Promise<void>((resolve) => (ready = resolve)),
    };
    this.#watched.set(person, watched);
    const listen = async () => {
      while (!watched.stop.signal.aborted) {
        try {
          for await (const received of this.client.cards(person, watched.stop.signal, ready)) {
            const seen = watched.cards.get(received.card.id);
            if (!seen || seen.card.rev < received.card.rev) watched.cards.set(received.card.id, received);
            for (const go of [...watched.changed]) go();
          }
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    };
    listen();
    return watched;
  }

  close(): void {
    for (const { stop } of this.#watched.values()) stop.abort();
  }
}

function rests(card: FlatCard): boolean {
  return RESTING.includes(card.ticket?.state ?? '');
}

/** The practice fleet is five times as fast here as it is for people; so is who asks how far a task has come. */
const PACE = 0.2;
const PACED = { ...TIMING, pollMs: TIMING.pollMs * PACE, pollMostMs: TIMING.pollMostMs * PACE, busyMs: TIMING.busyMs * PACE };

/** A bot in this process with a practice fleet (or the given configuration), a Redis of its own, and people to talk to it. */
export interface Bot extends People {
  readonly lab: Lab;
  readonly config: Config;
  readonly url: string;
  readonly token: string;
  readonly redis: string;
  readonly home: string;
  readonly rooms: Rooms;
  /** Where the console listens, whatever the address people know it by. */
  readonly port: number;
  /** Makes another configuration the one in use. */
  readonly reload: (config: Config) => Promise<void>;
  /** What was logged. */
  readonly logged: string[];
}

export async function bot(
  options: { seed?: number; config?: (lab: unknown) => unknown; signers?: SignersFile } = {},
): Promise<Bot & { close(): Promise<void> }> {
  const home = mkdtempSync(join(tmpdir(), 'hostler-test-'));
  const lab = await startLab({ seed: options.seed ?? 1, dir: join(home, 'lab'), pace: PACE });
  const config = schema.parse(options.config ? options.config(structuredClone(lab.config)) : lab.config);
  const server = await chooseServer(undefined, true, home);
  const token = 'token-for-tests';
  const logged: string[] = [];
  const all = await startAll({
    config,
    redis: server.url,
    home,
    port: 0,
    token,
    version: 'test',
    commands: await loadCommands(),
    timing: PACED,
    ...(options.signers ? { signers: options.signers } : {}),
    log: (text, detail) => void logged.push(`${text}${detail === undefined ? '' : `: ${detail}`}`),
  });
  const { url, port, reload } = all;
  const people = new People({ url, token });
  const close = async () => {
    People.prototype.close.call(people);
    await all.close();
    await server.close();
    await lab.close();
    rmSync(home, { recursive: true, force: true });
  };
  return Object.assign(people, { lab, config, url, token, redis: server.url, home, rooms: all.rooms, port, reload, logged, close });
}
