import { int, oneOf, text } from '../params.ts';
import { badParams } from '../refused.ts';
import { type Answer, type Ask, type Gate, ok, type Route } from '../route.ts';
import type { Fields } from '../world.ts';
import { entriesAt, filled, settings, writable } from './kept.ts';

const RULE = {
  ...{ comment: text(), dest: text(512), dport: text(), enable: int(0), 'icmp-type': text(), iface: text(20), macro: text(128), pos: int(0) },
  ...{ log: oneOf('emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug', 'nolog'), proto: text(), source: text(512), sport: text() },
  digest: text(64),
};
const KINDS = { action: text(20), type: oneOf('in', 'out', 'forward', 'group') };

/** A list whose things are called by their places in it. */
export function rules(path: string, audit: Gate, modify: Gate): readonly Route[] {
  const one = `${path}/{pos}`;
  return [
    { method: 'GET', path, gate: audit, run: (ask) => ok(listed(path, ask).map((rule, pos) => ({ ...rule, pos }))) },
    { method: 'POST', path, gate: modify, params: { ...RULE, 'action!': KINDS.action, 'type!': KINDS.type }, run: (ask) => add(path, ask) },
    { method: 'GET', path: one, gate: audit, run: (ask) => ok({ ...listed(path, ask)[place(path, ask)], pos: place(path, ask) }) },
    { method: 'PUT', path: one, gate: modify, params: { ...RULE, ...KINDS, moveto: int(0), delete: text() }, run: (ask) => change(path, ask) },
    {
      method: 'DELETE',
      path: one,
      gate: modify,
      params: { digest: text(64) },
      run: (ask) => store(path, ask, listed(path, ask).toSpliced(place(path, ask), 1)),
    },
  ];
}

function listed(path: string, ask: Ask): readonly Fields[] {
  return [...entriesAt(ask.world, filled(path, ask)).values()];
}

function place(path: string, ask: Ask): number {
  const at = Number(ask.text('pos'));
  if (!listed(path, ask)[at]) throw badParams({ pos: `no rule at position ${ask.text('pos')}` });
  return at;
}

function add(path: string, ask: Ask): Answer {
  const at = ask.given.number('pos') ?? 0;
  return store(path, ask, listed(path, ask).toSpliced(at, 0, { enable: 0, ...settings(ask, 'pos', 'moveto', 'group', 'name', 'vnet') }));
}

function change(path: string, ask: Ask): Answer {
  const at = place(path, ask);
  const next: Fields = { ...listed(path, ask)[at], ...settings(ask, 'pos', 'moveto', 'group', 'name', 'vnet') };
  for (const name of ask.given.list('delete')) delete next[name];
  const rest = listed(path, ask).toSpliced(at, 1);
  return store(path, ask, rest.toSpliced(ask.given.number('moveto') ?? at, 0, next));
}

function store(path: string, ask: Ask, all: readonly Fields[]): Answer {
  writable(ask.world, 'firewall');
  ask.world.kept.set(filled(path, ask), new Map(all.map((rule, at) => [String(at), rule])));
  return ok();
}
