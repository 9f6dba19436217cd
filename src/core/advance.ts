import { running, unknown } from './running.ts';
import { common, type Event, type In, nextRound, type PlanRef, type Ticket } from './ticket.ts';
import type { Place } from './types.ts';

export { endKey, failedHosts, waveIsOver } from './running.ts';

/** How many event ids a ticket remembers. */
const REMEMBERED = 32;

/** The ticket after an event. Pure. An event already heard, or one that means nothing in this state, gives the same ticket. */
export function advance(ticket: Ticket, event: Event): Ticket {
  if (ticket.heard.includes(event.id)) return ticket;
  const next = step(ticket, event);
  if (next === ticket) return ticket;
  return { ...next, rev: ticket.rev + 1, heard: [...ticket.heard, event.id].slice(-REMEMBERED) };
}

/** Most places a card stands in. */
const MOST_PLACES = 20;

function step(ticket: Ticket, event: Event): Ticket {
  if (event.kind === 'placed') return placed(ticket, event.places);
  switch (ticket.state) {
    case 'planning':
      return planning(ticket, event);
    case 'waiting':
      return waiting(ticket, event);
    case 'approved':
      return approved(ticket, event);
    case 'running':
    case 'cancelling':
      return running(ticket, event);
    case 'unknown':
      return unknown(ticket, event);
    default:
      return ticket;
  }
}

/** Only what waits for others is shown to others, each of them by themselves. */
function placed(ticket: Ticket, places: readonly Place[]): Ticket {
  if (ticket.state !== 'waiting' || ticket.private) return ticket;
  const there = (place: Place) => ticket.places.some(({ chat, room, thread }) => chat === place.chat && room === place.room && thread === place.thread);
  const more = places.filter((place) => place.alone && place.room === place.to && !there(place)).slice(0, MOST_PLACES - ticket.places.length);
  return more.length === 0 ? ticket : { ...ticket, places: [...ticket.places, ...more] };
}

function planning(ticket: In<'planning'>, event: Event): Ticket {
  switch (event.kind) {
    case 'planned':
      return withPart(ticket, event);
    case 'refresh':
      return { ...ticket, looking: { ...ticket.looking, since: event.at } };
    case 'joined':
      return event.round === ticket.looking.round ? joined(ticket, event) : ticket;
    case 'cancelled':
      return { ...common(ticket), state: 'cancelled', endedBy: event.by, endedAt: event.at };
    default:
      return ticket;
  }
}

function withPart<T extends In<'planning'> | In<'waiting'>>(ticket: T, event: Extract<Event, { kind: 'planned' }>): T {
  const { looking } = ticket;
  if (!looking || event.round !== looking.round || looking.parts[event.site] !== null) return ticket;
  return { ...ticket, looking: { ...looking, parts: { ...looking.parts, [event.site]: event.part } } };
}

function joined(ticket: In<'planning'> | In<'waiting'>, { verdict, at }: Extract<Event, { kind: 'joined' }>): Ticket {
  const base = common(ticket);
  switch (verdict.kind) {
    case 'refused':
      return {
        ...base,
        state: 'refused',
        message: verdict.message,
        ...(verdict.hint ? { hint: verdict.hint } : {}),
        ...(verdict.passing ? { passing: true } : {}),
        endedAt: at,
      };
    case 'answered':
      return { ...base, state: 'done', plan: verdict.plan, endedAt: at };
    case 'ready':
      return { ...base, state: 'approved', plan: verdict.plan, needs: { count: 0, roles: [] }, votes: [], expiresAt: Number.MAX_SAFE_INTEGER };
    case 'ask':
      return {
        ...base,
        state: 'waiting',
        plan: verdict.plan,
        needs: verdict.needs,
        votes: [],
        expiresAt: verdict.expiresAt,
        ...('again' in ticket ? { changed: true } : {}),
      };
  }
}

function waiting(ticket: In<'waiting'>, event: Event): Ticket {
  switch (event.kind) {
    case 'planned':
      return withPart(ticket, event);
    case 'refresh': {
      if (ticket.looking) return { ...ticket, looking: { ...ticket.looking, since: event.at } };
      const parts = Object.fromEntries(event.sites.map((site) => [site, null]));
      return { ...ticket, looking: { round: nextRound(ticket.plan), since: event.at, parts } };
    }
    case 'joined':
      return event.round === ticket.looking?.round ? refreshed(ticket, event) : ticket;
    case 'approved':
      if (event.code !== ticket.plan.code) return ticket;
      return event.enough
        ? { ...common(ticket), state: 'approved', plan: tried(ticket), needs: ticket.needs, votes: event.votes, expiresAt: ticket.expiresAt }
        : { ...ticket, votes: event.votes };
    case 'rejected':
    case 'cancelled':
      return { ...common(ticket), state: event.kind, endedBy: event.by, endedAt: event.at, plan: ticket.plan, votes: ticket.votes };
    case 'expired':
      return event.at >= ticket.expiresAt ? { ...common(ticket), state: 'expired', endedAt: event.at, plan: ticket.plan, votes: ticket.votes } : ticket;
    default:
      return ticket;
  }
}

/** The plan, with the number of the round that is under way noted as used. */
function tried({ plan, looking }: In<'waiting'>): PlanRef {
  return looking ? { ...plan, tried: looking.round } : plan;
}

/** Same effects: votes stand. Somebody did not answer: the plan stands as it was, and is looked at again. Changed: votes are void and the code is new. Nothing left to do: closed. */
function refreshed(ticket: In<'waiting'>, event: Extract<Event, { kind: 'joined' }>): Ticket {
  const { looking: _, ...still } = ticket;
  if (event.verdict.kind === 'refused') {
    return event.verdict.passing ? { ...still, plan: { ...ticket.plan, at: event.at, tried: event.round } } : joined(ticket, event);
  }
  const { plan } = event.verdict;
  if (plan.digest === ticket.plan.digest) return { ...still, plan: { ...plan, code: ticket.plan.code } };
  const next = joined(ticket, event);
  return next.state === 'waiting' ? { ...next, changed: true, expiresAt: ticket.expiresAt } : next;
}

function approved(ticket: In<'approved'>, event: Event): Ticket {
  switch (event.kind) {
    case 'dispatched':
      return { ...common(ticket), state: 'running', plan: ticket.plan, votes: ticket.votes, startedAt: event.at, wave: 0, ends: {} };
    case 'refused':
      return { ...common(ticket), state: 'refused', message: event.message, endedAt: event.at, plan: ticket.plan };
    case 'voided':
      return { ...common(ticket), state: 'waiting', plan: ticket.plan, needs: ticket.needs, votes: event.votes, expiresAt: ticket.expiresAt };
    case 'cancelled':
      return { ...common(ticket), state: 'cancelled', endedBy: event.by, endedAt: event.at, plan: ticket.plan, votes: ticket.votes };
    default:
      return ticket;
  }
}
