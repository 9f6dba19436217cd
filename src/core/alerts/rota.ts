import { firstShown, readClock, shownAt } from '../clocks.ts';
import type { Rota } from './routing.ts';

/** Somebody's time on call, in milliseconds since the epoch: from, and until before. */
export interface Turn {
  readonly person: string;
  readonly from: number;
  readonly until: number;
}

/** Who is on call; before the first turn nobody, unless somebody stands in. */
export function onCall(rota: Rota, at: number): string | undefined {
  return standsIn(rota, at)?.person ?? turnAt(rota, at)?.person;
}

/** Who is on call, since when, and until when they are without a break; one turn after another of the same person are two. */
export function turnOf(rota: Rota, at: number): Turn | undefined {
  const person = onCall(rota, at);
  if (person === undefined) return undefined;
  let from = lastEdge(rota, at);
  while (!parts(rota, from)) from = lastEdge(rota, from - 1);
  let until = nextEdge(rota, at);
  while (!parts(rota, until)) until = nextEdge(rota, until);
  return { person, from, until };
}

/** The next to be on call, by their turn or because they stand in. */
export function turnAfter(rota: Rota, at: number): Turn | undefined {
  const now = turnOf(rota, at);
  if (now) return turnOf(rota, now.until) ?? turnAfter(rota, now.until);
  const next = nextEdge(rota, at);
  return Number.isFinite(next) ? (turnOf(rota, next) ?? turnAfter(rota, next)) : undefined;
}

/** Whether one stretch ends at an edge and another begins. */
function parts(rota: Rota, edge: number): boolean {
  if (onCall(rota, edge - 1) !== onCall(rota, edge)) return true;
  return !standsIn(rota, edge - 1) && !standsIn(rota, edge) && turnAt(rota, edge)?.from === edge;
}

/** The next moment, and the last, at which it may be somebody else's: of those that a stand-in passes over, only their own edges. */
function nextEdge(rota: Rota, at: number): number {
  const turn = turnAt(rota, at);
  const own = standsIn(rota, at) ? [] : [turn ? turn.until : begin(rota, 0)];
  return Math.min(...[...edges(rota), ...own].filter((edge) => edge > at));
}
function lastEdge(rota: Rota, at: number): number {
  const turn = standsIn(rota, at) ? undefined : turnAt(rota, at);
  return Math.max(...[...edges(rota), ...(turn ? [turn.from] : [])].filter((edge) => edge <= at));
}

function edges(rota: Rota): number[] {
  return rota.overrides.flatMap(({ from, until }) => [moment(rota, from), moment(rota, until)]);
}

function standsIn(rota: Rota, at: number): Rota['overrides'][number] | undefined {
  return rota.overrides.findLast(({ from, until }) => moment(rota, from) <= at && at < moment(rota, until));
}

/** By turns alone. */
function turnAt(rota: Rota, at: number): Turn | undefined {
  const { zone, start, minute, days, people } = rota;
  const passed = Math.floor((shownAt(at, zone) - readClock(start) - minute * MINUTE) / DAY);
  let turn = Math.floor(passed / days);
  // Where clocks are set back the wall shows an hour twice: its turn has begun with the first.
  if (begin(rota, turn + 1) <= at) turn++;
  else if (begin(rota, turn) > at) turn--;
  const person = people[((turn % people.length) + people.length) % people.length];
  return turn < 0 || person === undefined ? undefined : { person, from: begin(rota, turn), until: begin(rota, turn + 1) };
}

function begin({ zone, start, minute, days }: Rota, turn: number): number {
  return firstShown(readClock(start) + minute * MINUTE + turn * days * DAY, zone);
}

function moment({ zone }: Rota, text: string): number {
  return firstShown(readClock(text), zone);
}

const MINUTE = 60_000;
const DAY = 86_400_000;
