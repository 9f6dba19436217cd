import { effect, fail, type Program } from '../program.ts';
import type { Area } from './area.ts';
import { BORG_SCRIPTS } from './backup/borg.ts';
import { RESTIC_SCRIPTS } from './backup/restic.ts';
import { SCHEDULE_FILES, SCHEDULE_SCRIPTS } from './backup/schedule.ts';
import { restored } from './backup/state.ts';

const only =
  (name: string): Program =>
  (call) =>
    fail(call, `${name}: the practice hosts back up by the bot's own scripts only`);

/** Backups of hosts: restic on web1, borg on db1. */
export const backup: Area = {
  files: SCHEDULE_FILES,
  programs: { restic: only('restic'), borg: only('borg') },
  scripts: {
    ...RESTIC_SCRIPTS,
    ...BORG_SCRIPTS,
    ...SCHEDULE_SCRIPTS,
    'backup-source': () => 0,
    'restore-put': (call) => {
      effect(call, 'restore', 'put', ...call.argv.slice(1));
      return 0;
    },
    'restore-clear': (call) => {
      effect(call, 'restore', 'clear', ...call.argv.slice(1));
      return 0;
    },
    'restore-place': (call) => {
      const path = call.argv[1] ?? '/';
      const full = path === '/' || restored(call.machine).has(path);
      call.out(`${full ? 12 : 'none'}\n/dev/vda1 42949672960 8589934592 32212254720 22% /\n`);
      return 0;
    },
  },
};
