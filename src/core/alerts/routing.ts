import type { Severity } from '../check.ts';
import type { Hours } from '../hours.ts';
import type { Words } from '../words.ts';

/** How alerts go, as the configuration says. Spans in milliseconds. */
export interface Routing {
  readonly sources: ReadonlyMap<string, DeclaredSource>;
  /** Where what cannot be read, and trouble with alerts, is shown: a room of the configuration. */
  readonly admin?: string;
  /** Rooms where the bot is at home, one of each chat that says so: where its own trouble goes that nothing else takes. As `Rules.placeOf` takes them. */
  readonly homes: readonly string[];
  /** The first that fits is taken. What fits none is shown in the admin room. */
  readonly routes: readonly Route[];
  readonly rotas: ReadonlyMap<string, Rota>;
  readonly runbooks: readonly Runbook[];
  readonly heartbeats: readonly Heartbeat[];
  readonly watches: readonly Watch[];
  /** More new cards than this in a room within the time become one. */
  readonly storm: { readonly cards: number; readonly withinMs: number };
  /** An alert that is not seen to stand in any of its rooms by then goes elsewhere. */
  readonly fallback: { readonly afterMs: number; readonly rooms: readonly string[]; readonly mail: readonly string[]; readonly ntfy: readonly string[] };
  /** How long after a command an alert may take to clear. */
  readonly judgeMs: number;
  /** An alert that comes back within this time comes back on its card. */
  readonly reopenMs: number;
}

export interface DeclaredSource {
  readonly name: string;
  /** The id of a file in `src/tools/sources/`. */
  readonly kind: string;
  /** Most bodies a minute, and most bytes a body. */
  readonly perMinute: number;
  readonly bytes: number;
  readonly mapping?: Readonly<Record<string, string>>;
  /** Labels that all it says has besides. */
  readonly labels: Readonly<Record<string, string>>;
  /** Hosts (`*`, `@tag`, `site:name`) of which it is believed; undefined: of all. */
  readonly hosts?: readonly string[];
  /** Of kind `alertmanager`: it is asked what fires, and told of silences, there. */
  readonly api?: string;
}

/** Label names (also `source`, `severity`, `title`, `host`, `tag`: of the host) and patterns, of which one must fit. `*` stands for anything. */
export type Match = Readonly<Record<string, readonly string[]>>;

export interface Route {
  /** Its name, or its place: `routes.0`. */
  readonly name: string;
  readonly match: Match;
  /** Names of rooms. */
  readonly rooms: readonly string[];
  /** What its alerts are, whatever their source says. */
  readonly severity?: Severity;
  /** Who is called: `@person`, `role:NAME`, `rota:NAME`. */
  readonly mention: readonly string[];
  /** Calls nobody for what is less severe than `below` within these hours; who would have been called is, when they are over. */
  readonly quiet?: { readonly hours: Hours; readonly below: Severity };
  readonly escalate: readonly Escalation[];
  /** Labels (also `host`, `title`) by which alerts share a card; without them, what the source itself puts together, else each is its own. */
  readonly group?: readonly string[];
}
export interface Escalation {
  readonly afterMs: number;
  readonly mention: readonly string[];
  readonly rooms: readonly string[];
}

/** Who is on call, turn by turn. */
export interface Rota {
  readonly name: string;
  readonly zone: string;
  /** The first day of the first turn, as `2026-01-05`, and the minute after midnight at which turns change, by the zone's clocks. */
  readonly start: string;
  readonly minute: number;
  /** Days of a turn. */
  readonly days: number;
  /** By id, in order. */
  readonly people: readonly string[];
  /** Somebody stands in: from and until, by the zone's clocks (`2026-01-05 09:00`). The last that fits counts. */
  readonly overrides: readonly { readonly from: string; readonly until: string; readonly person: string }[];
}

/** Lines that help against an alert; `{label}` stands for what the alert says. */
export interface Runbook {
  readonly match: Match;
  readonly offer: readonly { readonly line: string; readonly label?: Words }[];
  /** Where it is written down. */
  readonly url?: string;
  /** The first offer is asked by itself, in this person's name. */
  readonly auto?: { readonly as: string; readonly perDay: number };
}

/** Something that must be heard of every so often. `match`: signals that count as such. */
export interface Heartbeat {
  readonly name: string;
  readonly everyMs: number;
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
  readonly match?: Match;
}

/** A line that is asked every so often, in somebody's name, whose findings become alerts. */
export interface Watch {
  readonly name: string;
  readonly everyMs: number;
  readonly line: string;
  readonly as: string;
}
