import { needs, needsAny } from '../gates.ts';
import { checkWritable, guestAt } from '../guests/find.ts';
import { digestOf } from '../guests/pending.ts';
import { known, remove, rollback, take } from '../guests/snapshots.ts';
import * as kinds from '../kinds.ts';
import { bool, text } from '../params.ts';
import { die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork, type Work } from '../tasks.ts';
import type { Guest } from '../world.ts';

type Type = Guest['type'];

/** Snapshots of guests. */
export const SNAPSHOTS: readonly Route[] = (['qemu', 'lxc'] as const).flatMap((type): readonly Route[] => {
  const path = `/nodes/{node}/${type}/{vmid}/snapshot`;
  const gate = needs('/vms/{vmid}', 'VM.Snapshot');
  const either = needsAny('/vms/{vmid}', 'VM.Snapshot', 'VM.Snapshot.Rollback', 'VM.Audit');
  return [
    { method: 'GET', path, gate: needs('/vms/{vmid}', 'VM.Audit'), run: (ask) => list(ask, type) },
    {
      method: 'POST',
      path,
      gate,
      params: { 'snapname!': kinds.snapname, description: text(), ...(type === 'qemu' ? { vmstate: bool } : {}) },
      run: (ask) => create(ask, type),
    },
    { method: 'DELETE', path: `${path}/{snapname}`, gate, params: { force: bool }, run: (ask) => destroy(ask, type) },
    { method: 'GET', path: `${path}/{snapname}`, gate: either, run: () => ok([{ cmd: 'rollback' }, { cmd: 'config' }]) },
    { method: 'GET', path: `${path}/{snapname}/config`, gate: either, run: (ask) => config(ask, type) },
    { method: 'PUT', path: `${path}/{snapname}/config`, gate, params: { description: text() }, run: (ask) => describe(ask, type) },
    {
      method: 'POST',
      path: `${path}/{snapname}/rollback`,
      gate: needsAny('/vms/{vmid}', 'VM.Snapshot', 'VM.Snapshot.Rollback'),
      params: { start: bool },
      run: (ask) => back(ask, type),
    },
  ];
});

function list(ask: Ask, type: Type): Answer {
  const guest = guestAt(ask, type);
  const rows = guest.snapshots.map(({ name, at, description, parent, vmstate, state }) => ({
    ...{ name, snaptime: at, description },
    ...(parent === undefined ? {} : { parent }),
    ...(type === 'qemu' ? { vmstate: vmstate ? 1 : 0 } : {}),
    ...(state === undefined ? {} : { snapstate: state }),
  }));
  const here = { name: 'current', description: 'You are here!', digest: digestOf(guest), running: guest.status === 'stopped' ? 0 : 1 };
  return ok([...rows, { ...here, ...(guest.parent === undefined ? {} : { parent: guest.parent }) }]);
}

function forked(ask: Ask, guest: Guest, verb: string, work: (work: Work) => Promise<void>): Answer {
  const type = `${guest.type === 'qemu' ? 'qm' : 'vz'}${verb}`;
  return ok(fork(ask.world, { node: ask.at.name, type, id: String(guest.vmid), user: ask.who.id }, work));
}

function create(ask: Ask, type: Type): Answer {
  const guest = guestAt(ask, type);
  const name = ask.text('snapname');
  if (name === 'current' || name === 'pending') throw die(`unable to use snapshot name '${name}' (reserved name)`);
  const how = { name, description: ask.text('description'), vmstate: ask.given.flag('vmstate') ?? false };
  return forked(ask, guest, 'snapshot', (work) => take(work, guest, how));
}

function destroy(ask: Ask, type: Type): Answer {
  const guest = guestAt(ask, type);
  return forked(ask, guest, 'delsnapshot', (work) => remove(work, guest, ask.text('snapname'), ask.given.flag('force') ?? false));
}

function back(ask: Ask, type: Type): Answer {
  const guest = guestAt(ask, type);
  return forked(ask, guest, 'rollback', (work) => rollback(work, guest, ask.text('snapname'), ask.given.flag('start') ?? false));
}

function config(ask: Ask, type: Type): Answer {
  const { at, description, parent, config: kept } = known(guestAt(ask, type), ask.text('snapname'));
  return ok({ ...kept, snaptime: at, description, ...(parent === undefined ? {} : { parent }) });
}

function describe(ask: Ask, type: Type): Answer {
  const guest = guestAt(ask, type);
  const found = known(guest, ask.text('snapname'));
  checkWritable(ask.world, guest);
  guest.snapshots = guest.snapshots.map((one) => (one === found ? { ...one, description: ask.text('description') } : one));
  return ok();
}
