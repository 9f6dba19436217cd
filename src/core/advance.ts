import { type Ending, type Event, type In, nextRound, type PlanRef, type Ticket } from './ticket.ts';

/** How many event ids a ticket remembers. */
const REMEMBERED = 32;

/** The ticket after an event. Pure. An event already heard, or one that means nothing in this state, gives the same ticket. */
export function advance(ticket: Ticket, event: Event): Ticket {
  if (ticket.heard.includes(event.id)) return ticket;
  const next = step(ticket, event);
  if (next === ticket) return ticket;
  return { ...next, rev: ticket.rev + 1, heard: [...ticket.heard, event.id].slice(-REMEMBERED) };
}

function step(ticket: Ticket, event: Event): Ticket {
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

/** The fields every state has. */
function common(ticket: Ticket) {
  const { format, id, rev, by, text, command, input, dry, askedAt, places, heard, from, rollout } = ticket;
  const rest = { ...(from ? { from } : {}), ...(rollout ? { rollout } : {}) };
  return { format, id, rev, by, text, command, input, dry, private: ticket.private, askedAt, places, heard, ...rest };
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
      return { ...base, state: 'refused', message: verdict.message, ...(verdict.hint ? { hint: verdict.hint } : {}), endedAt: at };
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
        ? { ...common(ticket), state: 'approved', plan: ticket.plan, needs: ticket.needs, votes: event.votes, expiresAt: ticket.expiresAt }
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

function running(ticket: In<'running'> | In<'cancelling'>, event: Event): Ticket {
  switch (event.kind) {
    case 'blocked':
      return ticket.state === 'running' && JSON.stringify(ticket.blocked) !== JSON.stringify(event.by) ? { ...ticket, blocked: event.by } : ticket;
    case 'ended':
      return ended(ticket, event);
    case 'cancelled':
      return ticket.state === 'running' ? { ...ticket, state: 'cancelling', cancelledBy: event.by } : ticket;
    case 'reported':
      return waveIsOver(ticket) ? close(ticket, event.at) : ticket;
    default:
      return ticket;
  }
}

/** The key under which a site's end of a wave is kept. */
export function endKey(wave: number, site: string): string {
  return `${wave} ${site}`;
}

function ended(ticket: In<'running'> | In<'cancelling'>, event: Extract<Event, { kind: 'ended' }>): Ticket {
  const current = ticket.plan.waves[ticket.wave];
  const key = endKey(event.wave, event.site);
  if (current?.wave !== event.wave || !current.sites.includes(event.site) || key in ticket.ends) return ticket;
  const { blocked: _, ...rest } = ticket;
  const next = { ...rest, ends: { ...ticket.ends, [key]: event.ending }, failed: { ...ticket.failed, [key]: event.failed } };
  if (!waveIsOver(next)) return next;
  if (Object.values(next.ends).every((ending) => ending === 'changed')) return planAgain(next, event.at);
  return mayGoOn(next) ? { ...next, wave: ticket.wave + 1 } : next;
}

/** Whether the next wave may begin: there is one, nobody asked to stop, and no more hosts failed than may. */
function mayGoOn(ticket: In<'running'> | In<'cancelling'>): boolean {
  if (ticket.state !== 'running' || ticket.wave + 1 >= ticket.plan.waves.length) return false;
  const borne: readonly Ending[] = ticket.plan.maxFail === undefined ? ['done'] : ['done', 'failed'];
  return Object.values(ticket.ends).every((ending) => borne.includes(ending)) && failedHosts(ticket) <= (ticket.plan.maxFail ?? 0);
}

/** Hosts that failed so far. */
export function failedHosts(ticket: { readonly failed?: Readonly<Record<string, number>> }): number {
  return Object.values(ticket.failed ?? {}).reduce((sum, n) => sum + n, 0);
}

/** Learned by asking again, or said by someone; until then it stays as it is. */
function unknown(ticket: In<'unknown'>, event: Event): Ticket {
  switch (event.kind) {
    case 'rechecked':
      return { ...ticket, checkedAt: event.at };
    case 'learned': {
      const key = endKey(event.wave, event.site);
      if (ticket.ends[key] !== 'unknown') return ticket;
      const { since: _, checkedAt: __, cancelledBy, ...rest } = ticket;
      const { [key]: ___, ...ends } = ticket.ends;
      const { [key]: ____, ...failed } = ticket.failed ?? {};
      // Other sites that are unknown are asked again with it: their ends are told anew.
      const known = Object.fromEntries(Object.entries(ends).filter(([, ending]) => ending !== 'unknown'));
      const next = { ...rest, ends: known, failed };
      return cancelledBy === undefined ? { ...next, state: 'running' } : { ...next, state: 'cancelling', cancelledBy };
    }
    case 'marked': {
      const { by, at, as, reason } = event;
      const left = { plan: ticket.plan, votes: ticket.votes, startedAt: ticket.startedAt, endedAt: at };
      return { ...common(ticket), state: as, marked: { by, at, as, reason }, ...left };
    }
    default:
      return ticket;
  }
}

/** How often a world that keeps changing is planned anew before the ticket gives up. */
const MOST_ROUNDS = 20;

/** The world was no longer the one planned for, and nothing was done: look again, and ask again. */
function planAgain(ticket: In<'running'> | In<'cancelling'>, at: number): Ticket {
  if (ticket.state === 'cancelling') {
    return { ...common(ticket), state: 'cancelled', endedBy: ticket.cancelledBy, endedAt: at, plan: ticket.plan, votes: ticket.votes };
  }
  const round = nextRound(ticket.plan);
  if (round > MOST_ROUNDS) return ticket;
  const parts = Object.fromEntries(Object.keys(ticket.plan.parts).map((site) => [site, null]));
  return { ...common(ticket), state: 'planning', looking: { round, since: at, parts }, again: true };
}

/** Whether every site has ended the wave under way. */
export function waveIsOver(ticket: In<'running'> | In<'cancelling'>): boolean {
  const current = ticket.plan.waves[ticket.wave];
  return current === undefined || current.sites.every((site) => endKey(current.wave, site) in ticket.ends);
}

function close(ticket: In<'running'> | In<'cancelling'>, at: number): Ticket {
  const endings = Object.values(ticket.ends);
  const has = (ending: Ending) => endings.includes(ending);
  const left: { plan: PlanRef; votes: In<'running'>['votes']; startedAt: number; endedAt: number } = {
    plan: ticket.plan,
    votes: ticket.votes,
    startedAt: ticket.startedAt,
    endedAt: at,
  };
  if (has('unknown')) {
    const { state, ...rest } = ticket;
    const asked = state === 'cancelling' ? { cancelledBy: ticket.cancelledBy } : {};
    return { ...rest, ...asked, state: 'unknown', since: at, checkedAt: at };
  }
  if (ticket.state === 'cancelling' && has('stopped') && !has('failed') && !has('robbed')) {
    return { ...common(ticket), state: 'cancelled', endedBy: ticket.cancelledBy, ...left };
  }
  const bad = has('failed') || has('changed') || has('stopped') || has('robbed');
  const more = ticket.wave + 1 < ticket.plan.waves.length;
  const halted = more && has('failed') ? { halted: { failed: failedHosts(ticket), allowed: ticket.plan.maxFail ?? 0 } } : {};
  if (!bad) return { ...common(ticket), state: 'done', ...left };
  return { ...common(ticket), state: 'failed', ...halted, ...(has('robbed') ? { robbed: true } : {}), ...left };
}
