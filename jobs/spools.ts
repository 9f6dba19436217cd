import { z } from 'zod';
import { HostError } from '../src/core/errors.ts';
import { job, type Log } from '../src/core/ports.ts';

/** How often old spools are removed from the hosts, in milliseconds. */
export const SPOOLS_EVERY = 86_400_000;
/** How long a step's claim and whole output stay on its host after its end, in days: longer than any ticket is looked after. */
const DAYS = 30;

/** What removing spools takes. */
export interface SpoolNeeds {
  readonly hosts: readonly string[];
  /** Removes what ended more than so many days ago from a host; how many there were. Throws HostError. */
  expire(host: string, days: number): Promise<number>;
  readonly log: Log;
}

/** Removes the spools of steps that ended long ago from the hosts of a site. A host that does not answer is left for the next time. */
export default job({
  name: 'spools',
  payload: z.object({}),
  async take(_payload, { hosts, expire, log }: SpoolNeeds) {
    for (const host of hosts) {
      try {
        await expire(host, DAYS);
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        log(`old spools stay on ${host}`, error.message);
      }
    }
  },
});
