import { encode, plain } from '../../core/call.ts';
import type { Params } from '../../core/types.ts';

/** Parameters as a form: strictly percent-encoded, a list as one parameter a value, booleans as 1 and 0. `=` within a value would end it (PVE splits without a limit). */
export function form(params: Params = {}): string {
  return Object.entries(params)
    .flatMap(([name, value]) => (typeof value === 'object' ? value : [value]).map((one) => `${encode(name)}=${encode(plain(one))}`))
    .join('&');
}

/** A path with its parameters as a query. */
export function query(path: string, params?: Params): string {
  const text = form(params);
  return text === '' ? path : `${path}?${text}`;
}
