import { z } from 'zod';
import { job } from '../src/core/ports.ts';
import { render, type View } from '../src/core/render.ts';
import type { Card, Place } from '../src/core/types.ts';

/** What showing a card takes: the newest view of it, and the room it goes to. */
export interface ShowNeeds {
  view(card: string): Promise<View | undefined>;
  show(card: Card, place: Place, view: View): Promise<void>;
}

/** Shows the newest version of a card in one place; the job names no version. */
export default job({
  name: 'show',
  payload: z.object({ card: z.string(), place: z.object({ chat: z.string(), room: z.string() }) }),
  async take({ card, place }, { view, show }: ShowNeeds) {
    const newest = await view(card);
    if (newest) await show(render(newest), place, newest);
  },
});
