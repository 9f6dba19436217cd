import { amount } from '../time.ts';
import { type Said, say } from '../words.ts';

/** Units of time and the next smaller, the largest first. Milliseconds. */
const UNITS = [
  { unit: 'd', size: 86_400_000, smaller: 3_600_000, both: { en: '{a} d {b} h', zh: '{a} 天 {b} 小时' } },
  { unit: 'h', size: 3_600_000, smaller: 60_000, both: { en: '{a} h {b} min', zh: '{a} 小时 {b} 分' } },
  { unit: 'min', size: 60_000, smaller: 1000, both: { en: '{a} min {b} s', zh: '{a} 分 {b} 秒' } },
] as const;

/** How long something took: `8 s`, `2 min 10 s`, `3 h 5 min`, `2 d 4 h`. */
export function took(ms: number): Said {
  const whole = Math.max(0, Math.round(ms / 1000)) * 1000;
  const found = UNITS.find(({ size }) => whole >= size);
  if (!found) return amount(whole / 1000, 's');
  const { unit, size, smaller, both } = found;
  const [a, b] = [Math.floor(whole / size), Math.floor((whole % size) / smaller)];
  return b === 0 ? amount(a, unit) : say(both, { a, b });
}
