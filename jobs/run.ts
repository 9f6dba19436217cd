import { z } from 'zod';
import { endKey } from '../src/core/advance.ts';
import { due } from '../src/core/due.ts';
import { Later } from '../src/core/errors.ts';
import { type Performer, performSteps } from '../src/core/perform.ts';
import { job, type Leases, type Plans, type Send } from '../src/core/ports.ts';
import type { Ending, In } from '../src/core/ticket.ts';
import type { Plan } from '../src/core/types.ts';
import { say } from '../src/core/words.ts';

/** What running a site's part of a plan takes. */
export interface RunNeeds extends Performer {
  readonly plans: Plans;
  readonly leases: Leases;
  /** The digest of this site's part as it would be now. */
  digestNow(ticket: In<'running'>): Promise<string>;
  readonly send: Send;
}

/** Runs one site's steps of one wave: lock, plan again while nothing has been done, then each step at most once. May be called any number of times. */
export default job({
  name: 'run',
  payload: z.object({ ticket: z.string(), site: z.string(), wave: z.number() }),
  async take({ ticket: id, site, wave }, needs: RunNeeds) {
    const ticket = await needs.tickets.get(id);
    if (ticket?.state !== 'running' && ticket?.state !== 'cancelling') return;
    if (ticket.plan.waves[ticket.wave]?.wave !== wave || endKey(wave, site) in ticket.ends) return;
    const lease = await needs.leases.take(`run ${id} ${site}`, site);
    if (!lease) throw new Later(2000);
    try {
      const plan = await needs.plans.plan(id, ticket.plan.round);
      if (!plan) throw new Error(`ticket ${id} has no plan of round ${ticket.plan.round}`);
      const ending = await underLocks(ticket, plan, site, wave, lease.held, needs);
      await needs.send([
        { job: 'tell', ticket: id, event: { id: `ended ${ticket.plan.round} ${wave} ${site}`, at: Date.now(), kind: 'ended', site, wave, ending } },
      ]);
    } finally {
      await lease.release();
    }
  },
});

async function underLocks(
  ticket: In<'running'> | In<'cancelling'>,
  plan: Plan,
  site: string,
  wave: number,
  held: () => boolean,
  needs: RunNeeds,
): Promise<Ending> {
  const mine = plan.steps.flatMap((step, i) => (step.on.site === site ? [i] : []));
  const { journal } = await needs.journals.read(ticket.id, ticket.plan.round);
  const begun = mine.some((i) => i in journal);
  if (ticket.state === 'cancelling' && !begun) return 'stopped';
  const locks = await needs.leases.lock(
    plan.locks.filter(({ name }) => name === site || name.startsWith(`${site}/`)),
    ticket.id,
  );
  if ('busy' in locks) {
    const by = say({ en: 'waiting: {name} is in use by {ticket}', zh: '等待中：{name} 正被 {ticket} 占用' }, { name: locks.name, ticket: locks.busy });
    await needs.send([{ job: 'tell', ticket: ticket.id, event: { id: `blocked ${site} ${locks.busy} ${ticket.rev}`, at: Date.now(), kind: 'blocked', by } }]);
    throw new Later(1000);
  }
  try {
    const changed = !begun && ticket.state === 'running' && (await needs.digestNow(ticket)) !== ticket.plan.parts[site];
    if (!held() || !locks.lease.held()) throw new Later(1000);
    if (changed) return 'changed';
    const steps = mine.filter((i) => (plan.steps[i]?.wave ?? 1) === wave);
    return await performSteps(plan, steps, ticket.plan.round, ticket.id, () => held() && locks.lease.held(), {
      ...needs,
      changed: async () => {
        const newest = await needs.tickets.get(ticket.id);
        if (newest) await needs.send(due(newest, Date.now()).flatMap((one) => (one.job === 'show' ? [{ ...one, rev: Date.now() }] : [])));
      },
    });
  } finally {
    // Whoever took over since holds the same locks for the same ticket: they are no longer ours to release.
    if (held()) await locks.lease.release();
    else locks.lease.forget();
  }
}
