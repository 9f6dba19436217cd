import type { AlertAct, Silence } from './alerts/alert.ts';
import type { Schedule } from './schedules/schedule.ts';
import type { Account } from './types.ts';
import type { Said } from './words.ts';

/** A program and its arguments; never a shell string. */
export type Argv = readonly [string, ...string[]];

/** A secret by reference (environment variable or file), resolved on the worker at the step. */
export type SecretRef = { readonly env: string } | { readonly file: string };

/** A file of another host of the site, such as a key: the worker reads it at the step and passes it on, and keeps it nowhere. At most 64 kB. */
export interface FileOn {
  readonly host: string;
  readonly file: string;
}

/** Where a step acts: a host at a site, and, for people, the thing on it (a guest, a unit). */
export interface Target {
  readonly site: string;
  readonly host: string;
  readonly name?: string;
}

/** A read-only question to a host. Values of this type are made only in `src/tools`. */
export interface Read<T> {
  readonly argv: Argv;
  /** Exit statuses that are an answer rather than a failure; 0 always is. */
  readonly exits?: readonly number[];
  readonly stdin?: string | SecretRef;
  /** An answer at most so many milliseconds old is taken again, unless something was done on the host since; `at` is when it was given (milliseconds since the epoch). */
  readonly keepMs?: number;
  /** Over a connection made for it alone: what was open before proves nothing. */
  readonly anew?: true;
  parse(output: string, exit: number, at: number): T;
}

/** A GET of a host's API, likewise made only in `src/tools`. The path is percent-encoded, as `apiPath` makes it, without `/api2/json`. */
export interface ApiRead<T> {
  readonly path: string;
  readonly params?: Params;
  parse(body: ApiBody): T;
}

/** Parameters of an API call; a list is sent as one parameter a value. */
export type Params = { readonly [name: string]: string | number | boolean | readonly string[] };

/** The body of a good answer. `total` and `changes` stand beside `data` for some paths. Types within `data` are not stable: parse leniently. */
export interface ApiBody {
  readonly data: unknown;
  readonly total?: number;
  readonly changes?: string;
}

/** When a wait is over: the read's trimmed output is, or is no longer, this text; `silent`: the host can no longer be reached. */
export type Until = { readonly is: string } | { readonly isNot: string } | { readonly silent: true };

interface StepCommon {
  readonly on: Target;
  readonly why: Said;
  /** Steps of a later wave start when every site has ended the wave before. Default 1. */
  readonly wave?: number;
  /** `never`: the point of no return; after it a cancel is refused. */
  readonly stop?: 'clean' | 'never';
  /** Performed after failure and cancel too; `cancelled`: after a cancel only. */
  readonly always?: true | 'cancelled';
  /** Milliseconds; default 10 minutes. */
  readonly timeoutMs?: number;
}
export type ExecStep = StepCommon & { readonly kind: 'exec'; readonly argv: Argv; readonly stdin?: string | SecretRef | FileOn };
export type WaitStep = StepCommon & {
  readonly kind: 'wait';
  readonly read: { readonly argv: Argv; readonly exits?: readonly number[] } | ApiValue;
  readonly until: Until;
  readonly everyMs: number;
};
/**
 * Asks whether a change holds, again and again, until all probes are good at once, somebody says to keep it, or the time is over, which is a failure.
 * The card shows what each probe found and how long is left.
 */
export type ProveStep = StepCommon & {
  readonly kind: 'prove';
  readonly probes: readonly Probe[];
  /** Milliseconds until it is given up. */
  readonly forMs: number;
  readonly everyMs: number;
};
/** Something that must be so for a change to be kept. */
export interface Probe {
  readonly what: Said;
  /** The host that is asked. */
  readonly on: string;
  readonly argv: Argv;
  /** It is good when the program exits with 0 and, where this is given, its trimmed output is this. */
  readonly is?: string;
  /** An answer that begins with this says that nothing can be proven any more. */
  readonly over?: string;
  /** Over a connection made anew from nothing, so that what was open before proves nothing; to this address where it is a string. */
  readonly fresh?: true | string;
}
/** What a probe found. `said`: in a few words, where it is not good. `over`: nothing can be proven any more. */
export interface Probed {
  readonly what: Said;
  readonly good: boolean;
  readonly said: string | Said;
  readonly over?: true;
}

/** One value of an API answer: `pick` is its place in the body, such as `data.status`. Its text is compared. */
export interface ApiValue {
  readonly path: string;
  readonly params?: Params;
  readonly pick: string;
}

/** One call of a host's API. A UPID that comes back is followed on its own node to its end. */
export type ApiStep = StepCommon & {
  readonly kind: 'api';
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** Percent-encoded, without `/api2/json`. */
  readonly path: string;
  readonly params: Params;
  /** What must be as it was before the call for it to be made again after an answer was lost. Without it, it is never made again. */
  readonly still?: readonly Still[];
  /** How it is seen whether a call that answers without a UPID was carried out. Without it, a lost answer is unknown. */
  readonly proof?: Proof;
  /** The guest is managed by HA: over when its CRM state is settled. */
  readonly ha?: { readonly sid: string; readonly until: 'started' | 'stopped'; readonly node?: string };
};
/** Fields of an API answer, such as a guest's config `digest`, `status` and `lock`. */
export interface Still {
  readonly path: string;
  readonly fields: readonly string[];
}
/** `again`: making the call twice does no harm. Else: it was carried out when this path answers these values (null: has no such field). */
export type Proof = 'again' | { readonly path: string; readonly has: { readonly [field: string]: string | null } };

