import { type Table, text } from '../params.ts';
import { type Answer, type Ask, type Gate, ok, type Route } from '../route.ts';
import type { Fields } from '../world.ts';
import { entriesAt, filled, named, settings, writable } from './kept.ts';

/** One thing that is shown and changed as a whole, such as a node's name servers. */
export interface Single {
  readonly path: string;
  readonly audit?: Gate;
  readonly modify?: Gate;
  /** What it is as long as nobody has changed it. */
  readonly plain?: (ask: Ask) => Fields;
  readonly fields?: string;
  readonly kinds?: Table;
  /** Beside the fields; default `delete digest`. */
  readonly edits?: string;
  /** How it is changed; default PUT. */
  readonly method?: 'PUT' | 'POST';
  /** What limits a look at it. */
  readonly looks?: string;
  /** It is there to be seen only. */
  readonly fixed?: true;
}

/** The calls of a single thing. */
export function single({
  path,
  audit,
  modify,
  plain,
  fields = '*',
  kinds,
  edits = 'delete digest',
  method = 'PUT',
  looks = '',
  fixed,
}: Single): readonly Route[] {
  const open = fields === '*' ? { more: () => text(65_536) } : {};
  const look: Route = { method: 'GET', path, params: named(looks), ...(audit ? { gate: audit } : {}), run: (ask) => ok(now(path, plain, ask)) };
  const params = { ...named(fields, kinds), ...named(edits) };
  const write: Route = { method, path, ...(modify ? { gate: modify } : {}), ...open, params, run: (ask) => set(path, plain, ask) };
  return fixed ? [look] : [look, write];
}

function now(path: string, plain: Single['plain'], ask: Ask): Fields {
  return entriesAt(ask.world, filled(path, ask)).get('') ?? plain?.(ask) ?? {};
}

function set(path: string, plain: Single['plain'], ask: Ask): Answer {
  const next: Fields = { ...now(path, plain, ask), ...settings(ask) };
  writable(ask.world, 'cfg');
  for (const name of ask.given.list('delete')) delete next[name];
  entriesAt(ask.world, filled(path, ask)).set('', next);
  return ok();
}
