import type { Severity } from '../check.ts';
import type { Offer, Place } from '../types.ts';
import type { Said } from '../words.ts';
import type { MatcherThere } from './errand.ts';

/** What the bot itself says of something, to each reader in their language. */
export interface Spoken {
  readonly title: Said;
  readonly text?: Said;
}

/** One thing a source says of one thing that is wrong, or is no longer. All text in it is outside text, at most so long as `LIMITS` says. Times in milliseconds since the epoch. */
export interface Signal {
  /** The source's name in the configuration; `watch`, `beat` and `self`: watchers, heartbeats, and the bot itself. */
  readonly source: string;
  /** The same whenever its source speaks of the same thing, firing or resolved. */
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly severity: Severity;
  /** What is wrong, in a few words: the name of the rule, of the check, of the event. */
  readonly title: string;
  /** A sentence or two. */
  readonly text?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** When it began, by its source; when it ended, where that is said. */
  readonly startsAt: number;
  readonly endsAt?: number;
  /** Where more is to be seen. */
  readonly url?: string;
  /** What its source itself puts together. */
  readonly group?: string;
  /** Nothing will ever say that it is over: an event, not a state. It goes when somebody takes note of it, or after a day. */
  readonly once?: true;
  /** What `title` and `text` say in English, where the bot itself says it; nobody else's is kept. */
  readonly said?: Spoken;
}

/** What is taken of a signal, at most: characters, and labels. What is longer is cut. */
export const LIMITS = { fingerprint: 200, title: 200, text: 2000, labels: 40, name: 100, value: 1000, url: 2000, group: 500 } as const;

/** A signal as it stands on a card. */
export interface Member {
  readonly source: string;
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  readonly severity: Severity;
  readonly title: string;
  readonly text?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The host of the configuration it is about, where that is known. */
  readonly host?: string;
  readonly since: number;
  readonly endedAt?: number;
  /** When it was last heard of, by Redis' clock: gateways have clocks of their own. */
  readonly heardAt: number;
  /** When it began, and ended, by its source's clock, as that said: what it says of one thing is put in order by these. */
  readonly own?: { readonly from: number; readonly to?: number };
  /** How often it began. */
  readonly times: number;
  readonly url?: string;
  readonly once?: true;
  readonly said?: Spoken;
  /** The silence that covers it, by id. */
  readonly silence?: string;
}

/** Something that happened to an alert, for its history. `by`: the person, by id. */
export interface Happened {
  readonly at: number;
  readonly kind:
    | 'fired'
    | 'fired-again'
    | 'more'
    | 'resolved'
    | 'acked'
    | 'unacked'
    | 'silenced'
    | 'unsilenced'
    | 'assigned'
    | 'escalated'
    | 'called'
    | 'asked'
    | 'ran'
    | 'cleared'
    | 'still-firing'
    | 'tied'
    | 'untied'
    | 'closed'
    | 'held'
    | 'fell-back';
  readonly by?: string;
  /** Whom it went to, by id. */
  readonly to?: readonly string[];
  readonly ticket?: string;
  /** A line that was asked, a reason, a name. */
  readonly what?: string;
  /** Milliseconds: how long it took, or until when. */
  readonly ms?: number;
  readonly until?: number;
}

/** A command that was asked for because of an alert, and what came of it. `verdict`: whether it cleared within the time it is watched. */
export interface Try {
  readonly ticket: string;
  readonly by: string;
  readonly line: string;
  readonly at: number;
  /** Nobody pressed it: its runbook asks by itself. */
  readonly auto?: true;
  readonly endedAt?: number;
  /** The state its ticket ended in. */
  readonly state?: string;
  /** When it is judged at the latest. */
  readonly judgeAt?: number;
  readonly verdict?: 'cleared' | 'still-firing';
}

/** People are called for an alert: each time once, in the thread of its card. */
export interface Call {
  readonly key: string;
  readonly at: number;
  /** By id. */
  readonly people: readonly string[];
  readonly why: 'fired' | 'fired-again' | 'worse' | 'escalated' | 'assigned' | 'quiet-over' | 'still-firing';
}

