const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Formats a moment as strftime does, in UTC. */
export function strftime(format: string, ms: number): string {
  const at = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const fields: { readonly [letter: string]: () => string } = {
    '%': () => '%',
    a: () => DAYS[at.getUTCDay()] ?? '',
    b: () => MONTHS[at.getUTCMonth()] ?? '',
    d: () => two(at.getUTCDate()),
    e: () => String(at.getUTCDate()).padStart(2),
    F: () => strftime('%Y-%m-%d', ms),
    H: () => two(at.getUTCHours()),
    j: () => String(Math.floor((ms - Date.UTC(at.getUTCFullYear(), 0, 1)) / 86_400_000) + 1).padStart(3, '0'),
    M: () => two(at.getUTCMinutes()),
    m: () => two(at.getUTCMonth() + 1),
    N: () => `${String(at.getUTCMilliseconds()).padStart(3, '0')}000000`,
    n: () => '\n',
    R: () => strftime('%H:%M', ms),
    S: () => two(at.getUTCSeconds()),
    s: () => String(Math.floor(ms / 1000)),
    T: () => strftime('%H:%M:%S', ms),
    u: () => String(at.getUTCDay() || 7),
    Y: () => String(at.getUTCFullYear()),
    y: () => two(at.getUTCFullYear() % 100),
    Z: () => 'UTC',
    z: () => '+0000',
  };
  return format.replace(/%(.)/g, (whole, letter: string) => fields[letter]?.() ?? whole);
}

/** A moment as systemd prints it. */
export function systemdTime(ms: number | undefined): string {
  return ms === undefined ? '' : strftime('%a %F %T UTC', ms);
}
