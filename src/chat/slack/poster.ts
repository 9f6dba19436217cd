import type { webApi } from '@slack/bolt';
import { type Post, type Shown, Throttled, Unwelcome, Vanished } from '../../core/chat.ts';
import type { Drawing } from './blocks.ts';
import type { Dms } from './dms.ts';
import { find, KIND } from './find.ts';
import type { Me } from './me.ts';
import { CLOSED, called, GONE, isTrouble, NO_THREAD, TOO_LONG, troubleOf, UNSEEN } from './trouble.ts';

/** Nothing in a text is to become a mention or a link. */
const LITERAL = { parse: 'none', link_names: false } as const;

/** Where a message goes, and the name it is found again by. */
export interface Target {
  readonly room: string;
  readonly thread: string | undefined;
  readonly key: string;
  readonly began: number | undefined;
  /** Whether it may still be sent. */
  readonly still: (() => boolean) | undefined;
}

/** Brings messages to Slack: drawings are tried from the longest to the shortest. */
export class Poster {
  readonly api: webApi.WebClient;
  readonly #dms: Dms;
  readonly #me: () => Promise<Me>;

  constructor(api: webApi.WebClient, dms: Dms, me: () => Promise<Me>) {
    this.api = api;
    this.#dms = dms;
    this.#me = me;
  }

  /** Edits a message. Throws Vanished when that is not possible any more. */
  async edit({ room, id }: Post, drawings: readonly Drawing[]): Promise<Shown> {
    try {
      await longest(drawings, ({ text, blocks }) => called(this.api.chat.update({ channel: room, ts: id, text, blocks, ...LITERAL })));
    } catch (error) {
      if (isTrouble(error, GONE)) throw new Vanished(troubleOf(error));
      throw error;
    }
    return { post: { room, id }, sent: 1 };
  }

  /** Posts a message, or takes up the one that an earlier attempt posted; `edited`: it is then brought up to date. */
  async post(target: Target, drawings: readonly Drawing[], edited: boolean): Promise<Shown> {
    const before = await this.found(target);
    if (before) return edited ? this.edit(before, drawings) : { post: before, sent: 0 };
    if (target.still?.() === false) throw new Throttled(0);
    const { room, thread, key } = target;
    const metadata = { event_type: KIND, event_payload: { key } };
    const base = { channel: room, unfurl_links: false, unfurl_media: false, mrkdwn: false, metadata, ...LITERAL };
    const send = (thread_ts: string | undefined) =>
      longest(drawings, ({ text, blocks }) =>
        called(this.api.chat.postMessage({ ...base, text, blocks, ...(thread_ts === undefined ? {} : { thread_ts }) }), room),
      );
    const { channel = room, ts } = await send(thread).catch((error: unknown) => {
      if (thread !== undefined && isTrouble(error, NO_THREAD)) return send(undefined);
      throw error;
    });
    return { post: ts === undefined ? undefined : { room: channel, id: ts }, sent: 1 };
  }

  /** Shows it to one person alone; false when that person cannot be shown anything there. */
  async whisper({ room, thread, still }: Target, user: string, drawings: readonly Drawing[]): Promise<boolean> {
    if (still?.() === false) throw new Throttled(0);
    const base = { channel: room, user, ...LITERAL };
    const send = (thread_ts: string | undefined) =>
      longest(drawings, ({ text, blocks }) =>
        called(this.api.chat.postEphemeral({ ...base, text, blocks, ...(thread_ts === undefined ? {} : { thread_ts }) })),
      );
    try {
      await send(thread).catch((error: unknown) => {
        if (thread !== undefined && isTrouble(error, NO_THREAD)) return send(undefined);
        throw error;
      });
      return true;
    } catch (error) {
      if (isTrouble(error, UNSEEN)) return false;
      throw error;
    }
  }

  /** Deletes a message. Returns why not, where Slack does not let it be deleted. */
  async remove({ room, id }: Post): Promise<string | undefined> {
    try {
      await called(this.api.chat.delete({ channel: room, ts: id }));
      return undefined;
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === undefined) throw error;
      return trouble === 'message_not_found' ? undefined : trouble;
    }
  }

  /** What an earlier attempt posted. */
  async found({ room, thread, key, began }: Omit<Target, 'still'>): Promise<Post | undefined> {
    return began === undefined ? undefined : find({ room, thread, key, began }, this.api, await this.#me());
  }

  /** The conversation with this person. Throws Unwelcome when there can be none. */
  async dm(user: string | undefined): Promise<string> {
    if (user === undefined || user === '') throw new Unwelcome('nobody to tell');
    try {
      return await called(this.#dms.open(user));
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === undefined || ['invalid_auth', 'missing_scope', 'internal_error', 'fatal_error', 'service_unavailable'].includes(trouble)) throw error;
      throw new Unwelcome(trouble);
    }
  }

  /** The bot's name, as it is invited. */
  async name(): Promise<string> {
    return (await this.#me()).name;
  }
}

/** Whether the room is closed to the bot. */
export function isClosed(error: unknown): boolean {
  return isTrouble(error, CLOSED);
}

async function longest<T>(drawings: readonly Drawing[], send: (drawing: Drawing) => Promise<T>): Promise<T> {
  const [first, ...shorter] = drawings;
  if (!first) throw new Error('nothing to show');
  try {
    return await send(first);
  } catch (error) {
    if (shorter.length > 0 && isTrouble(error, TOO_LONG)) return longest(shorter, send);
    throw error;
  }
}
