import { z } from 'zod';
import { tendBeats } from '../src/core/alerts/beats.ts';
import { tendErrands } from '../src/core/alerts/errands.ts';
import { type TendNeeds, tendSelf } from '../src/core/alerts/self.ts';
import { tendSilences } from '../src/core/alerts/silencing.ts';
import { tendAlerts } from '../src/core/alerts/tend.ts';
import { tendWatches } from '../src/core/alerts/watching.ts';
import { job } from '../src/core/ports.ts';
import { tendSchedules } from '../src/core/schedules/tend.ts';

/** How often alerts are looked after, in milliseconds. */
export const TEND_EVERY = 5000;

/** What each desk is about: what takes longer than until the next time is not begun again meanwhile, or it would take the place of what sources say. */
const busy = new WeakMap<TendNeeds, Set<string>>();

/** Does what is due by the clock: escalations, silences that end, heartbeats that did not come, verdicts, what is to be asked. */
export default job({
  name: 'tend',
  payload: z.object({}),
  async take(_payload, needs: TendNeeds) {
    const own = busy.get(needs) ?? new Set<string>();
    busy.set(needs, own);
    async function once(name: string, part: () => Promise<void>): Promise<void> {
      if (own.has(name)) return;
      own.add(name);
      // One keeps no other from being done.
      await part().catch((error: unknown) => needs.log('what was due by the clock was not done', error));
      own.delete(name);
    }
    await Promise.all([
      once('silences', () => tendSilences(needs)),
      once('errands', () => tendErrands(Date.now(), needs)),
      once('alerts', () => tendAlerts(needs, TEND_EVERY)),
      once('self', () => tendSelf(needs)),
      once('beats', () => tendBeats(needs)),
      once('schedules', () => tendSchedules(Date.now(), needs)),
      once('watches', () => tendWatches(Date.now(), needs)),
    ]);
  },
});
