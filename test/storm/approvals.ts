import type { Lab } from '../../src/lab/index.ts';
import { pause } from '../bench/stats.ts';
import { rest } from '../support/doors/door.ts';
import { ACCOUNTS, OPS } from '../support/doors/slack.ts';
import { type FakeSlack, textOf } from '../support/slack/index.ts';
import { BOT, type Message } from '../support/slack/things.ts';

/** A change that one asked for and another approved. Times in milliseconds. */
export interface Approved {
  readonly message: Message;
  readonly ticket: string;
  readonly pressedAt: number;
  /** From the line until its card could be pressed in the room. */
  readonly cardMs: number;
  /** From the press until the host did it; undefined where that was not seen. */
  effectMs?: number;
}

/** Longest that is waited for a card, for an effect, and before a press is made again, in milliseconds. */
const PATIENCE = 30_000;
const AGAIN = 5000;
/** How often it is looked, in milliseconds. */
const LOOK = 4;
const LINE = 'vm reset mail';
const HOST = 'kvm2';

/** People who ask for changes in a room, and approve them, one after the other. */
export class Approvals {
  readonly #slack: FakeSlack;
  readonly #lab: Lab;
  readonly all: Approved[] = [];
  readonly #pressed = new Set<Message>();
  /** Lines of which no card came in time, and presses that had to be made again. */
  readonly counts = { unanswered: 0, again: 0 };

  constructor(slack: FakeSlack, lab: Lab) {
    this.#slack = slack;
    this.#lab = lab;
  }

  /** How often the host did it. */
  get effects(): number {
    return this.#lab.host(HOST).effects.filter((effect) => effect.includes(`virsh reset mail`)).length;
  }

  /** One after the other, with a pause between, until `over`; none is begun while `rests`. */
  async run(everyMs: number, over: () => boolean, rests: () => boolean = () => false): Promise<void> {
    for (;;) {
      while (rests() && !over()) await pause(100);
      if (over()) return;
      await this.#one(() => over() || rests());
      await pause(everyMs);
    }
  }

  /** Approves what was asked for and whose card came late, and presses again what still waits; resolves with how many are done, after `ms` at the latest. */
  async end(ms: number, isDone: (ticket: string) => Promise<boolean>): Promise<number> {
    const from = Date.now();
    for (const message of this.#waiting()) await this.#press(message, 0, () => false);
    for (let last = from; ; await pause(100)) {
      const done = (await Promise.all(this.all.map(({ ticket }) => isDone(ticket)))).filter(Boolean).length;
      if (done === this.all.length || Date.now() - from > ms) return done;
      if (Date.now() - last < AGAIN / 4) continue;
      last = Date.now();
      for (const { message } of this.all.filter(({ message }) => stateOf(message) === 'waiting')) this.#again(message);
    }
  }

  async #one(given: () => boolean): Promise<void> {
    const from = performance.now();
    this.#slack.person(ACCOUNTS.alice).slash(OPS, '/ops', LINE);
    while (performance.now() - from < PATIENCE) {
      const [message] = this.#waiting();
      if (message) return this.#press(message, performance.now() - from, given);
      if (given()) return;
      await pause(LOOK);
    }
    this.counts.unanswered++;
  }

  async #press(message: Message, cardMs: number, given: () => boolean): Promise<void> {
    this.#pressed.add(message);
    const before = this.effects;
    const from = performance.now();
    this.#slack.person(ACCOUNTS.bob).presses(OPS, message.ts, 'press:approve');
    const approved: Approved = { message, ticket: rest(textOf(message))?.id ?? '', pressedAt: Date.now(), cardMs };
    this.all.push(approved);
    for (let last = from; performance.now() - from < PATIENCE; await pause(LOOK)) {
      if (this.effects > before) {
        approved.effectMs = performance.now() - from;
        return;
      }
      if (given() && performance.now() - from > AGAIN) return;
      if (performance.now() - last < AGAIN || stateOf(message) !== 'waiting') continue;
      last = performance.now();
      this.#again(message);
    }
  }

  #again(message: Message): void {
    this.counts.again++;
    this.#slack.person(ACCOUNTS.bob).presses(OPS, message.ts, 'press:approve');
  }

  #waiting(): Message[] {
    const { messages } = this.#slack.world;
    // What is no request's card is not read: this is looked at often, by the process the hosts are in.
    const mine = ({ user, channel, thread, metadata }: Message) =>
      user === BOT.user && channel === OPS && thread === undefined && String(metadata?.event_payload.key).startsWith('T');
    return messages.filter((one) => mine(one) && !this.#pressed.has(one) && stateOf(one) === 'waiting');
  }
}

/** The state a request's card shows. */
function stateOf(message: Message): string | undefined {
  return rest(textOf(message))?.state;
}
