import type { Barred } from './account.ts';
import type { AlertState } from './alerts/state.ts';
import type { Examined } from './check.ts';
import type { Repeat } from './schedules/schedule.ts';
import type { Step, Target } from './step.ts';
import type { Said } from './words.ts';

export type * from './step.ts';

/** What can be stored and sent. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** How much harm a plan can do; each level includes the ones before. */
export const RISKS = ['none', 'low', 'medium', 'high'] as const;
export type Risk = (typeof RISKS)[number];

/** Something read for the plan. `holds` is what the plan relies on, as a stable value; it enters the digest. */
export interface Fact {
  readonly what: Said;
  readonly value: string | Said;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly holds?: string;
}

/**
 * A thing only one run may touch at a time, by its path: `site`, `site/host`, `site/host/guest` (`site/cluster/node/guest` in a cluster).
 * A lock covers everything below it, and keeps others from locking what is above it; `shared` ones go together.
 */
export interface Lock {
  readonly name: string;
  readonly shared?: true;
}

/** What takes a plan back; `line`: how it is typed, which the machine adds to what a command returns. */
export type Undo = { readonly command: string; readonly input: Input; readonly line?: string } | { readonly impossible: Said };

/** Something that exists on a host, so that one name in two places is noticed and can be completed. */
export interface Found {
  readonly kind: 'guest';
  readonly name: string;
  readonly at: Target;
  /** What else it is called, such as its number. */
  readonly also?: readonly string[];
}

/** Everything of its kind on a host. */
export interface Listed {
  readonly host: string;
  readonly found: readonly Found[];
}

/** What a command would do right now, as data. */
export interface Plan {
  readonly summary: Said;
  readonly answer?: readonly Block[];
  readonly steps: readonly Step[];
  readonly facts: readonly Fact[];
  readonly locks: readonly Lock[];
  readonly risk: Risk;
  readonly undo: Undo;
  /** The one thing this plan is about; several sites naming the same thing is ambiguous. */
  readonly about?: readonly Found[];
  /** Hosts whose things were all listed on the way, with what was found, for completion. */
  readonly listed?: readonly Listed[];
  /** What people should know, such as a host that did not answer. */
  readonly notes?: readonly Said[];
  /** It is not done now, but asked at these times. */
  readonly repeat?: Repeat;
  /** How it goes over many hosts, when that was asked for. */
  readonly rollout?: Rollout;
  /** Hosts it concerns besides those its steps act on: who decides must be allowed there, too. */
  readonly touches?: readonly string[];
  /** Lines offered on its card when it is over: pressing one asks it, in the name of who presses. The code of such a press is the index. */
  readonly offers?: readonly Offer[];
  /** What it leaves behind so that things can be put back, and until when. */
  readonly keeps?: readonly Keep[];
  /** What a doctor found, by host, so that the next can say what is new. */
  readonly findings?: readonly Examined[];
  /** What it is expected to disturb while it goes on: alerts of these hosts (and, where named, of these units or guests on them) that begin meanwhile call nobody. */
  readonly expects?: readonly { readonly host: string; readonly name?: string }[];
  /** Long texts that the answer refers to by a block `file` of the same name; the machine takes them out and stores them. */
  readonly files?: readonly { readonly name: string; readonly text: string }[];
}

/** Hosts in waves, each of a number of hosts, a share of them, or the rest; no further wave or host once more than `maxFail` hosts failed. */
export interface Rollout {
  readonly waves: readonly string[];
  readonly maxFail: number;
}

/** A line to be asked by a button. */
export interface Offer {
  readonly label: Said;
  readonly line: string;
  /** The host it is for, where others may be offered the same. */
  readonly on?: string;
}

/** Something kept for safety: a snapshot, a saved configuration. It is removed by this command, which takes `--made-before`, `forMs` milliseconds after the end. */
export interface Keep {
  readonly what: Said;
  readonly on: Target;
  readonly forMs: number;
  readonly remove: { readonly command: string; readonly input: Input };
}

/** What one site says to a request. */
export type Part =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'absent'; readonly message: Said; readonly near: readonly string[]; readonly passing?: true }
  | { readonly kind: 'refused'; readonly message: Said; readonly hint?: Said; readonly about?: readonly Found[]; readonly passing?: true }
  | { readonly kind: 'silent' }
  | { readonly kind: 'failed'; readonly reference: string };

