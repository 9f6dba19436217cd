import { type Call, effect, fail } from '../program.ts';
import { note } from '../world/machine.ts';
import { systemdTime } from './clock.ts';

/** Practice goes faster than life: this stands for the minute of `+1`. */
const MINUTE_MS = 1500;
const NOW_MS = 150;

/** `shutdown -r`, `-P` and `-c`. */
export function shutdown(call: Call): number {
  const { machine } = call;
  const options = call.argv.slice(1).filter((word) => word.startsWith('-'));
  const [when = '+1'] = call.argv.slice(1).filter((word) => !word.startsWith('-'));
  if (options.includes('-c')) {
    effect(call, ...call.argv);
    if (machine.pendingReboot) note(machine, 'systemd-logind', 'System shutdown has been cancelled');
    machine.pendingReboot?.();
    machine.pendingReboot = undefined;
    machine.scheduled = undefined;
    return 0;
  }
  const off = options.includes('-P') || options.includes('--poweroff');
  if (!off && !options.includes('-r') && !options.includes('--reboot'))
    return fail(call, 'Failed to call ScheduleShutdown in logind, no action will be taken: Permission denied');
  const minutes = when === 'now' ? 0 : /^\+?(\d+)$/.exec(when)?.[1];
  if (minutes === undefined) return fail(call, `Failed to parse time specification: ${when}`);
  effect(call, ...call.argv);
  if (Number(minutes) === 0 && !off) return rebootNow(call);
  call.err(`${off ? 'Shutdown' : 'Reboot'} scheduled for ${systemdTime(Date.now() + Number(minutes) * 60_000)}, use 'shutdown -c' to cancel.\n`);
  note(machine, 'systemd-logind', `System will ${off ? 'power off' : 'reboot'} in ${minutes} min`);
  machine.pendingReboot?.();
  machine.pendingReboot = machine.timers.after(Number(minutes) * MINUTE_MS * machine.pace, () => (off ? machine.powerOff() : machine.restart()));
  machine.scheduled = { mode: off ? 'poweroff' : 'reboot', at: Date.now() + Number(minutes) * 60_000 };
  return 0;
}

/** Goes down in a moment, so that whoever asked still hears that it was accepted. */
export function rebootNow(call: Call): number {
  const { machine } = call;
  note(machine, 'systemd-logind', 'System is rebooting.');
  machine.pendingReboot?.();
  machine.pendingReboot = machine.timers.after(NOW_MS * machine.pace, () => machine.restart());
  return 0;
}
