import type { Log } from '../../core/ports.ts';
import { type Said, say, speak } from '../../core/words.ts';
import { message, threaded } from './content.ts';
import type { MatrixEvent } from './events.ts';
import type { Homeserver } from './homeserver.ts';
import { html } from './html.ts';
import { spansHtml } from './neutral.ts';
import type { Shelf } from './shelf.ts';
import { isRefused } from './trouble.ts';
import { txnOf } from './txn.ts';

const YEAR = 365 * 86_400_000;

const CANNOT_READ: Said = say({
  en: 'I cannot read encrypted rooms yet. Please use a room without encryption, or a direct message that was created without encryption, and invite me there.',
  zh: '我暂时无法读取加密房间。请使用未加密的房间，或创建时未启用加密的私聊，并邀请我加入。',
});

const UNREAD = {
  unread: say({
    en: 'I could not read a message here: its key has not come. Please send it again; if that does not help, log in anew in your client.',
    zh: '我无法读取此处的一条消息：尚未收到其密钥。请重新发送；若仍无效，请在客户端重新登录。',
  }),
  refused: say({
    en: 'I did not take a message here: it could not be proved that it is from {sender}. Please verify your session in your client, then send it again.',
    zh: '我未采纳此处的一条消息：无法证明它来自 {sender}。请在客户端验证您的会话，然后重新发送。',
  }),
};
/** How often a room is told so of one person, in milliseconds. */
const TELL = 3_600_000;

/** Sees to which rooms the bot is in: where it goes, where it leaves, and what it says where it cannot read. */
export class Usher {
  readonly #server: Homeserver;
  readonly #shelf: Shelf;
  readonly #user: string;
  readonly #log: Log;
  constructor(parts: { readonly server: Homeserver; readonly shelf: Shelf; readonly user: string; readonly log: Log }) {
    this.#server = parts.server;
    this.#shelf = parts.shelf;
    this.#user = parts.user;
    this.#log = parts.log;
  }

  /** Answers an invite: accepted from people the bot knows, else turned down without a word. */
  async invited(room: string, known: boolean): Promise<void> {
    await (known ? this.#server.join(room) : this.#server.leave(room));
  }

  /** Leaves a room where the bot is the last. */
  async leaveIfAlone(room: string): Promise<void> {
    await this.#quietly(room, async () => {
      const others = (await this.#server.present(room)).filter(({ id }) => id !== this.#user);
      if (others.length === 0) await this.#server.leave(room);
    });
  }

  /** Says once in a room that the bot cannot read there, in every language: whose it is cannot be known. */
  async cannotRead(room: string): Promise<void> {
    if (!(await this.#shelf.claim(`told:${room}`, YEAR))) return;
    try {
      const both = (['en', 'zh'] as const).map((lang) => speak(CANNOT_READ, lang));
      const bodies = { body: both.join('\n'), html: html`${both.map((text) => html`<p>${spansHtml([{ text, code: false }])}</p>`)}` };
      await this.#quietly(room, () => this.#server.sendClear(room, 'm.room.message', txnOf('cannot-read', room), message(bodies)));
    } catch (error) {
      await this.#shelf.free(`told:${room}`);
      throw error;
    }
  }

  /** Says that a message could not be read, or was not taken; of one person seldom. */
  async unread(room: string, { sender, event_id }: MatrixEvent, why: keyof typeof UNREAD): Promise<void> {
    const claim = `${why}:${room}:${sender}`;
    if (!(await this.#shelf.claim(claim, TELL))) return;
    try {
      const said = UNREAD[why];
      const both = (['en', 'zh'] as const).map((lang) => speak(said.with ? said : { ...said, with: { sender } }, lang));
      const bodies = { body: both.join('\n'), html: html`${both.map((text) => html`<p>${spansHtml([{ text, code: false }])}</p>`)}` };
      await this.#quietly(room, () => this.#server.send(room, 'm.room.message', txnOf(why, event_id), threaded(message(bodies), event_id)));
    } catch (error) {
      await this.#shelf.free(claim);
      throw error;
    }
  }

  /** What the homeserver refuses for good is noted; anything else is tried again with its batch. */
  async #quietly(room: string, act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!isRefused(error)) throw error;
      this.#log(`matrix: refused in ${room}`, error);
    }
  }
}
