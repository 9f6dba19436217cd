import { needs } from '../gates.ts';
import { managedBy, requestMove } from '../guests/crm.ts';
import { disksOf } from '../guests/disks.ts';
import { checkLock, checkQuorum, guestAt } from '../guests/find.ts';
import { migrate } from '../guests/migrate.ts';
import { preflight } from '../guests/preflight.ts';
import * as kinds from '../kinds.ts';
import { bool, int, oneOf, type Table, text } from '../params.ts';
import { badParams, die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork, type Work } from '../tasks.ts';
import { type Guest, storageFault } from '../world.ts';

type Type = Guest['type'];

const COMMON: Table = { 'target!': kinds.node, online: bool, bwlimit: int(0) };
const MOVES: { readonly [type in Type]: Table } = {
  qemu: {
    ...{ ...COMMON, force: bool, 'with-local-disks': bool, 'with-conntrack-state': bool, targetstorage: kinds.storagePairs, migration_network: text() },
    migration_type: oneOf('secure', 'insecure'),
  },
  lxc: { ...COMMON, restart: bool, timeout: int(), 'target-storage': kinds.storagePairs },
};

/** Moves of guests, and what is known of one before it is begun. */
export const MIGRATE: readonly Route[] = (['qemu', 'lxc'] as const).flatMap((type): readonly Route[] => {
  const path = `/nodes/{node}/${type}/{vmid}/migrate`;
  const gate = needs('/vms/{vmid}', 'VM.Migrate');
  return [
    { method: 'GET', path, gate, params: { target: kinds.node }, run: (ask) => ok(preflight(ask.world, guestAt(ask, type))) },
    { method: 'POST', path, gate, params: MOVES[type], run: (ask) => move(ask, type) },
  ];
});

function move(ask: Ask, type: Type): Answer {
  const { world, at, given } = ask;
  const [target, online, restart] = [ask.text('target'), given.flag('online') ?? false, given.flag('restart') ?? false];
  checkQuorum(world);
  if (target === at.name) throw badParams({ target: 'target is local node.' });
  if (!world.nodes.has(target)) throw die(`no such cluster node '${target}'`);
  const guest = guestAt(ask, type);
  checkLock(guest);
  if (guest.status !== 'stopped') {
    if (type === 'qemu' && !online) throw die("can't migrate running VM without --online");
    if (type === 'lxc' && !online && !restart) throw die("can't migrate running container without --online or --restart");
  } else if (type === 'qemu' && !given.has('targetstorage')) {
    const missing = disksOf(type, guest.config).flatMap(({ storage, cdrom }) =>
      storage === undefined || cdrom ? [] : (listedFault(ask, storage, target) ?? []),
    );
    if (missing[0] !== undefined) throw die(missing[0]);
  }
  const managed = managedBy(world, guest);
  if (managed)
    return forked(ask, guest, 'hamigrate', async (work) => {
      work.say(`Requesting HA migration for ${type === 'qemu' ? 'VM' : 'CT'} ${guest.vmid} to node ${target}`);
      await work.wait(300);
      requestMove(world, managed, target, online || type === 'qemu');
    });
  const how = { source: at.name, target, online, restart, disks: given.flag('with-local-disks') ?? false };
  const storage = given.text('targetstorage') || given.text('target-storage');
  return forked(ask, guest, type === 'qemu' ? 'qmigrate' : 'vzmigrate', (work) =>
    migrate(work, guest, { ...how, ...(storage === '' ? {} : { targetStorage: storage }) }),
  );
}

/** Only what storage.cfg says is known before the task. */
function listedFault({ world }: Ask, storage: string, target: string): string | undefined {
  const fault = storageFault(world, storage, target);
  return fault?.endsWith(`is not available on node '${target}'`) || fault?.endsWith('is disabled') ? fault : undefined;
}

function forked(ask: Ask, guest: Guest, type: string, what: (work: Work) => Promise<void>): Answer {
  return ok(fork(ask.world, { node: ask.at.name, type, id: String(guest.vmid), user: ask.who.id }, what));
}
