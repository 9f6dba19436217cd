import { needs } from '../gates.ts';
import { resource } from '../guests/figures.ts';
import { bool, oneOf, text } from '../params.ts';
import { may } from '../permissions.ts';
import { die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import type { Fields } from '../world.ts';
import { entriesAt, writable } from './kept.ts';
import { names, poolAt } from './poolsets.ts';

const gate = needs('/pool/{poolid}', 'Pool.Allocate');
const POOLS = '/pools';
const filter = { type: oneOf('qemu', 'lxc', 'storage') };
const members = { comment: text(), vms: text(), storage: text(), delete: bool, 'allow-move': bool };

/** Pools of guests and storages, and who is in them. */
export const POOL_ROUTES: readonly Route[] = [
  { method: 'GET', path: POOLS, params: { ...filter, poolid: text() }, run: list },
  { method: 'PUT', path: POOLS, gate, params: { ...members, 'poolid!': text() }, run: change },
  { method: 'GET', path: `${POOLS}/{poolid}`, gate: needs('/pool/{poolid}', 'Pool.Audit'), params: filter, run: (ask) => ok(whole(ask)) },
  { method: 'PUT', path: `${POOLS}/{poolid}`, gate, params: members, run: change },
];

function list(ask: Ask): Answer {
  if (ask.given.has('poolid')) return ok([{ poolid: ask.text('poolid'), ...whole(ask) }]);
  const all = [...entriesAt(ask.world, POOLS)].filter(([poolid]) => may(ask.who, `/pool/${poolid}`, 'Pool.Audit'));
  return ok(all.map(([poolid, { comment }]) => ({ poolid, ...(comment === undefined ? {} : { comment }) })));
}

function whole(ask: Ask): Fields {
  const { comment, vms, storage } = poolAt(ask);
  const guests = names(vms).flatMap((vmid) => ask.world.guests.get(Number(vmid)) ?? []);
  const storages = names(storage).flatMap((name) => ask.world.storages.get(name) ?? []);
  const all = [
    ...guests.map((guest) => resource(ask.world, guest)),
    ...storages.map(({ storage: name, type, config }) => ({
      id: `storage/${ask.at.name}/${name}`,
      type: 'storage',
      storage: name,
      plugintype: type,
      content: config.content,
    })),
  ];
  const type = ask.text('type');
  return { ...(comment === undefined ? {} : { comment }), members: all.filter((one) => type === '' || one.type === type) };
}

/** Adds members, or takes them out with `delete`. */
function change(ask: Ask): Answer {
  const pool = poolAt(ask);
  const { world, given } = ask;
  writable(world, 'user_cfg');
  if (given.has('comment')) pool.comment = given.text('comment');
  for (const what of ['vms', 'storage'] as const) {
    const [now, said] = [names(pool[what]), given.list(what)];
    for (const one of said) {
      if (what === 'vms' && !world.guests.has(Number(one))) throw die(`update pool failed: VM ${one} does not exist`);
      if (given.flag('delete') && !now.includes(one)) throw die(`update pool failed: ${what === 'vms' ? 'VM' : 'Storage'} '${one}' is not a pool member`);
      if (!given.flag('delete') && now.includes(one)) throw die(`update pool failed: ${what === 'vms' ? 'VM' : 'Storage'} '${one}' is already a pool member`);
    }
    pool[what] = (given.flag('delete') ? now.filter((one) => !said.includes(one)) : [...now, ...said]).join(',');
  }
  return ok();
}
