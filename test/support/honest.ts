import { endKey, waveIsOver } from '../../src/core/advance.ts';
import type { Needs } from '../../src/core/approval.ts';
import { DESK, due, REFRESH_AFTER, SILENT_AFTER } from '../../src/core/due.ts';
import { type Ending, type Event, nextRound, type PlanRef, type Ticket, type Verdict, type Vote } from '../../src/core/ticket.ts';
import { say } from '../../src/core/words.ts';
import { leads } from './ticket.ts';

const no = say({ en: 'no', zh: '不' });

/** How many have to say yes, where there is one rule with one kind of place. */
export function wantedBy({ rules }: Needs): number {
  return rules[0]?.votes[0]?.count ?? 0;
}

/** A site that answers the round of planning that the ticket, as it was seen, is in. */
export function planner(seen: Ticket, site: string, at: number): Event | undefined {
  const looking = 'looking' in seen ? seen.looking : undefined;
  return looking && { id: `planned ${looking.round} ${site}`, at, kind: 'planned', round: looking.round, site, part: { kind: 'plan', digest: 'X' } };
}

/** A worker that ended a site's part of a wave, or asked the hosts again; ids as jobs/run.ts makes them. */
export function worker(seen: Ticket, site: string, wave: number, came: { readonly ending: Ending; readonly failed: number }, at: number): Event | undefined {
  const { rev } = seen;
  if (seen.state === 'running' || seen.state === 'cancelling')
    return { id: `ended ${seen.plan.round} ${wave} ${site} ${rev}`, at, kind: 'ended', site, wave, ...came };
  if (seen.state !== 'unknown') return undefined;
  return came.ending === 'unknown'
    ? { id: `rechecked ${seen.plan.round} ${wave} ${site} ${rev}`, at, kind: 'rechecked' }
    : { id: `learned ${seen.plan.round} ${wave} ${site} ${rev}`, at, kind: 'learned', site, wave };
}

/** What the desk says to the ticket as it was seen; ids as src/core/settle.ts makes them. `verdict`: what joining comes to. */
export function desk(
  seen: Ticket,
  at: number,
  verdict: (round: number) => Verdict,
  {
    policy = 'same',
    came = { ending: 'done', failed: 0 },
  }: { policy?: 'same' | 'asker gone' | 'votes gone' | 'more needed'; came?: { ending: Ending; failed: number } } = {},
): Event | undefined {
  const looking = 'looking' in seen ? seen.looking : undefined;
  if (seen.state === 'waiting' && at >= seen.expiresAt) return { id: `expired ${seen.plan.round}`, at, kind: 'expired' };
  if (looking) {
    const { round, since } = looking;
    const silent = Object.values(looking.parts).includes(null);
    if (silent && at - since > 3 * SILENT_AFTER) return { id: `refresh ${round} ${since}`, at, kind: 'refresh', sites: ['east'] };
    if (silent && at - since <= SILENT_AFTER) return undefined;
    return { id: `joined ${round}`, at, kind: 'joined', round, verdict: silent ? { kind: 'refused', message: no, passing: true } : verdict(round) };
  }
  switch (seen.state) {
    case 'waiting': {
      const sites = Object.keys(seen.plan.parts);
      return at - seen.plan.at > REFRESH_AFTER ? { id: `refresh ${nextRound(seen.plan)}`, at, kind: 'refresh', sites } : undefined;
    }
    case 'approved': {
      if (policy === 'asker gone') return { id: `refused ${seen.plan.round}`, at, kind: 'refused', message: no };
      if (policy === 'more needed' && seen.needs.rules.length > 0)
        return { id: `voided ${seen.plan.round} ${seen.rev}`, at, kind: 'voided', votes: seen.votes, needs: leads(seen.votes.length + 1) };
      const votes = policy === 'votes gone' ? seen.votes.slice(1) : seen.votes;
      if (votes.length < wantedBy(seen.needs)) return { id: `voided ${seen.plan.round} ${seen.rev}`, at, kind: 'voided', votes };
      return { id: `dispatched ${seen.plan.round}`, at, kind: 'dispatched' };
    }
    case 'running':
    case 'cancelling': {
      const { round } = seen.plan;
      if (waveIsOver(seen)) return { id: `reported ${round} ${seen.rev}`, at, kind: 'reported' };
      const now = seen.plan.waves[seen.wave];
      if (!now?.sites.includes(DESK) || endKey(now.wave, DESK) in seen.ends) return undefined;
      return { id: `ended ${round} ${now.wave} ${DESK} ${seen.rev}`, at, kind: 'ended', site: DESK, wave: now.wave, ...came };
    }
    default:
      return undefined;
  }
}

