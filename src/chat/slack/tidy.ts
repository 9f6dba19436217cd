import type { Doubt } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';
import type { Copies } from './copies.ts';
import type { Poster } from './poster.ts';
import { whereOf } from './show.ts';

/** Deletes what Slack did late, and so came to stand besides the message that stays. What it does not let be deleted stays, and is said in the log. */
export async function tidy({ place, card, key, began, stays, room }: Doubt, { poster, copies, log }: { poster: Poster; copies: Copies; log: Log }) {
  const meant = await whereOf(place, card, poster);
  const spots = [meant, ...(room === undefined || room === meant.room ? [] : [{ room, thread: undefined }])];
  const found = (await Promise.all(spots.map((spot) => copies.of(key, { ...spot, began })))).flat();
  const kept = stays ?? found[0]?.id;
  for (const copy of found.filter(({ id }) => id !== kept)) {
    const refused = await poster.remove(copy);
    if (refused !== undefined) log(`slack: ${key} stands twice in ${copy.room}, and ${copy.id} cannot be deleted: ${refused}`);
  }
}