/** What the desk does itself, in its own store: `on` is the site and host `desk`. May be repeated without harm. */
export type DeskStep = StepCommon & { readonly kind: 'desk'; readonly act: DeskAct };
/**
 * `steal`: takes a lock away from the ticket that holds it under this token. `freeze`, `thaw`: stops changes, and lets them again.
 * `link`, `unlink`: makes an account a person's, and nobody's. `delegate`, `revoke`: lends a person's roles for approving, and takes them back.
 * `signOut`: ends all of a person's sessions of the web console and the terminal. `enrol`, `forget`: a second factor. `review`: closes what is owed after broken glass.
 * `alert`: something happens to an alert. `hush`, `unhush`: a silence begins, and ends. `schedule`, `unschedule`: a line is asked at times, and no more.
 */
export type DeskAct =
  | { readonly steal: { readonly lock: string; readonly from: string; readonly token: number } }
  | { readonly freeze: Freeze }
  | { readonly thaw: { readonly scope: string; readonly since: number } }
  | { readonly link: { readonly account: Account; readonly person: string } }
  | { readonly unlink: { readonly account: Account } }
  | { readonly delegate: { readonly from: string; readonly to: string; readonly until: number } }
  | { readonly revoke: { readonly from: string; readonly to: string } }
  | { readonly signOut: { readonly person: string } }
  | { readonly enrol: { readonly person: string; readonly key: string } }
  | { readonly forget: { readonly person: string } }
  | { readonly review: { readonly ticket: string; readonly by: string; readonly verdict: string } }
  | { readonly alert: { readonly id: string; readonly happened: AlertAct } }
  | { readonly hush: Silence }
  | { readonly unhush: { readonly id: string; readonly by: string } }
  | { readonly schedule: Schedule }
  | { readonly unschedule: { readonly id: string; readonly rev: number } };
/** No change of what is in its scope (`*`, a host, `@tag`, `site:name`) until then (milliseconds since the epoch), or until it is lifted. */
export interface Freeze {
  readonly scope: string;
  readonly by: string;
  readonly reason: string;
  readonly since: number;
  readonly until?: number;
}
/** The only thing that changes the world. */
export type Step = ExecStep | ApiStep | WaitStep | ProveStep | DeskStep;

/**
 * What a step came to. `task`: the end of a Proxmox task: `said` is its exit status, `task` its UPID (empty for a call that was done at once),
 * `output` the last lines of its log. `refused`: the API said no, and nothing was done. `rebooted`: interrupted by a reboot of its host. `gone`: no trace of its end (`begun`: it is known to have begun). `unreachable`: the host could not
 * be reached at all, so nothing was done. `stopped`: stopped on request, and proven to leave no process. `unproven`: asked to stop, and
 * what may still be alive, a line each.
 */
export type Outcome =
  | { readonly kind: 'exit'; readonly code: number; readonly output: string; readonly cut?: number; readonly ms: number }
  | {
      readonly kind: 'task';
      readonly came: 'ok' | 'warning' | 'error';
      readonly said: string;
      readonly task: string;
      readonly output: string;
      readonly ms: number;
    }
  | { readonly kind: 'refused'; readonly why: Said }
  | { readonly kind: 'signal'; readonly signal: string; readonly output: string; readonly ms: number }
  | { readonly kind: 'timeout'; readonly afterMs: number; readonly output: string; readonly probes?: readonly Probed[] }
  | { readonly kind: 'rebooted'; readonly output: string }
  | { readonly kind: 'gone'; readonly why: Said; readonly begun?: true }
  | { readonly kind: 'unreachable'; readonly why: Said }
  | { readonly kind: 'stopped'; readonly ms: number; readonly output: string }
  | { readonly kind: 'unproven'; readonly alive: readonly string[]; readonly output: string }
  /** `kept`: the person who said to keep it before it had proven itself; `probes`: what they found at the end. */
  | { readonly kind: 'met'; readonly ms: number; readonly kept?: string; readonly probes?: readonly Probed[] }
  | { readonly kind: 'skipped'; readonly probes?: readonly Probed[] };

/** How far a step that runs on a host has come: the host's boot id, bytes of output so far, and the last of them (at most 2 kB). */
export interface Seen {
  readonly boot: string;
  readonly size: number;
  readonly tail: string;
  /** The UPID of the Proxmox task it is. */
  readonly task?: string;
  /** How much of it is done, 0 to 1, where its log says so. */
  readonly share?: number;
  /** What the probes of a `prove` step found last. */
  readonly probes?: readonly Probed[];
}

/** What was so right before an API call was made: the node's clock in seconds since the epoch, and the values of the step's `still`. */
export interface Before {
  readonly clock: number;
  readonly still: string;
}

/** A line of a ticket's journal, per step. `at` in milliseconds on the worker's clock; `since` is when it was first intended. */
export type Entry =
  | { readonly state: 'intent'; readonly at: number; readonly before?: Before }
  | { readonly state: 'started'; readonly at: number; readonly since: number; readonly seen: Seen }
  | { readonly state: 'finished'; readonly at: number; readonly outcome: Outcome };
