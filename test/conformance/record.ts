/** A JSON object. */
export type Fields = { readonly [name: string]: unknown };

/** Whether a value is a JSON object. */
export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; nothing when it is none. */
export function records(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A field as text; undefined where there is none. */
export function text(record: Fields, name: string): string | undefined {
  const value = record[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** A field as a number; undefined where it is none. */
export function number(record: Fields, name: string): number | undefined {
  const value = record[name];
  return (typeof value === 'number' || (typeof value === 'string' && value !== '')) && Number.isFinite(Number(value)) ? Number(value) : undefined;
}

/** The scalar fields, but those left out. */
export function scalars(record: Fields, ...without: readonly string[]): { [name: string]: string | number } {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) =>
      !without.includes(name) && (typeof value === 'string' || typeof value === 'number') ? [[name, value]] : [],
    ),
  );
}

/** Takes each of the objects of a list. */
export function each(value: unknown, take: (entry: Fields) => unknown): void {
  for (const entry of records(value)) take(entry);
}
