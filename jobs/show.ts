import { z } from 'zod';
import { place } from '../src/core/place.ts';
import { job } from '../src/core/ports.ts';
import type { Place } from '../src/core/types.ts';

/** What showing a card takes. */
export interface ShowNeeds {
  /** Whether this place has seen this revision of the ticket, or a newer one. */
  isShown(card: string, rev: number, place: Place): Promise<boolean>;
  /** Sees to it that the newest version of a card comes to a place, whatever happens after this has resolved. */
  show(card: string, place: Place, lane: number): Promise<void>;
}

/** Shows the newest version of a card in one place. `unless`: not needed where this revision of the ticket was shown meanwhile. */
export default job({
  name: 'show',
  payload: z.object({ card: z.string(), place, lane: z.number().default(1), unless: z.number().optional() }),
  async take({ card, place, lane, unless }, { show, isShown }: ShowNeeds) {
    if (unless === undefined || !(await isShown(card, unless, place))) await show(card, place, lane);
  },
});
