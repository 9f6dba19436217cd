import type { Barred } from './account.ts';
import type { Card, Choice, Field, Place, PressAction, Through } from './types.ts';
import type { Lang, Said } from './words.ts';

/** A chat as the gateway knows it: transport, and nothing else. */
export interface Chat {
  /** Name of the chat in places, accounts and the outbox: `slack`, `matrix`, `web`. */
  readonly platform: string;
  /** Begins to hear. Rejects when it cannot, such as for a token that is not valid. */
  listen(hear: Hear): Promise<void>;
  /** Brings one message to a place: edits the one that stands there, or posts it. Throws Throttled, Vanished, Unwelcome; any other error is tried again. */
  show(message: Message, at: At): Promise<Shown>;
  /** Takes away what came to stand besides the one message that stays. Only where an attempt that was given up may be done late. Throws Throttled; any other error is tried again. */
  tidy?(doubt: Doubt): Promise<void>;
  close(): Promise<void>;
}

/** What a chat brings to a place. All words of ours are `Said`; everything else in it is outside text and is escaped by the adapter. */
export type Message = CardMessage | NudgeMessage | OutputMessage;

/** A card: the message that is edited for as long as its ticket lives. */
export interface CardMessage {
  readonly kind: 'card';
  readonly card: Card;
  readonly lang: Lang;
  /** What the console needs beside it. */
  readonly about: {
    readonly at: number;
    readonly by: string;
    readonly private: boolean;
    readonly heard: readonly string[];
    sees(person: string): boolean;
    /** The card as this person sees it, where that is less than the whole. */
    as?(person: string): Card | undefined;
  };
}
/** One reply in the card's thread that calls people, because an edit notifies nobody. */
export interface NudgeMessage {
  readonly kind: 'nudge';
  readonly text: Said;
  readonly lang: Lang;
  /** Account ids of the people who are called. */
  readonly calls: readonly string[];
}
/** One reply in the card's thread with what the steps wrote, or the whole of a long answer: in the message where it fits, else as a file. */
export interface OutputMessage {
  readonly kind: 'output';
  readonly text: Said;
  readonly lang: Lang;
  /** Name of the file, should it become one. */
  readonly name: string;
  /** Outside text, cleaned of control characters but not escaped. */
  readonly content: string;
}

/** Where and how a message goes. */
export interface At {
  readonly place: Place;
  /** Only `place.to` may see it: an ephemeral message, or a room with that person alone. */
  readonly private: boolean;
  /** Private, but for somebody whom nobody knows: where nothing else can be done, it may stand in the room. */
  readonly open?: true;
  /** Whether it is still this gateway's to say: asked again right before it is sent, when something else had to be waited for. */
  still?(): boolean;
  /** Same for every attempt at posting this message, and for no other message: letters, digits and dashes. */
  readonly key: string;
  /** The message that stands there already: it is edited. */
  readonly post?: Post;
  /** The card's message, for what goes into its thread. */
  readonly card?: Post;
  /** An earlier attempt at posting it began then (milliseconds since the epoch), and its end is not known: the message may be there. */
  readonly began?: number;
}

/** A message that may come to stand more than once: an attempt at posting it was given up, and the chat may do it all the same. */
export interface Doubt extends Pick<At, 'place' | 'key' | 'card'> {
  /** When the first attempt began, in milliseconds since the epoch. */
  readonly began: number;
  /** Id of the copy that stays; empty: none does; undefined: the first. */
  readonly stays?: string;
  /** The room in which that stands. */
  readonly room?: string;
}

/** A message that was posted, by the chat's own ids. `state` is the adapter's, as JSON. */
export interface Post {
  readonly room: string;
  readonly id: string;
  readonly state?: string;
}

export interface Shown {
  /** Undefined for what cannot be edited any more, such as an ephemeral message. */
  readonly post: Post | undefined;
  /** How many messages it took, against the chat's rate limit. */
  readonly sent: number;
  /** It stands where nobody but one person sees it, whatever the place was meant to be. */
  readonly alone?: true;
}

