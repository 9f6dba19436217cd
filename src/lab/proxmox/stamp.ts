/** A moment as logs write it: `2026-11-20 09:36:50`. */
export function stamp(at = Date.now()): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** Seconds as `00:01:05`. */
export function span(seconds: number): string {
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** Bytes as `1.7 GiB`. */
export function human(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [value, at] = [bytes, 0];
  for (; value >= 1024 && at < units.length - 1; at++) value /= 1024;
  return `${value.toFixed(1)} ${units[at]}`;
}
