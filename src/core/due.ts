import { endKey, waveIsOver } from './advance.ts';
import { isOver, type Looking, type Ticket } from './ticket.ts';
import type { Place } from './types.ts';

/** How long a site may take to answer before it counts as silent, in milliseconds. */
export const SILENT_AFTER = 10_000;
/** How old a waiting plan may grow before it is looked at again, in milliseconds. */
export const REFRESH_AFTER = 60_000;

/** How long after hosts were asked about an unknown outcome they are asked again, in milliseconds. */
export const RECHECK_AFTER = 9000;

/** The site that is the desk itself. */
export const DESK = 'desk';

/** An answer that comes within this time, in milliseconds, is the first thing shown: no card that only says `looking`. */
const QUICK = 300;

/** A job a ticket needs now. Only a wake-up: who may act is decided by lease and journal. */
export type Due =
  | { readonly job: 'plan'; readonly ticket: string; readonly site: string; readonly round: number }
  | { readonly job: 'decide'; readonly ticket: string; readonly rev: number }
  /** `wake`: the ticket whose end it waited for. */
  | { readonly job: 'run'; readonly ticket: string; readonly site: string; readonly wave: number; readonly wake?: string }
  /** `lane`: the lower, the more pressing: a decision, a result, progress. */
  | { readonly job: 'show'; readonly card: string; readonly rev: number; readonly place: Place; readonly lane: number; readonly delayMs?: number };

/** The jobs due for a ticket. Pure; the same for the same ticket and time, so asking again sends nothing new. */
export function due(ticket: Ticket, now: number): Due[] {
  const delay = ticket.state === 'planning' ? { delayMs: QUICK } : {};
  return [
    ...work(ticket, now),
    ...(isQuiet(ticket) ? [] : ticket.places).map((place): Due => ({ job: 'show', card: ticket.id, rev: ticket.rev, place, lane: laneOf(ticket), ...delay })),
  ];
}

/** What something else shows the end of is shown by itself where it needs somebody, or did not go well. */
function isQuiet(ticket: Ticket): boolean {
  return ticket.quiet === true && ['planning', 'approved', 'running', 'cancelling', 'done'].includes(ticket.state);
}

function laneOf(ticket: Ticket): number {
  if (ticket.state === 'waiting' || ticket.state === 'unknown') return 0;
  return isOver(ticket) ? 1 : 2;
}

function work(ticket: Ticket, now: number): Due[] {
  if (isOver(ticket)) return [];
  const decide: Due = { job: 'decide', ticket: ticket.id, rev: ticket.rev };
  switch (ticket.state) {
    case 'planning':
      return look(ticket.id, ticket.looking, decide, now);
    case 'waiting':
      if (now >= ticket.expiresAt) return [decide];
      if (ticket.looking) return look(ticket.id, ticket.looking, decide, now);
      return now - ticket.plan.at > REFRESH_AFTER ? [decide] : [];
    case 'scheduled':
      if (ticket.looking && now < ticket.slot.closesAt) return look(ticket.id, ticket.looking, decide, now);
      return now >= ticket.slot.opensAt && (ticket.plan.at < ticket.slot.opensAt || now - ticket.plan.at > REFRESH_AFTER || now >= ticket.slot.closesAt)
        ? [decide]
        : [];
    case 'approved':
      return [decide];
    case 'running':
    case 'cancelling': {
      if (waveIsOver(ticket)) return [decide];
      const current = ticket.plan.waves[ticket.wave];
      if (!current) return [decide];
      return current.sites
        .filter((site) => !(endKey(current.wave, site) in ticket.ends))
        .map((site): Due => (site === DESK ? decide : { job: 'run', ticket: ticket.id, site, wave: current.wave }));
    }
    case 'unknown': {
      // The hosts are asked again until one knows; at once when someone wants to know.
      if (!ticket.wanted && now - ticket.checkedAt < RECHECK_AFTER) return [];
      const wave = ticket.plan.waves[ticket.wave]?.wave ?? 1;
      const sites = Object.entries(ticket.ends).flatMap(([key, ending]) => (ending === 'unknown' ? [key.slice(key.indexOf(' ') + 1)] : []));
      return sites.map((site): Due => ({ job: 'run', ticket: ticket.id, site, wave }));
    }
    default:
      return [];
  }
}

function look(ticket: string, looking: Looking, decide: Due, now: number): Due[] {
  const missing = Object.entries(looking.parts).flatMap(([site, part]) => (part === null ? [site] : []));
  if (missing.length === 0 || now - looking.since > SILENT_AFTER) return [decide];
  return missing.map((site): Due => (site === DESK ? decide : { job: 'plan', ticket, site, round: looking.round }));
}
