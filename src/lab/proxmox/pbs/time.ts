/** Seconds the server's time zone, `Etc/GMT-1`, is ahead of UTC. */
export const AHEAD = 3600;

/** `2025-09-22T14:31:04+01:00`, as log lines begin. `at` in seconds since the epoch. */
export function stamp(at: number): string {
  return `${new Date((at + AHEAD) * 1000).toISOString().slice(0, 19)}+01:00`;
}

/** The server's local date, hour, ISO week, month and year that a time falls into, by what a backup is kept for. */
export function periods(at: number): { readonly [period in 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly']: string } {
  const local = new Date((at + AHEAD) * 1000);
  const text = local.toISOString();
  return { hourly: text.slice(0, 13), daily: text.slice(0, 10), weekly: week(local), monthly: text.slice(0, 7), yearly: text.slice(0, 4) };
}

/** ISO 8601: the week belongs to the year its Thursday is in. */
function week(date: Date): string {
  const thursday = new Date(date);
  thursday.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const days = (thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / 86_400_000;
  return `${thursday.getUTCFullYear()}-W${Math.floor(days / 7) + 1}`;
}

/** Bytes as logs say them, such as `1.5 GiB`. */
export function human(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** step;
  return `${step === 0 ? value : Number(value.toPrecision(4))} ${units[step]}`;
}
