import { DIRECTORIES } from '../directories.ts';
import { text } from '../params.ts';
import { ok, type Route } from '../route.ts';

/** GET of a directory of the API: the names of what is in it. They come last, so that what lists something else is found first. */
export const INDEXES: readonly Route[] = Object.entries(DIRECTORIES).map(([path, [field, values]]): Route => {
  return { method: 'GET', path, more: () => text(), run: () => ok(values.split(' ').map((value) => ({ [field]: value }))) };
});
