import type { CardMessage, Doubt, Message, Post } from '../core/chat.ts';
import type { Place } from '../core/types.ts';

/** A card that is to be brought to a place, as new as it is then. */
export interface Want {
  readonly card: string;
  readonly place: Place;
  /** What it is about, the more pressing the lower: a decision, a result, progress. */
  readonly lane: number;
  /** Of this wish alone. */
  readonly id: string;
}

/** What is known of a message that may come to stand more than once. */
export interface Doubted extends Pick<Doubt, 'began' | 'card' | 'stays' | 'room'> {
  /** Since when one stands, and when it is looked for others next, in milliseconds since the epoch. */
  readonly since?: number;
  readonly next?: number;
}

/** What is known of a card in one place, across restarts. */
export interface Shelf {
  /** Newest revision that was shown there; 0 for none. */
  readonly rev: number;
  /** How often it was posted anew, because it could not be edited any more. */
  readonly turn: number;
  readonly post?: Post;
  /** When it was first and last shown, in milliseconds since the epoch. */
  readonly firstAt: number;
  readonly shownAt: number;
  /** What was begun to be posted, by key, and when: its end is not known. */
  readonly began: Readonly<Record<string, number>>;
  /** What may come to stand more than once, by the key it was posted under. */
  readonly doubts?: Readonly<Record<string, Doubted>>;
  /** Keys of what stands in the thread. */
  readonly told: readonly string[];
  /** It stands where one person alone sees it: because it is private, or because the room is closed to the bot. */
  readonly hidden?: boolean;
  readonly alone?: boolean;
  /** When the place turned out to be closed to the bot. */
  readonly closedAt?: number;
  readonly closed?: number;
}

/** Where speakers keep what must survive them. */
export interface Posts {
  want(want: Want): Promise<void>;
  wanted(): Promise<readonly Want[]>;
  /** Nothing more is to be shown of this card there, unless it was wanted again since. */
  done(want: Want): Promise<void>;
  /** Of this card it is looked from time to time whether it came to stand twice, until that is over. */
  linger(want: Want): Promise<void>;
  lingering(): Promise<readonly Want[]>;
  over(want: Want): Promise<void>;
  shelf(want: Want): Promise<Shelf | undefined>;
  keep(want: Want, shelf: Shelf): Promise<void>;
}

/** A card as it is to be shown in a place, and what belongs into its thread. */
export interface Showing {
  readonly message: CardMessage;
  readonly private: boolean;
  /** Nobody knows who it is for. */
  readonly open?: true;
  /** It is not shown before its end. */
  readonly later: boolean;
  /** What takes the place of a card that is private from now on, where others have seen it so far. */
  readonly instead: CardMessage;
  readonly thread: readonly { readonly key: string; readonly lane: number; readonly message: Message }[];
}

/** One card in one place. */
export function nameOf({ card, place }: Pick<Want, 'card' | 'place'>): string {
  return [card, place.chat, place.room, place.thread ?? '', place.to ?? ''].join(' ');
}
