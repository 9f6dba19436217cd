import { needs } from '../gates.ts';
import { text } from '../params.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { entriesAt, writable } from './kept.ts';
import { names, poolAt } from './poolsets.ts';

const POOLS = '/pools';
const gate = needs('/pool/{poolid}', 'Pool.Allocate');

/** Pools are made and taken away. */
export const POOL_KEEP: readonly Route[] = [
  { method: 'POST', path: POOLS, gate, params: { 'poolid!': text(), comment: text() }, run: add },
  { method: 'DELETE', path: POOLS, gate, params: { 'poolid!': text() }, run: remove },
  { method: 'DELETE', path: `${POOLS}/{poolid}`, gate, run: remove },
];

function add(ask: Ask): Answer {
  const poolid = ask.text('poolid');
  if (!/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/.test(poolid)) throw badParams({ poolid: `invalid format - value does not look like a valid pool ID\n` });
  if (entriesAt(ask.world, POOLS).has(poolid)) throw die(`create pool failed: pool '${poolid}' already exists`);
  writable(ask.world, 'user_cfg');
  entriesAt(ask.world, POOLS).set(poolid, { poolid, ...(ask.given.has('comment') ? { comment: ask.text('comment') } : {}) });
  return ok();
}

function remove(ask: Ask): Answer {
  const { vms, storage } = poolAt(ask);
  if (names(vms).length + names(storage).length > 0) throw die(`delete pool failed: pool '${ask.text('poolid')}' is not empty`);
  writable(ask.world, 'user_cfg');
  entriesAt(ask.world, POOLS).delete(ask.text('poolid'));
  return ok();
}
