import { z } from 'zod';
import type { Errand } from '../src/core/alerts/errand.ts';
import { thereMatcher } from '../src/core/alerts/there.ts';
import { job } from '../src/core/ports.ts';

const payload = z.union([
  z.object({
    errand: z.literal('hush'),
    source: z.string(),
    silence: z.string(),
    matchers: z.array(thereMatcher),
    until: z.number(),
    by: z.string(),
    reason: z.string(),
  }),
  z.object({ errand: z.literal('unhush'), source: z.string(), silence: z.string(), there: z.string() }),
]);

/** How often it is looked what fires at sources that can be asked, in milliseconds. */
export const PULL_EVERY = 30_000;

/** What doing something at a source takes. */
export interface ErrandNeeds {
  /** Done again it changes nothing. Tells the desk what became of it. */
  run(errand: Errand): Promise<void>;
}

/** Does something at a source of alerts. */
export default job({
  name: 'errand',
  payload,
  async take(errand, { run }: ErrandNeeds) {
    await run(errand);
  },
});
