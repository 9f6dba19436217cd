import { needs } from '../gates.ts';
import { type Copy, checkCopy, clone } from '../guests/clone.ts';
import { managedBy } from '../guests/crm.ts';
import { destroy } from '../guests/destroy.ts';
import { disksOf } from '../guests/disks.ts';
import { checkLock, checkQuorum, guestAt } from '../guests/find.ts';
import { resize } from '../guests/resize.ts';
import { hasFeature } from '../guests/snapshots.ts';
import * as kinds from '../kinds.ts';
import { bool, int, matching, oneOf, text } from '../params.ts';
import { demand } from '../permissions.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork, type Work } from '../tasks.ts';
import type { Guest } from '../world.ts';

type Type = Guest['type'];

/** What is done with whole guests: copy, grow, make a template, destroy. */
export const GUESTS: readonly Route[] = (['qemu', 'lxc'] as const).flatMap((type): readonly Route[] => {
  const path = `/nodes/{node}/${type}/{vmid}`;
  const qemu = type === 'qemu';
  const copying = {
    'newid!': kinds.vmid,
    description: text(),
    full: bool,
    snapname: kinds.snapname,
    storage: kinds.storage,
    target: kinds.node,
    bwlimit: int(0),
    pool: text(),
  };
  return [
    {
      method: 'POST',
      path: `${path}/clone`,
      gate: needs('/vms/{vmid}', 'VM.Clone'),
      params: { ...copying, ...(qemu ? { name: kinds.dnsName, format: oneOf('raw', 'qcow2', 'vmdk') } : { hostname: kinds.dnsName }) },
      run: (ask) => copy(ask, type),
    },
    {
      method: 'PUT',
      path: `${path}/resize`,
      gate: needs('/vms/{vmid}', 'VM.Config.Disk'),
      params: {
        'disk!': qemu ? kinds.drive : kinds.mount,
        'size!': matching(/^\+?\d+(\.\d+)?[KMGT]?$/),
        digest: kinds.digest,
        ...(qemu ? { skiplock: bool } : {}),
      },
      run: (ask) => forked(ask, guestAt(ask, type), 'resize', (work, guest) => resize(work, guest, ask.text('disk'), ask.text('size'), ask.text('digest'))),
    },
    {
      method: 'GET',
      path: `${path}/feature`,
      gate: needs('/vms/{vmid}', 'VM.Audit'),
      params: { 'feature!': oneOf('snapshot', 'clone', 'copy'), snapname: kinds.snapname },
      run: (ask) => feature(ask, type),
    },
    {
      method: 'POST',
      path: `${path}/template`,
      gate: needs('/vms/{vmid}', 'VM.Allocate'),
      ...(qemu ? { params: { disk: kinds.drive } } : {}),
      run: (ask) => template(ask, type),
    },
    {
      method: 'DELETE',
      path,
      gate: needs('/vms/{vmid}', 'VM.Allocate'),
      params: { purge: bool, 'destroy-unreferenced-disks': bool, ...(qemu ? { skiplock: bool } : { force: bool }) },
      run: (ask) => remove(ask, type),
    },
  ];
});

function forked(ask: Ask, guest: Guest, type: string, what: (work: Work, guest: Guest) => Promise<void>): Answer {
  return ok(fork(ask.world, { node: ask.at.name, type, id: String(guest.vmid), user: ask.who.id }, (work) => what(work, guest)));
}

function copy(ask: Ask, type: Type): Answer {
  const { world, given, who, at } = ask;
  demand(who, `/vms/${given.number('newid') ?? 0}`, 'VM.Allocate');
  checkQuorum(world);
  const guest = guestAt(ask, type);
  const isTemplate = Number(guest.config.template ?? 0) === 1;
  const wanted: Copy = {
    newid: given.number('newid') ?? 0,
    node: ask.text('target') || at.name,
    full: given.flag('full') ?? !isTemplate,
    name: ask.text('name') || ask.text('hostname'),
    description: ask.text('description'),
    storage: ask.text('storage'),
    snapname: ask.text('snapname'),
  };
  if (!world.nodes.has(wanted.node)) throw die(`no such cluster node '${wanted.node}'`);
  if (wanted.storage !== '') demand(who, `/storage/${wanted.storage}`, 'Datastore.AllocateSpace');
  checkCopy(world, guest, wanted);
  return forked(ask, guest, type === 'qemu' ? 'qmclone' : 'vzclone', (work) => clone(work, guest, wanted));
}

function feature(ask: Ask, type: Type): Answer {
  const guest = guestAt(ask, type);
  const wanted = ask.text('feature');
  const has = hasFeature(ask.world, guest, wanted === 'snapshot' || wanted === 'clone' ? wanted : 'copy');
  return ok({ hasFeature: has ? 1 : 0, ...(type === 'qemu' ? { nodes: has ? [guest.node] : [] } : {}) });
}

function template(ask: Ask, type: Type): Answer {
  const guest = guestAt(ask, type);
  const { vmid, config } = guest;
  if (Number(config.template ?? 0) === 1) throw die(`you can't convert a template to a template`);
  if (guest.snapshots.length > 0) throw die(`unable to create template, because ${type === 'qemu' ? 'VM' : 'CT'} contains snapshots`);
  if (guest.status !== 'stopped')
    throw die(`you can't convert a ${type === 'qemu' ? 'VM' : 'CT'} to template if the ${type === 'qemu' ? 'VM' : 'CT'} is running`);
  checkLock(guest);
  const make = () => {
    for (const { key, cdrom } of disksOf(type, config))
      if (!cdrom) guest.config[key] = String(guest.config[key]).replace(`vm-${vmid}-disk`, `base-${vmid}-disk`);
    guest.config.template = 1;
  };
  if (type === 'qemu')
    return forked(ask, guest, 'qmtemplate', async (work) => {
      await work.wait(1500);
      make();
    });
  make();
  return ok();
}

function remove(ask: Ask, type: Type): Answer {
  const { world, given } = ask;
  if (given.flag('skiplock')) throw badParams({ skiplock: 'Only root may use this option.' });
  checkQuorum(world);
  const guest = guestAt(ask, type);
  const word = type === 'qemu' ? 'VM' : 'CT';
  if (Number(guest.config.protection ?? 0) === 1) throw die(`can't remove ${word} ${guest.vmid} - protection mode enabled`);
  if (managedBy(world, guest) && !given.flag('purge')) throw die(`unable to remove ${word} ${guest.vmid} - used in HA resources and purge parameter not set.`);
  if (guest.status !== 'stopped' && !given.flag('force'))
    throw die(type === 'qemu' ? `VM ${guest.vmid} is running - destroy failed` : `container is running - destroy failed`);
  return forked(ask, guest, type === 'qemu' ? 'qmdestroy' : 'vzdestroy', (work) => destroy(work, guest, given.flag('purge') ?? false));
}