/** A command's validated arguments and options, by name. */
export type Input = { readonly [name: string]: Json };

export type Cell = string | number | Said;

/** A piece of a card: data, never markup. */
export type Block =
  /** `ranks`: of a table, a number a row by which the rows of several sites are put in order. */
  | { readonly kind: 'text'; readonly text: Said }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [Said, Cell])[] }
  | { readonly kind: 'table'; readonly columns: readonly Said[]; readonly rows: readonly (readonly Cell[])[]; readonly ranks?: readonly number[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'progress'; readonly done: number; readonly of?: number; readonly label: Said }
  /** A text too long for a card. `ref` names it in the store and is empty in a plan that was just made; `size` in bytes. */
  | { readonly kind: 'file'; readonly name: string; readonly ref: string; readonly size: number; readonly lines: number }
  /** An address of ours to be opened. It may be secret: what stands for the whole card shows only where it leads. */
  | { readonly kind: 'link'; readonly url: string };

export type Mood = 'waiting' | 'busy' | 'good' | 'bad';

/** What a button sends when pressed; the code names the plan it speaks of. */
export interface Press {
  readonly action: PressAction;
  readonly ticket: string;
  readonly code: string;
}
export const PRESSES = [
  'approve',
  'withdraw',
  'reject',
  'cancel',
  'reason',
  'recheck',
  'mark-done',
  'mark-failed',
  'keep',
  'undo',
  'offer',
  'fill',
  'again',
  'ack',
  'silence-1h',
  'silence-4h',
  'silence',
  'assign',
  'escalate',
  'explain',
] as const;
export type PressAction = (typeof PRESSES)[number];
/** What is pressed on the card of an alert, and stands for a line. */
export const ALERT_PRESSES = ['ack', 'silence-1h', 'silence-4h', 'silence', 'assign', 'escalate', 'explain'] as const satisfies readonly PressAction[];
export type AlertPress = (typeof ALERT_PRESSES)[number];
export function isAlertPress(action: PressAction): action is AlertPress {
  return ALERT_PRESSES.some((one) => one === action);
}

/** Something a button asks for before it is sent. */
export interface Field {
  readonly name: string;
  readonly label: Said;
  /** What may be chosen; without it a text is typed. `more`: there are others than these. */
  readonly choices?: readonly Choice[];
  readonly more?: true;
  /** Several may be given. */
  readonly many?: true;
  /** A text of several lines. */
  readonly long?: true;
  /** How to come by it. */
  readonly how?: Said;
}
/** Something to choose, and what helps to tell it from others. */
export interface Choice {
  readonly text: string;
  readonly hint: string;
}

export interface Button {
  readonly id: string;
  readonly label: Said;
  readonly press: Press;
  /** Asked for before the press is sent. */
  readonly asks?: readonly Field[];
}

/** How a ticket, an alert or a notice looks; showing a card again edits it, when `rev` is newer. */
export interface Card {
  readonly id: string;
  readonly rev: number;
  readonly mood: Mood;
  readonly title: Said;
  readonly blocks: readonly Block[];
  readonly buttons: readonly Button[];
  readonly ticket: null | {
    readonly id: string;
    readonly state: string;
    readonly digest: string;
    readonly code: string;
    readonly by: string;
    readonly plan: { readonly steps: readonly Said[]; readonly facts: readonly Said[]; readonly undo: Said | null };
  };
  /** Of an alert: how it stands. */
  readonly alert?: { readonly id: string; readonly state: AlertState };
}

/** Who spoke, by the chat's immutable id. */
export interface Account {
  readonly chat: string;
  readonly id: string;
  /** It has no standing: then it is nobody's. */
  readonly barred?: Barred;
  /** In the console: the account by which they signed in. What was said counts as long as that is theirs. */
  readonly through?: Through;
}
export type Through = Pick<Account, 'chat' | 'id'>;

/** Where a card is shown. */
export interface Place {
  readonly chat: string;
  /** By the chat's id. */
  readonly room: string;
  /** The message in whose thread it is, by the chat's id. */
  readonly thread?: string;
  /** Who spoke there, by account id: what is private is for them. */
  readonly to?: string;
  /** Nobody but `to` and the bot is there. */
  readonly alone?: true;
}
