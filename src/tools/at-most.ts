import { list, type Said, say, type Value } from '../core/words.ts';

/** The first of many, and how many more there are; `none` of none. */
export function atMost(items: readonly Value[], most = 20): Said {
  if (items.length === 0) return say({ en: 'none', zh: '无' });
  const rest = items.length - most;
  return list(rest > 0 ? [...items.slice(0, most), say({ en: 'and {rest} more', zh: '等另外 {rest} 个' }, { rest })] : items);
}
