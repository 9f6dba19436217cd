import * as kinds from '../kinds.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { jobRow, seen, sourceOf } from './replications.ts';

/** Copies of guests that are kept on another node: how they are. */
export const REPLICATION: readonly Route[] = [
  { method: 'GET', path: '/cluster/replication', run: jobs },
  { method: 'GET', path: '/nodes/{node}/replication', params: { guest: kinds.vmid }, run: states },
];

function jobs(ask: Ask): Answer {
  return ok(seen(ask).map((job) => jobRow(ask.world, job)));
}

function states(ask: Ask): Answer {
  const { world, at, given } = ask;
  const quarter = 900;
  const last = Math.floor(Date.now() / 1000 / quarter) * quarter;
  const here = seen(ask).filter(({ guest }) => sourceOf(world, guest) === at.name && (given.number('guest') ?? guest) === guest);
  return ok(
    here.map(({ id, guest, target, schedule, error }) => ({
      ...{ id, guest, vmtype: world.guests.get(guest)?.type ?? 'qemu', jobnum: Number(id.split('-')[1]), source: at.name, target, type: 'local', schedule },
      ...{
        last_try: last,
        next_sync: last + quarter,
        duration: 4.2,
        fail_count: error === undefined ? 0 : 1,
        last_sync: error === undefined ? last : last - quarter,
      },
      ...(error === undefined ? {} : { error }),
    })),
  );
}
