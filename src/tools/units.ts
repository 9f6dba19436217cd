import { type Said, say } from '../core/words.ts';

/** `512 MiB`, `3.8 GiB`: binary prefixes, two significant digits at least. */
export function bytes(n: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let value = n;
  let at = 0;
  while (Math.round(value) >= 1024 && at < names.length - 1) {
    value /= 1024;
    at++;
  }
  return `${value < 10 && at > 0 ? value.toFixed(1) : Math.round(value)} ${names[at]}`;
}

/** `41 %`. */
export function percent(part: number, whole: number): string {
  return whole > 0 ? `${Math.round((100 * part) / whole)} %` : '-';
}

/** A span in days, hours or minutes, whichever is the largest that fits. */
export function span(secs: number): Said {
  const [n, words] =
    secs >= 172_800
      ? [Math.floor(secs / 86_400), { en: '{n} days', zh: '{n} 天' }]
      : secs >= 7200
        ? [Math.floor(secs / 3600), { en: '{n} h', zh: '{n} 小时' }]
        : secs >= 120
          ? [Math.floor(secs / 60), { en: '{n} min', zh: '{n} 分钟' }]
          : [Math.floor(secs), { en: '{n} s', zh: '{n} 秒' }];
  return say(words, { n });
}
