import type { bot } from '../bot.ts';

/** A bot with a practice fleet, as a test knows it. */
export type World = Awaited<ReturnType<typeof bot>>;
/** People of the practice fleet: an operator, a lead, a viewer who reads Chinese, and somebody the bot does not know. */
export type Who = 'alice' | 'bob' | 'carol' | 'stranger';

/** A card as one person sees it. */
export interface Seen {
  /** The ticket's id. */
  readonly id: string;
  /** All that can be read on it, its state last. */
  readonly text: string;
  /** Where the door finds it again. */
  readonly at: string;
}

/** A way to the bot, as people use it; the same stories are told through each. */
export interface Door {
  readonly name: string;
  readonly world: World;
  /** Says a line; resolves with its card once it rests, or reads as wanted. */
  says(who: Who, line: string, until?: RegExp): Promise<Seen>;
  /** Says a line that lacks something, and answers what is asked; resolves with the card of the whole line. */
  fills(who: Who, line: string, values: Readonly<Record<string, string>>): Promise<Seen>;
  /** Presses a button; resolves with the card once it rests anew, or with the refusal that only this person sees. */
  presses(who: Who, card: Seen, action: string, fields?: Readonly<Record<string, string>>): Promise<Seen>;
  /** Types a reply code as it stands on the card, such as `ok 7F3KQ`; resolves as a press does. */
  types(who: Who, card: Seen, line: string): Promise<Seen>;
  /** A card that nobody asked for, as this person sees it. */
  finds(who: Who, wanted: RegExp): Promise<Seen>;
  /** Presses a button and waits for nothing. */
  pushes(who: Who, card: Seen, action: string, fields?: Readonly<Record<string, string>>): Promise<void>;
  /** What stands in a card's thread; undefined where there are no threads. */
  thread(who: Who, card: Seen): readonly string[] | undefined;
  /** The card as it reads now; undefined when this person does not see it. */
  sees(who: Who, card: Seen): Promise<string | undefined>;
  /** Lets the chat deliver one line five times; resolves with how many cards there are of it. */
  repeats(who: Who, line: string): Promise<number>;
  /** How often somebody was called by name, with a sound. */
  calls(who: Who): Promise<number>;
  close(): Promise<void>;
}

const RESTS =
  /(?:^|\s)(done|failed|of unknown outcome|refused|rejected|cancelled|expired|waiting|已完成|失败|结果未知|已拒绝受理|已被拒绝|已取消|已过期|等待批准) · (T[0-9A-HJKMNP-TV-Z]{11})/;

/** The state and id of the ticket on a card that rests. */
export function rest(text: string): { readonly state: string; readonly id: string } | undefined {
  const [, state, id] = RESTS.exec(text) ?? [];
  return state === undefined || id === undefined ? undefined : { state, id };
}

/** The id of the ticket on a card. */
export function idOn(text: string): string {
  return / · ([TA][0-9A-HJKMNP-TV-Z]{11})/.exec(text)?.[1] ?? '';
}

/** The code to approve by, as it stands on a card. */
export function codeOn(text: string): string {
  const code = /code\s+`?([0-9A-HJKMNP-TV-Z]{5})`?/.exec(text)?.[1];
  if (code === undefined) throw new Error(`no code stands on this card: ${text}`);
  return code;
}

/** Waits until something is there. */
export async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>, seen: () => string = () => '', ms = 20_000): Promise<T> {
  for (const end = Date.now() + ms; ; ) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what} was not seen in ${ms} ms; there is: ${seen()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
