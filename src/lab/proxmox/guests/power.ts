import { die } from '../refused.ts';
import type { Work } from '../tasks.ts';
import { type Guest, nextPid, storageFault, type World } from '../world.ts';
import { disksOf } from './disks.ts';
import { agentOn } from './figures.ts';
import { checkLock, flocked } from './find.ts';
import { applyPending } from './pending.ts';

/** How a guest is to go off. `timeout` in seconds. */
export interface Shutdown {
  readonly timeout: number;
  readonly force: boolean;
}

/** Starts a guest, holding its lock file. */
export function start(work: Work, guest: Guest): Promise<void> {
  return held(work, guest, () => boot(work, guest));
}

/** Starts a guest whose lock file is held already. */
export async function boot(work: Work, guest: Guest): Promise<void> {
  const { world, task } = work;
  checkLock(guest, 'suspended');
  const vm = guest.type === 'qemu' ? 'VM' : 'CT';
  if (Number(guest.config.template ?? 0) === 1) throw die(`you can't start a ${guest.type === 'qemu' ? 'vm' : 'CT'} if it's a template`);
  if (guest.status !== 'stopped') throw die(`${vm} ${guest.vmid} already running`);
  for (const { storage } of disksOf(guest.type, guest.config)) {
    const fault = storage === undefined ? undefined : storageFault(world, storage, task.node);
    if (fault !== undefined) throw die(fault);
  }
  for (const { volid, cdrom } of disksOf(guest.type, guest.config)) if (cdrom && volid === 'cdrom') work.warn('no physical CD-ROM available, ignoring');
  applyPending(guest);
  await work.wait(1500);
  delete guest.config.lock;
  powerOn(world, guest);
}

/** What is true of a guest from the moment it runs. */
export function powerOn(world: World, guest: Guest): void {
  guest.status = 'running';
  guest.bootedAt = Date.now();
  guest.pid = nextPid(world);
}

/** Pulls the plug. */
export function stop(work: Work, guest: Guest): Promise<void> {
  return held(work, guest, async () => {
    checkLock(guest);
    if (guest.status === 'stopped') return;
    await work.wait(700);
    guest.status = 'stopped';
  });
}

/** Presses the power button, and waits. */
export function shutdown(work: Work, guest: Guest, how: Shutdown): Promise<void> {
  return held(work, guest, async () => {
    checkLock(guest);
    if (guest.status === 'stopped') return;
    await goDown(work, guest, how);
  });
}

/** Down and up again; what was pending holds after it. */
export function reboot(work: Work, guest: Guest, how: Shutdown): Promise<void> {
  return held(work, guest, async () => {
    checkLock(guest);
    await goDown(work, guest, how);
    await boot(work, guest);
  });
}

async function goDown(work: Work, guest: Guest, { timeout, force }: Shutdown): Promise<void> {
  const { type, vmid } = guest;
  if (type === 'qemu' && agentOn(guest) && !guest.agent) {
    await work.wait(3000);
    work.say(`QEMU Guest Agent is not running - VM ${vmid} qga command 'guest-ping' failed - got timeout`);
  }
  if (!guest.deaf) {
    await work.wait(3500);
    guest.status = 'stopped';
    return;
  }
  await work.wait(timeout * 1000);
  if (!force) throw die(type === 'qemu' ? 'VM quit/powerdown failed - got timeout' : "command 'lxc-stop' failed: exit code 1");
  if (type === 'qemu') work.say('VM still running - terminating now with SIGTERM');
  await work.wait(500);
  guest.status = 'stopped';
}

/** Presses reset. */
export function reset(work: Work, guest: Guest): Promise<void> {
  return held(work, guest, async () => {
    checkLock(guest);
    await work.wait(200);
    guest.bootedAt = Date.now();
  });
}

/** Halts the processors; with `todisk` writes the memory to disk and goes off. */
export function suspend(work: Work, guest: Guest, todisk: boolean): Promise<void> {
  return held(work, guest, async () => {
    checkLock(guest);
    if (todisk) guest.config.lock = 'suspending';
    await work.wait(todisk ? 5000 : 300);
    guest.status = todisk ? 'stopped' : 'paused';
    if (todisk) guest.config.lock = 'suspended';
  });
}

/** Goes on after a suspend. */
export function resume(work: Work, guest: Guest): Promise<void> {
  return held(work, guest, async () => {
    if (guest.status === 'stopped') return boot(work, guest);
    checkLock(guest);
    await work.wait(200);
    guest.status = 'running';
  });
}

function held(work: Work, guest: Guest, act: () => Promise<void>): Promise<void> {
  return flocked(work.world, guest, act, work.task.stop.signal);
}
