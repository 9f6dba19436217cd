import { setTimeout as pause } from 'node:timers/promises';
import type { webApi } from '@slack/bolt';
import type { Memory } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';
import { type Lang, say, speak } from '../../core/words.ts';
import { isTrouble, troubleOf } from './trouble.ts';

/** Under which the bot's own message gets its reaction. */
const EMOJI = 'green_heart';
const TEXT = say({
  en: 'I listen here: my own reaction on this message comes and goes, so that I notice when nothing reaches me any more.',
  zh: '我在此监听：我会在此消息上添加并移除自己的表情，以便在收不到消息时及时察觉。',
});

/** Where and how often the bot listens for itself. Milliseconds. */
export interface Beats {
  readonly room: string;
  readonly everyMs: number;
  readonly waitMs: number;
}

interface Needs extends Beats {
  readonly api: webApi.WebClient;
  readonly memory: Memory;
  readonly log: Log;
  /** The language of the room. */
  lang(): Promise<Lang>;
  /** Makes the connections anew. */
  again(): void;
  /** Whether the bot hears itself, and when it last did. */
  found(hears: boolean, since: number): void;
}

/** Hears the bot's own reactions: a connection may be up and carry nothing. Replicas agree by what is remembered; one of them reacts at a time. */
export class Heartbeat {
  readonly #needs: Needs;
  readonly #closing = new AbortController();
  #heard = '';
  #heardAt = Date.now();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async run(): Promise<void> {
    const { everyMs, log } = this.#needs;
    while (!this.#closing.signal.aborted) {
      await this.#turn().catch((error: unknown) => log('slack: no heartbeat', error));
      await this.#sleep(everyMs);
    }
  }

  /** A reaction of ours was heard; any replica may be the one. */
  async heard(room: string, ts: string): Promise<void> {
    if (room !== this.#needs.room || ts !== (await this.#needs.memory.get(this.#key('post')))) return;
    const beat = (await this.#needs.memory.get(this.#key('beat'))) ?? '';
    await this.#needs.memory.set(this.#key('heard'), beat);
    this.#note(beat);
  }

  stop(): void {
    this.#closing.abort();
  }

  async #turn(): Promise<void> {
    const { everyMs, waitMs, memory, found, again } = this.#needs;
    if (!(await memory.claim(this.#key('turn'), '1', Math.floor(everyMs * 0.9)))) {
      await this.#lastHeard();
      const fresh = Date.now() - this.#heardAt < 2 * (everyMs + waitMs);
      if (!fresh) again();
      return found(fresh, this.#heardAt);
    }
    if (await this.#beat()) return found(true, this.#heardAt);
    if (this.#closing.signal.aborted) return;
    again();
    await this.#sleep(Math.min(2000, waitMs / 2));
    const second = await this.#beat();
    if (!this.#closing.signal.aborted) found(second, this.#heardAt);
  }

  /** Reacts, and waits until any replica has heard it. */
  async #beat(): Promise<boolean> {
    const { api, room: channel, waitMs, memory, log } = this.#needs;
    const timestamp = await this.#message();
    const reaction = { channel, timestamp, name: EMOJI };
    const began = Date.now();
    const beat = crypto.randomUUID(); // replicas need not agree what time it is
    await memory.set(this.#key('beat'), beat);
    try {
      await api.reactions.add(reaction).catch(async (error: unknown) => {
        if (!isTrouble(error, ['already_reacted'])) throw error;
        await api.reactions.remove(reaction); // left by one that ended in between
        await api.reactions.add(reaction);
      });
    } catch (error) {
      if (isTrouble(error, ['message_not_found'])) await memory.drop(this.#key('post'));
      if (troubleOf(error) !== undefined) throw error;
      return false;
    }
    while (Date.now() - began < waitMs && (await this.#lastHeard()) !== beat && !this.#closing.signal.aborted) await this.#sleep(Math.min(500, waitMs / 10));
    const heard = (await this.#lastHeard()) === beat;
    await api.reactions.remove(reaction).catch((error: unknown) => log('slack: the reaction of the heartbeat stays', error));
    return heard;
  }

  /** The message that is reacted to: one for all time. */
  async #message(): Promise<string> {
    const { api, room, memory, lang } = this.#needs;
    const known = await memory.get(this.#key('post'));
    if (known !== undefined) return known;
    const { ts } = await api.chat.postMessage({ channel: room, text: speak(TEXT, await lang()) });
    if (ts === undefined) throw new Error('Slack posted no message for the heartbeat');
    await memory.set(this.#key('post'), ts);
    return ts;
  }

  /** The last beat that any replica has heard. */
  async #lastHeard(): Promise<string> {
    this.#note((await this.#needs.memory.get(this.#key('heard'))) ?? '');
    return this.#heard;
  }

  #note(beat: string): void {
    if (beat === this.#heard || beat === '') return;
    this.#heard = beat;
    this.#heardAt = Date.now();
  }

  async #sleep(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#closing.signal }).catch(() => {});
  }

  #key(what: string): string {
    return `slack-heartbeat-${this.#needs.room}-${what}`;
  }
}