/** A vote as jobs/decide.ts counts it: only those for this plan, each person once. */
export function vote(id: string, seen: Extract<Ticket, { readonly state: 'waiting' }>, by: string, code: string, at: number): Event | undefined {
  if (seen.votes.some((one) => one.by === by)) return undefined;
  const votes: Vote[] = [...seen.votes, { by, at }];
  return { id, at, kind: 'approved', by, code, enough: votes.length >= wantedBy(seen.needs), votes };
}

/** A vote taken back, as src/core/voting.ts does it; undefined for who has none. */
export function withdrawal(id: string, seen: Ticket, by: string, at: number): Event | undefined {
  if ((seen.state !== 'waiting' && seen.state !== 'approved') || !seen.votes.some((one) => one.by === by)) return undefined;
  return { id, at, kind: 'withdrawn', by, votes: seen.votes.filter((one) => one.by !== by) };
}

/** Performs what is due, honestly, until the ticket is over; people vote, or do not. Says what it came to, and when it spun without getting anywhere. */
export function play(start: Ticket, now: number, votes: boolean, advance: (ticket: Ticket, event: Event) => Ticket): { end: Ticket; spun: string | undefined } {
  let ticket = start;
  let at = now;
  let spun: string | undefined;
  const plan = 'plan' in start ? start.plan : undefined;
  for (let turn = 0; turn < 150; turn++) {
    const jobs = due(ticket, at).filter(({ job }) => job !== 'show');
    if (jobs.length === 0 && ticket.state !== 'waiting' && ticket.state !== 'unknown') break;
    const before = ticket;
    for (const job of jobs) {
      const event =
        job.job === 'plan'
          ? planner(before, job.site, at)
          : job.job === 'run' && job.site === DESK
            ? undefined // no worker is there
            : job.job === 'run'
              ? worker(before, job.site, job.wave, { ending: before.state === 'cancelling' ? 'stopped' : 'done', failed: 0 }, at)
              : desk(ticket, at, (round) => asks(plan, round, at));
      if (event) ticket = advance(ticket, event);
    }
    if (jobs.length > 0 && ticket === before) spun ??= `${ticket.state} ${jobs.map(({ job }) => job).join()}`;
    if (ticket.state === 'waiting' && votes) {
      const yes = vote(`press ${turn}`, ticket, `voter ${turn}`, ticket.plan.code, at);
      if (yes) ticket = advance(ticket, yes);
    } else if (ticket === before) at += ticket.state === 'planning' ? SILENT_AFTER + 1 : REFRESH_AFTER + 1;
  }
  return { end: ticket, spun };
}

/** The plan that stood, found again; or a small one. */
function asks(stood: PlanRef | undefined, round: number, at: number): Verdict {
  const small: PlanRef = { round, at, digest: 'X', code: 'CX', risk: 'medium', parts: { east: 'X' }, waves: [{ wave: 1, sites: ['east'] }], hosts: ['a'] };
  const { tried: _, ...same } = stood ?? small;
  return { kind: 'ask', plan: { ...same, round, at }, needs: leads(1), expiresAt: at + 200_000 };
}
