import { canonical } from './digest.ts';

/** The value at a place such as `data.ha.managed` or `data.0.status` in an answer; undefined where there is none. An empty place is the whole. */
export function pick(value: unknown, place: string): unknown {
  return place === '' ? value : place.split('.').reduce<unknown>(inner, value);
}

function inner(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

/** A value of an answer as text, so that `1`, `"1"` and `true` compare equal; undefined for null and for none. */
export function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'object' ? canonical(value) : String(value);
}
