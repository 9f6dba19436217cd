import type { JournalEntry } from './journal.ts';

/** Messages of one unit that differ in numbers only. */
export interface Shape {
  readonly unit: string;
  readonly shape: string;
  readonly count: number;
  /** The newest, in milliseconds since the epoch. */
  readonly last: number;
}

/** What stays of a message when all that changes from one to the next is taken out: numbers, ids, addresses, quoted names. */
export function shapeOf(text: string): string {
  return (text.split('\n', 1)[0] ?? '')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '…')
    .replace(/\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b/gi, '…')
    .replace(/\d+(?:[.:]\d+)*/g, '…')
    .replace(/(?:…[\s,:./-]*){3,}/g, '… ')
    .trim()
    .slice(0, 160);
}

/** Entries by unit and shape, the most frequent first. */
export function shapes(entries: readonly JournalEntry[]): Shape[] {
  const found = new Map<string, Shape>();
  for (const { unit, by, text, at } of entries) {
    // What a session wrote says who wrote it: its scope has another number every time.
    const shape = { unit: (unit === '' || unit.endsWith('.scope') ? by : unit).replace(/\.service$/, ''), shape: shapeOf(text) };
    const key = JSON.stringify(shape);
    const known = found.get(key);
    found.set(key, { ...shape, count: (known?.count ?? 0) + 1, last: Math.max(known?.last ?? 0, at) });
  }
  return [...found.values()].sort((a, b) => b.count - a.count || b.last - a.last);
}
