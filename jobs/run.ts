import { z } from 'zod';
import { endKey, failedHosts } from '../src/core/advance.ts';
import { digest } from '../src/core/digest.ts';
import { due } from '../src/core/due.ts';
import { Later, Robbed } from '../src/core/errors.ts';
import { changedHosts, frozenBy, frozenWords } from '../src/core/freeze.ts';
import { learn } from '../src/core/learn.ts';
import { measureStart } from '../src/core/measure.ts';
import type { StepNeeds } from '../src/core/once.ts';
import { type Came, performSteps } from '../src/core/perform.ts';
import {
  type Busy,
  type Counts,
  type Freezes,
  job,
  type Leases,
  type Locks,
  type Plans,
  type Right,
  type Rules,
  type Send,
  type Told,
} from '../src/core/ports.ts';
import { type In, runLease, type Ticket } from '../src/core/ticket.ts';
import { clock } from '../src/core/time.ts';
import type { Plan } from '../src/core/types.ts';
import type { Vouching } from '../src/core/vouched.ts';
import { type Said, say } from '../src/core/words.ts';

/** What running a site's part of a plan takes. */
export interface RunNeeds extends Omit<StepNeeds, 'changed'> {
  readonly plans: Plans;
  readonly leases: Leases;
  readonly locks: Pick<Locks, 'acquire' | 'release' | 'robbed'>;
  readonly freezes: Pick<Freezes, 'list'>;
  readonly counts: Pick<Counts, 'took'>;
  /** The digest of this site's part as it would be now. */
  digestNow(ticket: In<'running'>): Promise<string>;
  /** What this worker asks for by itself, whatever the desk says. */
  readonly vouching: Vouching;
  rules(): Promise<Rules>;
  readonly send: Send;
  /** Aborted when this worker is to end: what runs is left to another. */
  readonly leave: AbortSignal;
}

/** A site's part of one wave of a ticket that is being worked on. */
interface Part {
  readonly ticket: In<'running'> | In<'cancelling'> | In<'unknown'>;
  readonly site: string;
  readonly wave: number;
}

/** Runs one site's steps of one wave: lock, plan again while nothing has been done, then each step at most once. May be called any number of times. */
export default job({
  name: 'run',
  payload: z.object({ ticket: z.string(), site: z.string(), wave: z.number() }),
  async take({ ticket: id, site, wave }, needs: RunNeeds) {
    if (!isDue(await needs.tickets.get(id), site, wave)) return;
    if (needs.leave.aborted) throw new Later(0);
    const name = runLease(id, site);
    const lease = await needs.leases.take(name, site);
    if (!lease) throw new Later(1000);
    try {
      const ticket = await needs.tickets.get(id); // once more: it may have ended before the lease was ours
      if (!isDue(ticket, site, wave)) return;
      const plan = await needs.plans.plan(id, ticket.plan.round);
      if (!plan) throw new Error(`ticket ${id} has no plan of round ${ticket.plan.round}`);
      const told = await underLocks({ ticket, site, wave }, plan, { name, token: lease.token }, lease.held, needs);
      await needs.send(told.map((event): Told => ({ job: 'tell', ticket: id, event })));
    } finally {
      await lease.release();
    }
  },
});

/** Whether a ticket may hold locks. */
function isBusy({ state }: Ticket): boolean {
  return state === 'running' || state === 'cancelling' || state === 'unknown';
}

function isDue(ticket: Ticket | undefined, site: string, wave: number): ticket is Part['ticket'] {
  if (ticket?.state !== 'running' && ticket?.state !== 'cancelling' && ticket?.state !== 'unknown') return false;
  const end = ticket.ends[endKey(wave, site)];
  return ticket.plan.waves[ticket.wave]?.wave === wave && end === (ticket.state === 'unknown' ? 'unknown' : undefined);
}

