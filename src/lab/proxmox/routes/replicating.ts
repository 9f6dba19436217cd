import { needs } from '../gates.ts';
import { die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { type Fields, seconds } from '../world.ts';
import { entriesAt } from './kept.ts';

/** How long the scheduler takes to notice, and a copy to be made, in milliseconds before the pace. */
const NOTICED_MS = 2000;
const COPIED_MS = 4000;
const QUARTER = 900;
const job = '/nodes/{node}/replication/{id}';

/** A replication that is asked for by hand, and the record of it. They come before those that keep none. */
export const REPLICATING: readonly Route[] = [
  { method: 'POST', path: `${job}/schedule_now`, gate: needs('/vms', 'VM.Replicate'), run: begin },
  { method: 'GET', path: `${job}/status`, run: (ask) => ok(record(ask)) },
];

/** What was asked for by hand, by the job's id. */
const records = ({ world }: Ask) => entriesAt(world, 'replications by hand');

function find({ world, at, text: part }: Ask) {
  const found = world.replications.find(({ id }) => id === part('id'));
  const guest = found && world.guests.get(found.guest);
  if (!found || guest?.node !== at.name) throw die(`no such replication job '${part('id')}'`);
  return { found, guest };
}

function record(ask: Ask): Fields {
  const { found, guest } = find(ask);
  const { error, ...rest } = found;
  const last = Math.floor(seconds() / QUARTER) * QUARTER;
  const came = error === undefined ? { last_sync: last, fail_count: 0 } : { last_sync: last - QUARTER, fail_count: 1, error };
  const own = { ...rest, type: 'local', source: ask.at.name, vmtype: guest.type, jobnum: Number(found.id.split('-')[1]) };
  return { ...own, last_try: last, next_sync: last + QUARTER, duration: 4.2, ...came, ...records(ask).get(found.id) };
}

/** Nothing is begun by the call itself: the scheduler sees that it was never tried. */
function begin(ask: Ask): Answer {
  const { found } = find(ask);
  const { timers, pace } = ask.world;
  const all = records(ask);
  all.set(found.id, { ...all.get(found.id), last_try: 0, next_sync: QUARTER });
  timers.after(NOTICED_MS * pace, () => {
    const tried = seconds();
    const during = { last_try: tried, next_sync: tried + QUARTER };
    all.set(found.id, { ...during, pid: 4711 });
    timers.after(COPIED_MS * pace, () => all.set(found.id, found.error === undefined ? { ...during, last_sync: tried } : during));
  });
  return ok();
}
