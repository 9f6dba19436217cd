import { uuid } from '../prng.ts';
import { type Machine, newPid, note } from './machine.ts';
import { startGuest, stopGuest } from './power.ts';
import { markStarted, markStopped } from './unit.ts';

/** Everything that ran on the host is gone, as at a power cut or a reboot. */
export function halt(machine: Machine): void {
  machine.boot.abort();
  machine.timers.clear();
  machine.pendingReboot = undefined;
  machine.scheduled = undefined;
  for (const guest of machine.guests) {
    if (guest.state !== 'shut off') stopGuest(machine, guest, 'unknown');
  }
}

/** The host comes up afresh: new boot id, services started, guests with autostart running again. */
export function boot(machine: Machine): void {
  machine.boot = new AbortController();
  machine.bootedAt = Date.now();
  machine.bootId = uuid(machine.random);
  machine.nextPid = 400;
  machine.nextGuestId = 1;
  for (const unit of machine.units) {
    if (unit.load === 'not-found') continue;
    unit.restarts = 0;
    if (unit.file === 'disabled') markStopped(unit);
    else markStarted(unit, Date.now(), newPid(machine));
  }
  for (const guest of machine.guests) {
    if (guest.autostart) startGuest(machine, guest);
  }
  note(machine, 'kernel', `Linux version ${machine.os.kernel} booted`);
}