async function underLocks(part: Part, plan: Plan, lease: Right['lease'], held: () => boolean, needs: RunNeeds): Promise<Told['event'][]> {
  const { ticket, site, wave } = part;
  const { round } = ticket.plan;
  const at = Date.now();
  const { journal } = await needs.journals.read(ticket.id, round);
  const end = (came: Came & { readonly frozen?: Said }): Told['event'] => ({
    id: `ended ${round} ${wave} ${site} ${ticket.rev}`,
    at,
    kind: 'ended',
    site,
    wave,
    ...came,
    token: lease.token,
  });
  const here = plan.steps.flatMap((step, i) => (step.on.site === site ? [[i, step] as const] : []));
  const untouched = !here.some(([i]) => i in journal);
  if (ticket.state === 'cancelling' && untouched) return [end({ ending: 'stopped', failed: 0 })];
  const locks = await needs.locks.acquire(ticket.id, plan.locks);
  if ('busy' in locks) {
    await needs.send([{ job: 'tell', ticket: ticket.id, event: await blocked(part, locks.busy, needs) }]);
    throw new Later(1000); // whoever gives them back wakes it before that
  }
  const now: Ticket | undefined = await needs.tickets.get(ticket.id);
  if (!isDue(now, site, wave)) {
    // It came to an end, or to another plan, while the locks were taken: nobody else would give them back.
    if (!now || !isBusy(now)) await needs.locks.release(ticket.id, now?.rev);
    return [];
  }
  const run = { ticket: ticket.id, round, right: { lease, locks: locks.token }, held, leave: needs.leave };
  const all: StepNeeds = { ...needs, changed: () => show(ticket.id, needs) };
  const mine = here.filter(([, step]) => (step.wave ?? 1) === wave);
  if (ticket.state === 'unknown') {
    const learned = await learn(journal, mine, { ...run, stopping: ticket.cancelledBy !== undefined }, all);
    const id = `${learned ? 'learned' : 'rechecked'} ${round} ${wave} ${site} ${ticket.rev}`;
    return [learned ? { id, at, kind: 'learned', site, wave, token: lease.token } : { id, at, kind: 'rechecked' }];
  }
  // A site that performs what another one planned cannot plan it again: the other's first wave does.
  const planned = ticket.plan.parts[site];
  const changed = planned !== undefined && untouched && ticket.state === 'running' && (await needs.digestNow(ticket)) !== planned;
  if (changed) return [end({ ending: 'changed', failed: 0 })];
  const unproven = otherPlan(ticket, plan) ?? (await needs.vouching.whyNot(ticket, plan, untouched));
  if (unproven && !mine.some(([i]) => i in journal)) return [end({ ending: 'stopped', failed: 0, frozen: unproven })];
  // From the first intent of a wave on, the wave goes to its end; asked last, so that as little as can be lies between.
  const frozen = ticket.state === 'running' && !mine.some(([i]) => i in journal) ? await whyFrozen(part, plan, needs) : undefined;
  if (!held()) throw new Later(1000);
  // Where nothing was done at all it is planned anew, and refused while it is frozen.
  if (frozen) return [end({ ending: ticket.wave === 0 ? 'changed' : 'stopped', failed: 0, frozen })];
  const mayFail = ticket.plan.maxFail === undefined ? Number.POSITIVE_INFINITY : ticket.plan.maxFail - failedHosts(ticket);
  const indexes = mine.map(([i]) => i);
  if (!unproven) {
    needs.vouching.begins(ticket);
    if (untouched && ticket.wave === 0) measureStart(ticket, Date.now(), needs.counts);
    return [end(await performSteps(plan, indexes, { ...run, mayFail, journal }, all))];
  }
  const came = await performSteps(plan, indexes, { ...run, mayFail, journal }, beginningNothing(all));
  return [end({ ...came, ending: came.ending === 'robbed' ? 'stopped' : came.ending, frozen: unproven })];
}

/** Why a stored plan is not performed: other sites' workers may write plans too. */
function otherPlan({ command, input, plan: { digest: approved } }: Ticket & { readonly plan: { readonly digest: string } }, plan: Plan): Said | undefined {
  if (digest(command, input, plan) === approved) return undefined;
  return say({ en: 'the stored plan is not the one that was approved', zh: '保存的计划不是已批准的计划' });
}

/** What was begun is brought to its end, and nothing else is begun, as for one whose locks were taken away: nor is anything read that nobody vouches for. */
function beginningNothing(needs: StepNeeds): StepNeeds {
  const { journals, hosts } = needs;
  const write: StepNeeds['journals']['write'] = async (ticket, round, step, entry, right) =>
    entry.state !== 'intent' && journals.write(ticket, round, step, entry, right);
  const never = async () => {
    throw new Robbed();
  };
  return { ...needs, journals: { ...journals, write }, hosts: { ...hosts, wait: never, probe: never }, locks: { robbed: async () => true } };
}

/** The freeze that keeps a wave from beginning, in words. The first wave needs all hosts of the plan, a later one its own. Throws Later when nobody can say. */
async function whyFrozen({ ticket, wave }: Part, plan: Plan, needs: RunNeeds): Promise<Said | undefined> {
  const steps = ticket.wave === 0 ? plan.steps : plan.steps.filter((step) => (step.wave ?? 1) === wave);
  try {
    const { policy } = await needs.rules();
    // Those in force are told by Redis' clock: this worker's may be wrong.
    const freeze = frozenBy(changedHosts({ ...plan, steps }), await needs.freezes.list(), policy, Number.NEGATIVE_INFINITY);
    return freeze && frozenWords(freeze, Object.fromEntries([...policy.people].map(([id, { name }]) => [id, name])));
  } catch (error) {
    needs.log(`whether ${ticket.id} is frozen cannot be known`, error);
    throw new Later(1000);
  }
}

async function show(id: string, needs: Pick<RunNeeds, 'tickets' | 'send'>): Promise<void> {
  const newest = await needs.tickets.get(id);
  if (newest) await needs.send(due(newest, Date.now()).flatMap((one) => (one.job === 'show' ? [{ ...one, rev: Date.now() }] : [])));
}

/** For whom it waits, since when, and its place in line. */
async function blocked({ ticket, site }: Part, { name, ticket: holder, since, place }: Busy, needs: RunNeeds): Promise<Told['event']> {
  const [other, { policy }] = await Promise.all([needs.tickets.get(holder), needs.rules()]);
  const by = policy.people.get(other?.by ?? '')?.name ?? '?';
  const minute = clock(since);
  const text = say(
    {
      en: 'waiting since {minute} UTC for {name}, in use by {by}: “{text}” ({holder}); place {place} in line',
      zh: '自 {minute} UTC 起等待 {name}，正被 {by} 的“{text}”（{holder}）占用；排在第 {place} 位',
    },
    { minute, name, by, text: other?.text ?? '', holder, place },
  );
  return { id: `blocked ${site} ${holder} ${place} ${ticket.rev}`, at: Date.now(), kind: 'blocked', by: text };
}
