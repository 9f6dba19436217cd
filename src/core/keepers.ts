import type { Audited, AuditQuery, Note } from './audit.ts';
import type { Examined, Finding } from './check.ts';
import type { MetricName, SpanName } from './metrics.ts';
import type { Delegation } from './policy.ts';
import type { Schedule } from './schedules/schedule.ts';
import type { Account, Freeze } from './types.ts';

export type * from './alerts/keepers.ts';

/** What happened, for good. Notes of tickets and journals are written by their stores, with the change itself; this is for everything else. */
export interface Audit {
  /** Resolves when it is durable. Throws when it cannot be: then nothing may be acknowledged. */
  note(notes: readonly Note[]): Promise<void>;
  /** The newest first. */
  search(query: AuditQuery): Promise<readonly Audited[]>;
}

/** Freezes in force. Each throws when that cannot be known: then nothing may begin. */
export interface Freezes {
  list(): Promise<readonly Freeze[]>;
  set(freeze: Freeze): Promise<void>;
  /** False when there is none of this scope that began then. */
  lift(scope: string, since: number): Promise<boolean>;
}

/** How much one person and one room may ask and press. `first`: the first refusal of its kind for a while: it is answered, others are only audited. */
export interface Limits {
  take(
    kind: 'ask' | 'press',
    account: Account,
    room: string,
  ): Promise<
    | { readonly ok: true }
    /** `whose` limit it is, and how much is let through in a minute. */
    | { readonly ok: false; readonly afterMs: number; readonly first: boolean; readonly whose: 'person' | 'room'; readonly most: number }
  >;
}

/** Accounts that people have made theirs, by a challenge from both sides. */
export interface Links {
  /** A code for this person to say from another account. Good for ten minutes, and for one account; a new one from the same account ends it. */
  offer(person: string, from: Account): Promise<string>;
  /**
   * An account that is nobody's says the code: a second code, to be said by the person from where the first came; undefined when the code is none,
   * another account was first, or this one has guessed too often. Said again by the same account it is the same.
   */
  claim(code: string, by: Account): Promise<{ readonly person: string; readonly from: Account; readonly code: string } | undefined>;
  /** The account that claimed to be this person's, by its second code, said from where the first came. Too many wrong ones end the offer. */
  claimed(person: string, from: Account, code: string): Promise<Account | undefined>;
  list(): Promise<readonly Link[]>;
  /** Makes a claimed account the person's, once; false when it is another's, or its claim is over. */
  add(link: Link): Promise<boolean>;
  /** False when it was nobody's. */
  remove(account: Account): Promise<boolean>;
}
export interface Link {
  readonly account: Account;
  readonly person: string;
  readonly at: number;
}

/** Roles lent for approving. */
export interface Delegations {
  add(delegation: Delegation): Promise<void>;
  remove(from: string, to: string): Promise<boolean>;
}

/** What was done through broken glass, and still has to be reviewed by someone else. */
export interface Reviews {
  /** Does nothing where one of this request is owed already. */
  open(review: Review): Promise<void>;
  /** The oldest first. */
  list(): Promise<readonly Review[]>;
  /** False when none was owed. */
  close(ticket: string): Promise<boolean>;
}
/** Times in milliseconds since the epoch. */
export interface Review {
  readonly ticket: string;
  readonly by: string;
  readonly at: number;
  readonly dueAt: number;
  readonly line: string;
  readonly reason: string;
  /** What was done, and where: who may look there sees it, also when the request itself is long gone. */
  readonly command: string;
  readonly hosts: readonly string[];
}

/** Who is signed in to the web console and the terminal. */
export interface Sessions {
  /** Ends all sessions of a person; how many there were. */
  end(person: string): Promise<number>;
}

/** Second factors. A secret never leaves it. */
export interface Factors {
  /** A reference to what the person has proven to hold, and which is not in force yet. */
  proven(person: string): Promise<string | undefined>;
  /** Puts that in force; false when it is not there any more. */
  enrol(person: string, key: string): Promise<boolean>;
  forget(person: string): Promise<boolean>;
  has(person: string): Promise<boolean>;
  /** Whether this is the person's one-time code now; the same code is right once. */
  check(person: string, code: string): Promise<boolean>;
}

/** What doctors found on the hosts of a site. */
export interface Findings {
  /** The newest of a host that another request than this one found; `at` in milliseconds since the epoch. */
  earlier(host: string, ticket: string): Promise<{ readonly at: number; readonly findings: readonly Finding[] } | undefined>;
  save(ticket: string, at: number, all: readonly Examined[]): Promise<void>;
}

/** A part of the bot that runs. */
export interface Present {
  readonly kind: 'gateway' | 'desk' | 'worker';
  /** Of a worker. */
  readonly site?: string;
  /** Of this process' part. */
  readonly id: string;
  readonly version: string;
  /** Milliseconds since the epoch: when it began, and when it last noted that it is there. */
  readonly since: number;
  readonly at: number;
  /** Of a gateway: the chats it speaks in, and hears. */
  readonly speaks?: readonly string[];
  readonly hears?: readonly string[];
}

/** Which parts of the bot run. */
export interface Presence {
  note(part: Omit<Present, 'at'>): Promise<void>;
  /** It ends, and says so. */
  leave(part: Pick<Present, 'kind' | 'site' | 'id'>): Promise<void>;
  /** Gateways, desks, and the workers of these sites that noted it lately. */
  list(sites: readonly string[]): Promise<readonly Present[]>;
}

/** Lines that are asked at times. */
export interface Schedules {
  list(): Promise<readonly Schedule[]>;
  get(id: string): Promise<Schedule | undefined>;
  /** Puts it in the place of the one of revision `rev`, or makes it (0); false when that is not the one there is. */
  set(schedule: Schedule, rev: number): Promise<boolean>;
  remove(id: string, rev: number): Promise<boolean>;
}

/** Counts things over all processes, for whoever measures: names as in the tables of `src/core/metrics.ts`. Never throws: what cannot be counted is not. */
export interface Counts {
  add(name: MetricName, labels?: Readonly<Record<string, string>>, by?: number): void;
  /** How long something took, in milliseconds. */
  took(name: SpanName, ms: number): void;
}
