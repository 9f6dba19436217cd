import { needsAny } from '../gates.ts';
import * as kinds from '../kinds.ts';
import { oneOf } from '../params.ts';
import { demand, may } from '../permissions.ts';
import { marks, parseKeep, typeOf } from '../retention.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';
import { seconds } from '../world.ts';
import { backupsAt } from './content.ts';

const path = '/nodes/{node}/storage/{storage}/prunebackups';
const gate = needsAny('/storage/{storage}', 'Datastore.Audit', 'Datastore.AllocateSpace');
const params = { 'prune-backups': kinds.prune, type: oneOf('qemu', 'lxc'), vmid: kinds.vmid };

/** Which backups a rule keeps, and their removal. */
export const PRUNE: readonly Route[] = [
  { method: 'GET', path, gate, params, run: (ask) => ok(marked(ask)) },
  { method: 'DELETE', path, params, run: prune },
];

function marked(ask: Ask) {
  const { given, world } = ask;
  const rule = given.text('prune-backups') || String(world.storages.get(ask.text('storage'))?.config['prune-backups'] ?? 'keep-all=1');
  const wanted = backupsAt(ask).filter(
    (backup) => (!given.has('vmid') || backup.vmid === given.number('vmid')) && (!given.has('type') || typeOf(backup) === given.text('type')),
  );
  return [...marks(wanted, parseKeep(rule))].map(([backup, mark]) => ({
    volid: backup.volid,
    vmid: backup.vmid,
    type: typeOf(backup),
    ctime: backup.at,
    mark,
  }));
}

function prune(ask: Ask): Answer {
  const { world, who, at, given } = ask;
  const storage = ask.text('storage');
  if (!may(who, `/storage/${storage}`, 'Datastore.Allocate')) {
    demand(who, `/storage/${storage}`, given.has('vmid') ? 'Datastore.AllocateSpace' : 'Datastore.Allocate');
    demand(who, `/vms/${given.number('vmid') ?? 0}`, 'VM.Backup');
  }
  const began = seconds();
  const task = { node: at.name, type: 'prunebackups', id: given.has('vmid') ? `${given.text('vmid')}@${storage}` : storage, user: who.id };
  return ok(
    fork(world, task, async ({ say, wait }) => {
      for (const { volid, mark, ctime } of marked(ask)) {
        if (mark !== 'remove' || ctime > began) continue;
        await wait(200);
        world.backups.remove(volid);
        say(`removing backup '${volid}'`);
      }
    }),
  );
}
