import { die, messageOf } from '../refused.ts';
import { human, span, stamp } from '../stamp.ts';
import type { Work } from '../tasks.ts';
import { type Guest, storageFault, type World } from '../world.ts';
import { type Disk, disksOf } from './disks.ts';
import { checkLock, checkWritable, flocked, word } from './find.ts';
import { boot } from './power.ts';

/** Where a guest goes, and how. `disks`: local disks may be copied while it runs; `online`: it may run meanwhile; `restart`: a container may be stopped. */
export interface Move {
  readonly source: string;
  readonly target: string;
  readonly online: boolean;
  readonly restart: boolean;
  readonly disks: boolean;
  readonly targetStorage?: string;
}

/** Drives that are on storage only this node has. */
export function localDisks(world: World, guest: Guest): readonly Disk[] {
  return disksOf(guest.type, guest.config).filter(({ storage, cdrom }) => storage !== undefined && !cdrom && world.storages.get(storage)?.shared !== true);
}

/** Devices that tie a guest to its node. */
export function localDevices({ config }: Guest): readonly string[] {
  return Object.keys(config).filter((key) => /^(hostpci|usb|serial|parallel)\d+$/.test(key) && !/mapping=|socket|spice/.test(String(config[key])));
}

/** Moves a guest to another node; the task fails with `migration aborted`, and its log says why. */
export async function migrate(work: Work, guest: Guest, move: Move): Promise<void> {
  const began = Date.now();
  const { world } = work;
  const log = (text: string) => work.say(`${stamp()} ${text}`);
  const took = () => span((Date.now() - began) / 1000);
  const ip = world.nodes.get(move.target)?.ip ?? '';
  let locked = false;
  try {
    await flocked(
      world,
      guest,
      async () => {
        checkLock(guest);
        checkWritable(world, guest);
        log(`starting migration of ${word(guest)} ${guest.vmid} to node '${move.target}' (${ip})`);
        prepare(world, guest, move, log);
        guest.config.lock = 'migrate';
        locked = true;
        await (guest.type === 'qemu' ? moveMachine(work, guest, move, log) : moveContainer(work, guest, move, log));
        delete guest.config.lock;
        locked = false;
        guest.node = move.target;
        if (guest.type === 'lxc' && move.restart) {
          log('start container on target node');
          await boot({ ...work, say: () => undefined }, guest).catch((error: unknown) => log(`ERROR: ${messageOf(error)}`));
        }
      },
      work.task.stop.signal,
    );
  } catch (error) {
    if (locked) delete guest.config.lock;
    const why = messageOf(error);
    if (work.task.stop.signal.aborted || why.includes('is locked') || why.includes('lock file')) throw error;
    log(`ERROR: migration aborted (duration ${took()}): ${why}`);
    throw die('migration aborted');
  }
  log(`migration finished successfully (duration ${took()})`);
}

function prepare(world: World, guest: Guest, { target, disks, online, targetStorage }: Move, log: (text: string) => void): void {
  if (!world.nodes.get(target)?.online) throw die("Can't connect to destination address using public key");
  const devices = guest.type === 'qemu' ? localDevices(guest) : [];
  if (devices.length > 0) throw die(`can't migrate VM which uses local devices: ${devices.join(', ')}`);
  const all = disksOf(guest.type, guest.config);
  for (const { volid, storage, cdrom } of all) {
    if (!cdrom) continue;
    if (volid === 'cdrom') throw die("Problem found while scanning volumes - can't migrate local cdrom drive");
    if (storage === undefined || world.storages.get(storage)?.shared === true) continue;
    log(`can't migrate local disk '${volid}': local cdrom image`);
    throw die("Problem found while scanning volumes - can't migrate VM - check log");
  }
  const local = localDisks(world, guest);
  for (const { volid } of local)
    log(`found local ${guest.type === 'qemu' ? 'disk' : 'volume'} '${volid}' (${guest.type === 'qemu' ? 'attached' : 'in current VM config'})`);
  if (guest.type === 'qemu' && online && guest.status !== 'stopped' && local.length > 0) {
    if (!disks) throw die("Problem found while scanning volumes - can't live migrate attached local disks without with-local-disks option");
    if (guest.snapshots.length > 0) throw die('online storage migration not possible if non-replicated snapshot exists');
  }
  for (const { storage } of all) {
    const at = targetStorage !== undefined && targetStorage !== '1' ? targetStorage : storage;
    const fault = at === undefined ? undefined : storageFault(world, at, target);
    if (fault !== undefined) throw die(fault);
  }
}

async function copy(work: Work, disks: readonly Disk[], log: (text: string) => void): Promise<void> {
  if (disks.length > 0) log('copying local disk images');
  for (const { volid, size } of disks) {
    for (const share of [0.25, 0.5, 0.75, 1]) {
      await work.wait(1200);
      log(`${human(size * share)} of ${human(size)} (${(share * 100).toFixed(2)}%) copied`);
    }
    log(`successfully imported '${volid}'`);
    log(`volume '${volid}' is '${volid}' on the target`);
  }
}

async function moveMachine(work: Work, guest: Guest, move: Move, log: (text: string) => void): Promise<void> {
  const local = localDisks(work.world, guest);
  if (guest.status === 'stopped') {
    await copy(work, local, log);
    return work.wait(800);
  }
  log(`starting VM ${guest.vmid} on remote node '${move.target}'`);
  await work.wait(1200);
  log('start remote tunnel');
  log('ssh tunnel ver 1');
  if (local.length > 0) log('starting storage migration');
  for (const { key, size } of local)
    for (const share of [0, 0.3, 0.6, 1]) {
      await work.wait(900);
      log(`drive-${key}: transferred ${human(size * share)} of ${human(size)} (${(share * 100).toFixed(2)}%) in ${Math.round(share * 30)}s`);
    }
  log(`starting online/live migration on unix:/run/qemu-server/${guest.vmid}.migrate`);
  const state = Number(/\d+/.exec(String(guest.config.memory ?? 512))?.[0] ?? 512) * 2 ** 20;
  for (const share of [0.2, 0.5, 0.8]) {
    await work.wait(1000);
    log(`migration active, transferred ${human(state * share)} of ${human(state)} VM-state, 112.4 MiB/s`);
  }
  await work.wait(500);
  log('average migration speed: 113.2 MiB/s - downtime 42 ms');
  log('migration status: completed');
}

async function moveContainer(work: Work, guest: Guest, { restart, online }: Move, log: (text: string) => void): Promise<void> {
  if (guest.status !== 'stopped') {
    if (!restart && online) throw die('lxc live migration is currently not implemented');
    log(`shutdown CT ${guest.vmid}`);
    await work.wait(2000);
    guest.status = 'stopped';
  }
  await copy(work, localDisks(work.world, guest), log);
  log('start final cleanup');
  await work.wait(500);
}
