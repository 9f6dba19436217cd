/** How long something took: `8 s`, `2 min 10 s`, `3 h 5 min`, `2 d 4 h`. */
export function took(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
  ] as const;
  const whole = Math.max(0, Math.round(ms / 1000)) * 1000;
  const first = units.findIndex(([, size]) => whole >= size);
  if (first < 0) return '0 s';
  const [one, size] = units[first] ?? ['s', 1000];
  const [two, smaller] = units[first + 1] ?? ['', 0];
  const rest = smaller === 0 ? 0 : Math.floor((whole % size) / smaller);
  return [`${Math.floor(whole / size)} ${one}`, ...(rest > 0 ? [`${rest} ${two}`] : [])].join(' ');
}
