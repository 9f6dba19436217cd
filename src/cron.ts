import { Cron as Line } from 'croner';
import { isZone } from '../config/authority.ts';
import type { Cron } from './core/schedules/schedule.ts';

/** Five fields and no more: seconds, years and nicknames are not cron lines here. */
const FIELDS = /^\S+( \S+){4}$/;

/** The next time of a cron line by the clocks of a zone. What falls into an hour that is left out is done right after it; what comes twice is done once. */
export const cron: Cron = (line, zone, after) => {
  if (!FIELDS.test(line.trim())) throw new RangeError('five fields: minute, hour, day of month, month, day of week');
  if (!isZone(zone)) throw new RangeError(`there is no time zone “${zone}”`);
  try {
    return new Line(line.trim(), { timezone: zone, mode: '5-part' }).nextRun(new Date(after))?.getTime();
  } catch (error) {
    throw new RangeError(error instanceof Error ? error.message : String(error));
  }
};
