import type { Call } from '../program.ts';
import { note } from '../world/machine.ts';
import { markStopped, type Unit } from '../world/unit.ts';

type Verb = 'enable' | 'disable' | 'mask' | 'unmask' | 'reload' | 'reset-failed';

/** What `systemctl` does to unit files, and to units without starting or stopping them. */
export function changeFiles(call: Call, verb: Verb, units: readonly Unit[]): number {
  for (const unit of units) {
    if (unit.load === 'not-found') {
      call.err(`Failed to ${verb} unit: Unit file ${unit.id} does not exist.\n`);
      return 1;
    }
    const link = `/etc/systemd/system/${verb.endsWith('mask') ? '' : 'multi-user.target.wants/'}${unit.id}`;
    switch (verb) {
      case 'enable':
        call.err(`Created symlink ${link} → ${unit.path}.\n`);
        unit.file = 'enabled';
        break;
      case 'disable':
        call.err(`Removed "${link}".\n`);
        unit.file = 'disabled';
        break;
      case 'mask':
        call.err(`Created symlink ${link} → /dev/null.\n`);
        unit.unmasked = unit.file;
        unit.file = 'masked';
        unit.load = 'masked';
        break;
      case 'unmask':
        call.err(`Removed "${link}".\n`);
        unit.file = unit.unmasked ?? 'disabled';
        unit.load = 'loaded';
        break;
      case 'reload':
        note(call.machine, 'systemd', `Reloaded ${unit.id} - ${unit.description}.`);
        break;
      case 'reset-failed':
        if (unit.active === 'failed') markStopped(unit);
        unit.restarts = 0;
        unit.result = 'success';
    }
  }
  return 0;
}
