import type { Guest } from './guest.ts';
import { type Machine, note } from './machine.ts';

const SHUTDOWN_MS = 1000;

/** Switches a guest on. */
export function startGuest(machine: Machine, guest: Guest, state: 'running' | 'paused' = 'running', reason = 'booted'): void {
  guest.state = state;
  guest.reason = reason;
  guest.id = machine.nextGuestId++;
  guest.startedAt = Date.now();
  note(machine, 'libvirtd', `guest '${guest.name}' started`);
}

/** Switches a guest off, whatever it was doing. */
export function stopGuest(machine: Machine, guest: Guest, reason: string): void {
  guest.cancel?.();
  guest.cancel = undefined;
  guest.state = 'shut off';
  guest.reason = reason;
  guest.id = undefined;
  note(machine, 'libvirtd', `guest '${guest.name}' is off (${reason})`);
}

/** Presses a guest's power button: it goes down by itself a little later, unless it takes no notice. */
export function pressPower(machine: Machine, guest: Guest, then: 'off' | 'restart'): void {
  if (guest.deaf) return;
  guest.cancel?.();
  guest.cancel = machine.timers.after(SHUTDOWN_MS * machine.pace, () => {
    guest.cancel = undefined;
    // A paused guest sees the button only when it runs again.
    if (guest.state !== 'running') return;
    if (then === 'off') return stopGuest(machine, guest, 'shutdown');
    guest.startedAt = Date.now();
    note(machine, 'libvirtd', `guest '${guest.name}' restarted`);
  });
}
