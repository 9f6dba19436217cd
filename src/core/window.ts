import { type Hours, isWithin } from './hours.ts';
import type { Policy } from './policy.ts';
import { type Said, say } from './words.ts';

/** When something may be done: from `opensAt` until before `closesAt`, in milliseconds since the epoch. */
export interface Window {
  readonly name: string;
  readonly opensAt: number;
  readonly closesAt: number;
}

const MINUTE = 60_000;
/** How far ahead an opening is looked for, in minutes: a fortnight, as a window may fall into the hour that a change of clocks leaves out. */
const AHEAD = 14 * 1440 + 120;

/** The window that is open now, or else the next to open; undefined when none opens within a fortnight. Clocks that are set forward or back count as they are on the wall. */
export function nextWindow(name: string, hours: readonly Hours[], now: number): Window | undefined {
  const isOpen = (at: number) => hours.some((one) => isWithin(one, at));
  const from = Math.ceil(now / MINUTE) * MINUTE;
  const opensAt = isOpen(now) ? now : first(from, isOpen);
  if (opensAt === undefined) return undefined;
  const closesAt = first(Math.floor(opensAt / MINUTE) * MINUTE + MINUTE, (at) => !isOpen(at)) ?? opensAt + AHEAD * MINUTE;
  return { name, opensAt, closesAt };
}

/** Whether the hours of this name, as they are now in the configuration, are open. */
export function isOpen({ hours }: Pick<Policy, 'hours'>, name: string, at: number): boolean {
  return (hours?.get(name) ?? []).some((one) => isWithin(one, at));
}

/** That a window is not open at a time when it was said to be. */
export function shut(window: string): Said {
  return say(
    { en: 'the hours of the window “{window}” were changed: it is not open now; ask again', zh: '窗口“{window}”的时间已更改：当前未开放；请重新提出' },
    { window },
  );
}

/** The first full minute from this one on of which this is so. */
function first(from: number, isSo: (at: number) => boolean): number | undefined {
  for (let i = 0; i <= AHEAD; i++) if (isSo(from + i * MINUTE)) return from + i * MINUTE;
  return undefined;
}
