import type { Hear } from '../../core/chat.ts';
import type { Choice } from '../../core/types.ts';
import { type Lang, type Said, say } from '../../core/words.ts';
import { type Bodies, message, threaded } from './content.ts';
import type { Content, Homeserver } from './homeserver.ts';
import type { Outbox } from './outbox.ts';
import { type Asking, answer, question, wanted } from './questions.ts';
import { questionBodies, textBodies } from './replies.ts';
import type { Shelf } from './shelf.ts';
import { txnOf } from './txn.ts';

const NOTHING = say({ en: 'Nothing is sent.', zh: '已结束，未提交任何内容。' });

/** How a message goes into a thread: at once, or through the outbox. */
type Deliver = (room: string, root: string, txn: string, content: Content) => Promise<void>;

/** Puts questions in threads, and sends the press when all are answered. Where it stands is remembered, so that a restart changes nothing. */
export class Asker {
  readonly #shelf: Shelf;
  readonly #now: Deliver;
  readonly #soon: Deliver;
  constructor(server: Homeserver, shelf: Shelf, outbox: Outbox) {
    this.#shelf = shelf;
    this.#now = async (room, root, txn, content) => shelf.question(await server.send(room, 'm.room.message', txn, content)).set(root);
    this.#soon = (room, root, txn, content) => outbox.add({ room, root, txn, content });
  }

  /** Puts the first question in the thread, unless the same event has done so already. */
  async begin(root: string, person: string, asking: Asking, lang: Lang, deliver: Deliver = this.#now): Promise<void> {
    const open = await this.#shelf.asking(root, person).get();
    if (open?.began !== asking.began) await this.#put(root, person, asking, undefined, lang, deliver);
  }

  /** As `begin`, for what was heard: the question is noted, and sent in its own time. */
  async ask(root: string, person: string, asking: Asking, lang: Lang): Promise<void> {
    await this.begin(root, person, asking, lang, this.#soon);
  }

  /** Takes a line in a thread as an answer; false when none is awaited from this person there. Rejects when the press could not be queued. */
  async answered(
    root: string,
    line: { readonly event: string; readonly from: string; readonly text: string; readonly lateMs: number },
    hear: Hear,
  ): Promise<boolean> {
    const { event, from, text, lateMs } = line;
    const asking = await this.#shelf.asking(root, from).get();
    if (!asking) return false;
    if (asking.seen.includes(event)) return true;
    if (asking.over) return false;
    const lang = await hear.lang(asking.place.room, from);
    const came = answer(asking, event, text, await this.#choices(asking, text, from, hear));
    if (came.kind === 'given' && !wanted(came.asking)) {
      const { press, place, given } = came.asking;
      await hear.pressed({ event, from, ...press, fields: given, place, lateMs });
      await this.#shelf.asking(root, from).set({ ...came.asking, over: true });
    } else if (came.kind === 'cancelled') {
      await this.#say(root, asking, event, textBodies(NOTHING, lang), this.#soon);
      await this.#shelf.asking(root, from).set(came.asking);
    } else {
      await this.#put(root, from, came.asking, came.kind === 'again' ? came.why : undefined, lang, this.#soon);
    }
    return true;
  }

  async #choices(asking: Asking, text: string, from: string, hear: Hear): Promise<readonly Choice[]> {
    const field = wanted(asking);
    if (!field?.more) return [];
    const words = field.many ? text.split(/[\s,，、]+/).slice(0, 10) : [text.trim()];
    const found = await Promise.all(words.map((word) => hear.choices(from, { ticket: asking.press.ticket }, field.name, word)));
    return found.flat();
  }

  /** The question first, its state after: a repeat puts the same question again, which is the same event. */
  async #put(root: string, person: string, asking: Asking, why: Said | undefined, lang: Lang, deliver: Deliver): Promise<void> {
    const field = wanted(asking);
    if (!field) return;
    const { text, choices, rest } = question(field);
    await this.#say(root, asking, String(asking.put), questionBodies(why, text, choices, rest, lang), deliver);
    await this.#shelf.asking(root, person).set({ ...asking, put: asking.put + 1 });
  }

  #say(root: string, { place, began }: Asking, which: string, bodies: Bodies, deliver: Deliver): Promise<void> {
    const to = place.to === undefined ? [] : [place.to];
    return deliver(place.room, root, txnOf('question', root, began, ...to, which), threaded(message(bodies, to), root));
  }
}
