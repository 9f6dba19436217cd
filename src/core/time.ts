import { type Said, say } from './words.ts';

/** `14:05`, in UTC. */
export function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

/** `2026-11-21 14:05`, in UTC. */
export function dayAndClock(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

/** A moment that is spoken of at another: `14:05`, with its day where that is another, in UTC. */
export function clockFrom(now: number, at: number): string {
  return dayAndClock(now).slice(0, 10) === dayAndClock(at).slice(0, 10) ? clock(at) : dayAndClock(at);
}

/** A span of time as it is written: a number and s, m, h or d, such as `30m`. */
export const SPAN = /^[1-9][0-9]{0,5}[smhd]$/;

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The milliseconds of a text that SPAN matches. */
export function spanMs(text: string): number {
  return Number(text.slice(0, -1)) * (UNITS[text.slice(-1)] ?? 0);
}

/** `7 d`, `12 h`, `14 min`, `90 s`. */
export function duration(ms: number): Said {
  if (ms >= 172_800_000) return amount(Math.round(ms / 86_400_000), 'd');
  if (ms >= 7_200_000) return amount(Math.round(ms / 3_600_000), 'h');
  return ms >= 120_000 ? amount(Math.round(ms / 60_000), 'min') : amount(Math.round(ms / 1000), 's');
}

/** So many of a unit of time. */
export function amount(n: number | string, unit: keyof typeof AMOUNTS): Said {
  return say(AMOUNTS[unit], { n });
}
const AMOUNTS = {
  d: { en: '{n} d', zh: '{n} 天' },
  h: { en: '{n} h', zh: '{n} 小时' },
  min: { en: '{n} min', zh: '{n} 分钟' },
  s: { en: '{n} s', zh: '{n} 秒' },
} as const;