/** What a chat hears. Each resolves when it is safely queued, and rejects when it is not: then it must not be acknowledged. */
export interface Hear {
  /** A line for the bot, without prefix or mention, in plain characters. */
  said(said: Line): Promise<Heard>;
  /** A button, a reaction, a reply code, a form that was sent. */
  pressed(pressed: Pressing): Promise<{ readonly answer: string; readonly ticket: string; readonly heard: string }>;
  /** What a line lacks, as a form; undefined when it lacks nothing that can be asked for, or the account is nobody's. */
  form(from: string, line: string): Promise<Form | undefined>;
  /** The choices of a form's field that fit what was typed so far, at most 100; for people in whose reach they are. */
  choices(from: string, form: { readonly line?: string; readonly ticket?: string }, field: string, typed: string): Promise<readonly Choice[]>;
  /** Whether an account belongs to someone the bot knows. */
  knows(from: string): Promise<boolean>;
  /** The language of a room, or else of a person, or else English. */
  lang(room: string | undefined, from: string | undefined): Promise<Lang>;
  /** First words of the commands there are: `vm`, `net`, … */
  readonly families: readonly string[];
  /** What a person is shown of their own: what waits for them first, then their latest requests. */
  home(from: string): Promise<readonly Card[]>;
  /** Somebody of another workspace tried something: it goes on record, and is not answered. `from` is empty where it is not known who. */
  foreign?(from: string, team: string): Promise<void>;
  /** Whether the chat can hear at all; said again only when it changes. `since`: when it last heard. */
  hearing(state: { readonly hears: boolean; readonly since: number; readonly why?: Said }): void;
}

/** The ticket a line makes; for a reply code the refusal it may come to, and what it pressed. */
export interface Heard {
  readonly ticket: string;
  readonly pressed?: { readonly ticket: string; readonly heard: string };
}

/** A line someone said to the bot. */
export interface Line {
  /** The chat's own id of it: the same on every redelivery. */
  readonly event: string;
  /** Account id. */
  readonly from: string;
  readonly text: string;
  readonly place: Place;
  /** The account has no standing, whoever it is said to belong to. */
  readonly barred?: Barred;
  /** In the console: the account by which they signed in. */
  readonly through?: Through;
  /** Nobody else sees what was typed. */
  readonly unseen?: true;
  /** Milliseconds between its being written and being heard, by the chat's clocks; 0 when it is not known. */
  readonly lateMs: number;
  /** After this (milliseconds since the epoch) it must not be queued any more: the person has been told that it was not. */
  readonly before?: number;
}

/** Something pressed. Without a ticket the code tells which; `line` is what a form completes when there is no ticket yet. */
export interface Pressing {
  readonly event: string;
  readonly from: string;
  readonly action: PressAction;
  readonly ticket: string;
  readonly code: string;
  /** What the fields were filled with, by name. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly line?: string;
  readonly place: Place;
  readonly barred?: Barred;
  /** In the console: the account by which they signed in. */
  readonly through?: Through;
  readonly lateMs: number;
  readonly before?: number;
}

/** Fields to be filled in before a line can be asked. */
export interface Form {
  readonly title: Said;
  readonly line: string;
  readonly fields: readonly Field[];
}

/** Not now: the chat wants `ms` milliseconds of silence; from this room only, when one is named. */
export class Throttled extends Error {
  override readonly name = 'Throttled';
  readonly ms: number;
  readonly room: string | undefined;
  constructor(ms: number, room?: string) {
    super(`again in ${ms} ms`);
    this.ms = ms;
    this.room = room;
  }
}

/** The message cannot be edited any more (deleted, or too old): it is posted anew. */
export class Vanished extends Error {
  override readonly name = 'Vanished';
}

/** The place is closed to the bot for good, and nobody can be told there. */
export class Unwelcome extends Error {
  override readonly name = 'Unwelcome';
}

/** Small things an adapter remembers across restarts and between replicas. Keys are its own. */
export interface Memory {
  get(key: string): Promise<string | undefined>;
  /** Kept for so many milliseconds; for ever without. */
  set(key: string, value: string, forMs?: number): Promise<void>;
  /** Sets it unless it is set; false when it was. */
  claim(key: string, value: string, forMs: number): Promise<boolean>;
  drop(key: string): Promise<void>;
}

/** One thing that `chat check` has looked at: good, or what is wrong with it and how to mend it. */
export interface Checked {
  readonly what: Said;
  readonly good: boolean;
  readonly found?: Said;
  readonly mend?: Said;
}