/** One card: everything that belongs together, from firing to resolved. Small (at most 16 kB): its members stand beside it. */
export interface Alert {
  readonly format: 1;
  /** `A` and eleven characters. */
  readonly id: string;
  /** Raised by every change that shows. */
  readonly rev: number;
  /** The route it came by, and what belongs together on it: signals of the same key come to the same card as long as it is open. */
  readonly route: string;
  readonly key: string;
  /** It stands for a flood: whatever came by this route while there was too much for a card each. */
  readonly storm?: true;
  readonly state: 'firing' | 'resolved';
  /** The worst of what fires; of what had fired, when nothing does any more. */
  readonly severity: Severity;
  readonly title: string;
  /** The same in all languages, where the bot itself says it. */
  readonly titled?: Said;
  readonly source: string;
  /** Labels that all its members have in common. */
  readonly labels: Readonly<Record<string, string>>;
  /** Hosts of the configuration it is about, at most 50. */
  readonly hosts: readonly string[];
  readonly since: number;
  /** When it last began to fire, as the desk heard of it (also when it came back): calls, escalations and the fallback count from then. */
  readonly firedAt: number;
  /** How often it came back after it was over. */
  readonly returns?: number;
  readonly resolvedAt?: number;
  /** `firing`: those that fire and are not silenced; `silenced`: those that fire and are. */
  readonly counts: { readonly firing: number; readonly silenced: number; readonly resolved: number };
  /** The members to show: the worst and newest that fire first, at most 12. */
  readonly top: readonly Member[];
  readonly places: readonly Place[];
  readonly acked?: { readonly by: string; readonly at: number };
  readonly assigned?: { readonly by: string; readonly to: string; readonly at: number };
  /** Steps of its route's escalation that were taken, and when the next is due. */
  readonly escalation: { readonly taken: number; readonly dueAt?: number };
  readonly calls: readonly Call[];
  /** The running request that is expected to cause it: nobody is called until `until`, which is set when that has ended. */
  readonly tied?: { readonly ticket: string; readonly by: string; readonly line: string; readonly until?: number };
  /** Lines a runbook offers; only added to, so that a number always means the same. */
  readonly offers: readonly Offer[];
  readonly tries: readonly Try[];
  /** The newest 40, the oldest first. */
  readonly history: readonly Happened[];
  /** Somebody, or its age, has closed it: nothing is expected to say that it is over. */
  readonly closed?: { readonly by?: string; readonly at: number };
  readonly heard: readonly string[];
}

/** Signals are kept quiet while all matchers fit, until then. */
export interface Silence {
  readonly id: string;
  readonly by: string;
  readonly at: number;
  readonly until: number;
  readonly reason: string;
  /** All must fit. `source`, `fingerprint`, `host`, `severity` and `title` are names, too. */
  readonly matchers: readonly Matcher[];
  /** The hosts it is about, where its matchers do not say that: of what was silenced by its fingerprint. */
  readonly hosts?: readonly string[];
  /** What that was called when it was silenced. */
  readonly title?: string | Said;
  /** What became of it at sources it was written through to, by their names. */
  readonly written?: Readonly<Record<string, Written>>;
}
/** Its id at a source, and what it says there; or why it was not taken: in English, and in all languages. */
export type Written = { readonly id: string; readonly matchers?: readonly MatcherThere[] } | { readonly trouble: string; readonly said?: Said };
/** `pattern`: `*` stands for any text; with `literal` it stands for itself, as in what a source has said. */
export interface Matcher {
  readonly name: string;
  readonly pattern: string;
  readonly literal?: true;
}

/** What happens to an alert. */
export type AlertEvent = { readonly id: string; readonly at: number } & (
  | { readonly kind: 'signals'; readonly members: readonly Member[]; readonly counts: Alert['counts']; readonly began: number; readonly ended: number }
  | { readonly kind: 'acked'; readonly by: string; readonly note?: string }
  | { readonly kind: 'unacked'; readonly by: string }
  | { readonly kind: 'silenced'; readonly silence: Silence }
  | { readonly kind: 'unsilenced'; readonly silence: string; readonly by?: string }
  | { readonly kind: 'assigned'; readonly by: string; readonly to: string }
  /** `step`: which one it is, from 0: it is taken once. */
  | {
      readonly kind: 'escalated';
      readonly by?: string;
      readonly to: readonly string[];
      readonly places: readonly Place[];
      readonly step?: number;
      readonly nextAt?: number;
    }
  | { readonly kind: 'called'; readonly call: Call }
  | { readonly kind: 'placed'; readonly places: readonly Place[] }
  | { readonly kind: 'fell-back'; readonly places: readonly Place[] }
  | { readonly kind: 'offered'; readonly offers: readonly Offer[] }
  | { readonly kind: 'tied'; readonly ticket: string; readonly by: string; readonly line: string }
  | { readonly kind: 'untied'; readonly ticket: string; readonly until: number }
  | { readonly kind: 'asked'; readonly ticket: string; readonly by: string; readonly line: string; readonly auto?: true }
  /** What a runbook asks by itself is not asked: it was tried often enough today (`spent`), or did not help the last time (`stopped`). */
  | { readonly kind: 'held'; readonly line: string; readonly why: 'spent' | 'stopped' }
  | { readonly kind: 'ran'; readonly ticket: string; readonly state: string; readonly judgeAt: number }
  | { readonly kind: 'judged'; readonly ticket: string }
  /** `fires`: how many fired, also silenced, when somebody looked: it stays open where there are more. */
  | { readonly kind: 'closed'; readonly by?: string; readonly fires?: number }
);

/** An event without what the desk adds. */
export type AlertAct = AlertEvent extends infer E ? (E extends AlertEvent ? Omit<E, 'id' | 'at'> : never) : never;

/** Whether it still needs somebody, or something. */
export function isOpen({ state, closed }: Pick<Alert, 'state' | 'closed'>): boolean {
  return state === 'firing' && closed === undefined;
}
