import { running, unknown } from './running.ts';
import { isSameApproval, scheduled, tried } from './scheduled.ts';
import { common, type Event, type In, nextRound, type Ticket } from './ticket.ts';
import type { Place } from './types.ts';
import type { Window } from './window.ts';

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
    case 'scheduled':
      return scheduled(ticket, event, changed);
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

/** What waited is another plan now: it is asked anew, and votes for the one before are void. */
function changed(ticket: In<'waiting'> | In<'scheduled'>, event: Extract<Event, { kind: 'joined' }>): Ticket {
  const voided = [...new Set([...(ticket.voided ?? []), ...ticket.votes.map(({ by }) => by)])];
  const next = joined({ ...ticket, before: ticket.plan.round, voided }, event);
  return next.state === 'waiting' ? { ...next, expiresAt: ticket.expiresAt } : next;
}

function withPart<T extends In<'planning'> | In<'waiting'>>(ticket: T, event: Extract<Event, { kind: 'planned' }>): T {
  const { looking } = ticket;
  if (!looking || event.round !== looking.round || looking.parts[event.site] !== null) return ticket;
  return { ...ticket, looking: { ...looking, parts: { ...looking.parts, [event.site]: event.part } } };
}

function joined(ticket: In<'planning'> | In<'waiting'> | In<'scheduled'>, { verdict, at }: Extract<Event, { kind: 'joined' }>): Ticket {
  const base = common(ticket);
  switch (verdict.kind) {
    case 'refused':
      return {
        ...base,
        state: 'refused',
        message: verdict.message,
        ...(verdict.hint ? { hint: verdict.hint } : {}),
        ...(verdict.passing ? { passing: true } : {}),
        ...(verdict.lapsed ? { lapsed: true } : {}),
        ...(isFresh(ticket) ? {} : { again: true }),
        ...(ticket.state === 'planning' ? {} : { plan: ticket.plan }),
        endedAt: at,
      };
    case 'answered':
      return { ...base, state: 'done', plan: verdict.plan, endedAt: at, ...(isFresh(ticket) ? {} : { already: true }) };
    case 'ready':
      return inTime({ ...base, state: 'approved', plan: verdict.plan, needs: { rules: [] }, votes: [], expiresAt: Number.MAX_SAFE_INTEGER }, verdict.slot, at);
    case 'ask':
      return {
        ...loud(base),
        state: 'waiting',
        plan: verdict.plan,
        needs: verdict.needs,
        votes: [],
        expiresAt: verdict.expiresAt,
        ...(isFresh(ticket) ? {} : { changed: true }),
        ...(ticket.before === undefined ? {} : { before: ticket.before }),
        ...(ticket.voided ? { voided: ticket.voided } : {}),
        ...(verdict.slot ? { slot: verdict.slot } : {}),
      };
  }
}

/** What may run, or waits until its window opens. */
function inTime(ticket: In<'approved'>, slot: Window | undefined, now: number): In<'approved'> | In<'scheduled'> {
  if (!slot) return ticket;
  return now < slot.opensAt ? { ...ticket, state: 'scheduled', slot, expiresAt: slot.closesAt } : { ...ticket, slot, expiresAt: slot.closesAt };
}

/** Nobody was asked for approval yet. */
function isFresh(ticket: In<'planning'> | In<'waiting'> | In<'scheduled'>): boolean {
  return ticket.state === 'planning' && !ticket.again;
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
        ? inTime(
            { ...common(ticket), state: 'approved', plan: tried(ticket), needs: ticket.needs, votes: event.votes, expiresAt: ticket.expiresAt },
            ticket.slot,
            event.at,
          )
        : { ...ticket, votes: event.votes };
    case 'withdrawn':
      return { ...ticket, votes: event.votes };
    case 'reasoned':
      // Who has voted has read the words that stood there.
      return ticket.reason && ticket.votes.length > 0 ? ticket : { ...ticket, reason: { by: event.by, at: event.at, text: event.text } };
    case 'rejected':
    case 'cancelled': {
      const because = event.reason === undefined ? {} : { because: event.reason };
      return { ...common(ticket), state: event.kind, endedBy: event.by, ...because, endedAt: event.at, plan: ticket.plan, votes: ticket.votes };
    }
    case 'expired':
      return event.at >= ticket.expiresAt ? { ...common(ticket), state: 'expired', endedAt: event.at, plan: ticket.plan, votes: ticket.votes } : ticket;
    default:
      return ticket;
  }
}

/** Same effects: votes stand. Somebody did not answer: the plan stands as it was, and is looked at again. Changed: votes are void and the code is new. Nothing left to do: closed. */
function refreshed(ticket: In<'waiting'>, event: Extract<Event, { kind: 'joined' }>): Ticket {
  const { looking: _, ...still } = ticket;
  if (event.verdict.kind === 'refused') {
    return event.verdict.passing ? { ...still, plan: { ...ticket.plan, at: event.at, tried: event.round } } : joined(ticket, event);
  }
  const { plan } = event.verdict;
  if (isSameApproval(plan, ticket.plan)) return { ...still, plan: { ...plan, code: ticket.plan.code } };
  return changed(ticket, event);
}

function approved(ticket: In<'approved'>, event: Event): Ticket {
  switch (event.kind) {
    case 'dispatched':
      return { ...common(ticket), state: 'running', plan: ticket.plan, votes: ticket.votes, startedAt: event.at, wave: 0, ends: {} };
    case 'repeats':
      return ticket.repeat ? { ...common(ticket), state: 'done', endedAt: event.at, plan: ticket.plan, votes: ticket.votes } : ticket;
    case 'refused':
      return { ...common(ticket), state: 'refused', message: event.message, ...(event.lapsed ? { lapsed: true } : {}), endedAt: event.at, plan: ticket.plan };
    case 'voided':
      return { ...waitsAgain(ticket), needs: event.needs ?? ticket.needs, votes: event.votes };
    case 'withdrawn':
      return { ...waitsAgain(ticket), votes: event.votes };
    case 'cancelled':
      return { ...common(ticket), state: 'cancelled', endedBy: event.by, endedAt: event.at, plan: ticket.plan, votes: ticket.votes };
    case 'expired':
      // Its window closed before it began.
      return ticket.slot && event.at >= ticket.slot.closesAt
        ? { ...common(ticket), state: 'expired', endedAt: event.at, plan: ticket.plan, votes: ticket.votes }
        : ticket;
    default:
      return ticket;
  }
}

/** What others have seen waiting is shown to its end. */
function loud({ quiet: _, ...rest }: ReturnType<typeof common>) {
  return rest;
}

/** Votes are missing after all: it waits for others. */
function waitsAgain(ticket: In<'approved'>): In<'waiting'> {
  return {
    ...loud(common(ticket)),
    state: 'waiting',
    plan: ticket.plan,
    needs: ticket.needs,
    votes: ticket.votes,
    expiresAt: ticket.expiresAt,
    ...(ticket.slot ? { slot: ticket.slot } : {}),
  };
}
