import { dayAndClock } from '../../core/time.ts';
import { type Said, say } from '../../core/words.ts';
import { span } from '../units.ts';

export const YES = say({ en: 'yes', zh: '是' });
export const NO = say({ en: 'no', zh: '否' });
export const NEVER = say({ en: 'never', zh: '从未' });

/** `2026-11-20 02:41`, in UTC; a dash where there is none. Seconds since the epoch. */
export function when(at: number | undefined): string {
  return at === undefined || at === 0 ? '-' : dayAndClock(at * 1000);
}

/** How long ago; `at` in seconds since the epoch, `now` in milliseconds. */
export function age(at: number, now: number): Said {
  return span(Math.max(0, now / 1000 - at));
}

/** `8 h ago`. */
export function ago(at: number, now: number): Said {
  return say({ en: '{age} ago', zh: '{age}前' }, { age: age(at, now) });
}

/** What verifying found. */
export function verifiedWords(state: 'ok' | 'failed' | undefined): Said {
  if (state === 'ok') return say({ en: 'ok', zh: '通过' });
  return state === 'failed' ? say({ en: 'FAILED', zh: '失败' }) : say({ en: 'never', zh: '从未' });
}
