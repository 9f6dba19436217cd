import { z } from 'zod';
import { job } from '../src/core/ports.ts';
import { render, type View } from '../src/core/render.ts';
import type { Card, Place } from '../src/core/types.ts';

/** What showing a card takes: the newest view of it, and the room it goes to. */
export interface ShowNeeds {
  view(card: string): Promise<View | undefined>;
  /** Whether this place has seen this revision of the ticket, or a newer one. */
  isShown(card: string, rev: number, place: Place): boolean;
  show(card: Card, place: Place, view: View): Promise<void>;
}

/** Shows the newest version of a card in one place. `unless`: not needed where this revision of the ticket was shown meanwhile. */
export default job({
  name: 'show',
  payload: z.object({ card: z.string(), place: z.object({ chat: z.string(), room: z.string() }), unless: z.number().optional() }),
  async take({ card, place, unless }, { view, show, isShown }: ShowNeeds) {
    if (unless !== undefined && isShown(card, unless, place)) return;
    const newest = await view(card);
    if (newest) await show(render(newest), place, newest);
  },
});
