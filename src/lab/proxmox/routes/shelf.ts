import { createHash } from 'node:crypto';
import { type Kind, type Table, text } from '../params.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, type Gate, ok, type Route } from '../route.ts';
import type { Fields, World } from '../world.ts';
import { entriesAt, filled, named, settings, writable } from './kept.ts';

/** A list of things in a configuration file of the cluster: they are shown, made, changed and taken away. */
export interface Shelf {
  /** Of the list; names in braces are filled in. */
  readonly path: string;
  /** The field with a thing's name, which is the last part of its path as well. */
  readonly id: string;
  readonly audit?: Gate;
  readonly modify?: Gate;
  /** Fields that may be set, `!` after those that must be when it is made; `*` or nothing: any other, too. */
  readonly fields?: string;
  /** Fields of a change only; default `delete digest`. */
  readonly edits?: string;
  /** What limits a look at one of them. */
  readonly looks?: string;
  /** Kinds of the fields that are more than text. */
  readonly kinds?: Table;
  /** What messages call a thing. */
  readonly what: string;
  /** Things that are always there. */
  readonly fixed?: (world: World) => readonly Fields[];
  /** Which of the usual calls there are; default `list add one change remove`. */
  readonly calls?: string;
}

const any = (): Kind => text(65_536);

/** The calls of a list. */
export function shelf(kept: Shelf): readonly Route[] {
  const { path, id, audit, modify, fields = '*', edits = 'delete digest', looks = '', calls = 'list add one change remove' } = kept;
  const [look, write] = [audit ? { gate: audit } : {}, modify ? { gate: modify } : {}];
  const one = `${path}/{${id}}`;
  const table = named(fields, kept.kinds);
  const open = /(^| )\*$/.test(fields) ? { more: any } : {};
  const { [id]: _, ...optional } = Object.fromEntries(Object.entries(table).map(([name, kind]) => [name.replace('!', ''), kind]));
  const extra = named(edits);
  // What a change must say, it may not leave out.
  const changes = Object.fromEntries(Object.entries(optional).filter(([name]) => !(`${name}!` in extra)));
  const all: { readonly [call: string]: Route } = {
    list: { method: 'GET', path, ...look, more: any, run: (ask) => ok(entries(kept, ask).map((entry) => shown(entry, kept, ask))) },
    add: { method: 'POST', path, ...write, ...open, params: { ...table, [`${id}!`]: text() }, run: (ask) => add(kept, ask) },
    one: { method: 'GET', path: one, ...look, params: named(looks), run: (ask) => ok(shown(find(kept, ask), kept, ask)) },
    change: { method: 'PUT', path: one, ...write, ...open, params: { ...changes, ...extra }, run: (ask) => change(kept, ask) },
    remove: { method: 'DELETE', path: one, ...write, more: any, run: (ask) => remove(kept, ask) },
  };
  return calls.split(' ').flatMap((call) => all[call] ?? []);
}

function entries({ path, id, fixed }: Shelf, ask: Ask): readonly Fields[] {
  const own = [...entriesAt(ask.world, filled(path, ask)).values()];
  return [...(fixed?.(ask.world) ?? []).filter((one) => !own.some((other) => other[id] === one[id])), ...own];
}

function shown(entry: Fields, { path }: Shelf, ask: Ask): Fields {
  const all = [...entriesAt(ask.world, filled(path, ask)).values()];
  return { digest: createHash('sha1').update(JSON.stringify(all)).digest('hex'), ...entry };
}

function find(kept: Shelf, ask: Ask): Fields {
  const found = entries(kept, ask).find((entry) => String(entry[kept.id]) === ask.text(kept.id));
  if (!found) throw die(`${kept.what} '${ask.text(kept.id)}' does not exist`);
  return found;
}

function add(kept: Shelf, ask: Ask): Answer {
  const name = ask.text(kept.id);
  if (entries(kept, ask).some((entry) => String(entry[kept.id]) === name)) throw die(`${kept.what} '${name}' already exists`);
  writable(ask.world, `${kept.what.replace(/\W/g, '')}_cfg`);
  entriesAt(ask.world, filled(kept.path, ask)).set(name, settings(ask));
  return ok();
}

function change(kept: Shelf, ask: Ask): Answer {
  const found = find(kept, ask);
  const gone = ask.given.list('delete');
  for (const name of gone) if (ask.given.has(name)) throw badParams({ delete: `unable to delete '${name}', it is set at the same time` });
  writable(ask.world, `${kept.what.replace(/\W/g, '')}_cfg`);
  const next: Fields = { ...found, ...settings(ask) };
  for (const name of gone) delete next[name];
  entriesAt(ask.world, filled(kept.path, ask)).set(ask.text(kept.id), next);
  return ok();
}

function remove(kept: Shelf, ask: Ask): Answer {
  find(kept, ask);
  writable(ask.world, `${kept.what.replace(/\W/g, '')}_cfg`);
  entriesAt(ask.world, filled(kept.path, ask)).delete(ask.text(kept.id));
  return ok();
}
