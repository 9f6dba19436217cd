import { common, type Ending, type Event, type In, nextRound, type PlanRef, type Ticket } from './ticket.ts';

/** A ticket that runs or is being stopped, after an event. */
export function running(ticket: In<'running'> | In<'cancelling'>, event: Event): Ticket {
  switch (event.kind) {
    case 'blocked':
      return ticket.state === 'running' && JSON.stringify(ticket.blocked) !== JSON.stringify(event.by) ? { ...ticket, blocked: event.by } : ticket;
    case 'ended':
      return ended(ticket, event);
    case 'kept':
      return ticket.state === 'running' ? { ...ticket, kept: { by: event.by, at: event.at } } : ticket;
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
  const frozen = event.frozen ? { frozen: event.frozen } : {};
  const next = { ...rest, ...frozen, ends: { ...ticket.ends, [key]: event.ending }, failed: { ...ticket.failed, [key]: event.failed } };
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

/** A ticket of unknown outcome, after an event: learned by asking again, or said by someone; until then it stays as it is. */
export function unknown(ticket: In<'unknown'>, event: Event): Ticket {
  switch (event.kind) {
    case 'rechecked': {
      const { wanted: _, ...rest } = ticket;
      return event.by === undefined ? { ...rest, checkedAt: event.at } : { ...ticket, wanted: true };
    }
    case 'learned': {
      const key = endKey(event.wave, event.site);
      if (ticket.ends[key] !== 'unknown') return ticket;
      const { since: _, checkedAt: __, wanted: _____, cancelledBy, ...rest } = ticket;
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
  const voided = ticket.votes.map(({ by }) => by);
  return { ...common(ticket), state: 'planning', looking: { round, since: at, parts }, again: true, before: ticket.plan.round, voided };
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
  const more = ticket.wave + 1 < ticket.plan.waves.length;
  if (ticket.state === 'cancelling' && (has('stopped') || more) && !has('failed') && !has('robbed')) {
    return { ...common(ticket), state: 'cancelled', endedBy: ticket.cancelledBy, ...left };
  }
  const bad = has('failed') || has('changed') || has('stopped') || has('robbed');
  const halted = more && has('failed') && ticket.state === 'running' ? { halted: { failed: failedHosts(ticket), allowed: ticket.plan.maxFail ?? 0 } } : {};
  if (!bad) return { ...common(ticket), state: 'done', ...left };
  return {
    ...common(ticket),
    state: 'failed',
    ...halted,
    ...(has('robbed') ? { robbed: true } : {}),
    ...(ticket.frozen ? { frozen: ticket.frozen } : {}),
    ...left,
  };
}
