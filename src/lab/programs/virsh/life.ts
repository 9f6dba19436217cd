import { pause } from '../../timers.ts';
import type { Guest } from '../../world/guest.ts';
import { pressPower, startGuest, stopGuest } from '../../world/power.ts';
import { type Command, failed, NOT_RUNNING, onGuest, type Virsh } from './command.ts';

const START_MS = 30;

/** The commands that change whether a domain runs. */
export const LIFE: { readonly [name: string]: Command } = {
  start: onGuest(start, true, { values: ['domain'], required: 1, flags: ['paused', 'autodestroy', 'bypass-cache', 'force-boot', 'reset-nvram'] }),
  shutdown: onGuest(shutdown, true, { values: ['domain', 'mode'], required: 1 }),
  reboot: onGuest(reboot, true, { values: ['domain', 'mode'], required: 1 }),
  destroy: onGuest(destroy, true, { values: ['domain'], required: 1, flags: ['graceful', 'remove-logs'] }),
  reset: onGuest(reset, true),
  suspend: onGuest(suspend, true),
  resume: onGuest(resume, true),
};

async function start({ machine, args, extra, call }: Virsh, guest: Guest): Promise<string | undefined> {
  if (guest.state !== 'shut off') return 'Domain is already active';
  if (args.has('paused')) startGuest(machine, guest, 'paused', 'user');
  else startGuest(machine, guest);
  await pause(START_MS, call.signal);
  extra(`Domain '${guest.name}' started\n`);
}

function shutdown({ machine, extra }: Virsh, guest: Guest): string | undefined {
  // A paused guest could not hear the button, and libvirt says so.
  if (guest.state !== 'running') return failed('shutdown', guest, NOT_RUNNING);
  pressPower(machine, guest, 'off');
  extra(`Domain '${guest.name}' is being shutdown\n`);
}

function reboot({ machine, extra }: Virsh, guest: Guest): string | undefined {
  if (guest.state === 'shut off') return failed('reboot', guest, NOT_RUNNING);
  pressPower(machine, guest, 'restart');
  extra(`Domain '${guest.name}' is being rebooted\n`);
}

function destroy({ machine, extra }: Virsh, guest: Guest): string | undefined {
  if (guest.state === 'shut off') return failed('destroy', guest, NOT_RUNNING);
  stopGuest(machine, guest, 'destroyed');
  extra(`Domain '${guest.name}' destroyed\n`);
}

function reset({ extra }: Virsh, guest: Guest): string | undefined {
  if (guest.state === 'shut off') return failed('reset', guest, NOT_RUNNING);
  guest.cancel?.();
  guest.cancel = undefined;
  guest.startedAt = Date.now();
  extra(`Domain '${guest.name}' was reset\n`);
}

function suspend({ extra }: Virsh, guest: Guest): string | undefined {
  if (guest.state === 'shut off') return failed('suspend', guest, NOT_RUNNING);
  guest.state = 'paused';
  guest.reason = 'user';
  extra(`Domain '${guest.name}' suspended\n`);
}

function resume({ extra }: Virsh, guest: Guest): string | undefined {
  if (guest.state === 'shut off') return failed('resume', guest, NOT_RUNNING);
  if (guest.state === 'running') return failed('resume', guest, 'Requested operation is not valid: domain is already running');
  guest.state = 'running';
  guest.reason = 'unpaused';
  extra(`Domain '${guest.name}' resumed\n`);
}
