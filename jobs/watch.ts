import { z } from 'zod';
import { askWatch } from '../src/core/alerts/watching.ts';
import { job } from '../src/core/ports.ts';
import type { SettleNeeds } from '../src/core/settle.ts';

/** Asks a watch's line. `run`: the id of the message, the same however often it is delivered. */
export default job({
  name: 'watch',
  payload: z.object({ watch: z.string().max(100), run: z.string().default('') }),
  take: ({ watch, run }, needs: SettleNeeds) => askWatch(watch, run, Date.now(), needs),
});
