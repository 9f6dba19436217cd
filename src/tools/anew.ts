import type { Argv } from '../core/types.ts';
import { shell } from './shell.ts';

/**
 * POSIX sh: `anew VERB UNIT` (`restart`, `reload-or-restart`), however often that was done just now: systemd starts a unit no more that was started too often
 * (systemd.unit(5), StartLimitBurst), which would leave it down in the middle of a change. `reset-failed` forgets the count.
 */
export const ANEW = `anew() { systemctl reset-failed -- "$2" 2>/dev/null || :; systemctl "$1" -- "$2"; }`;

/** Restarts a unit as part of a change. */
export function restartAnew(unit: string): Argv {
  return shell('unit-anew', `${ANEW}\nanew restart "$1"`, unit);
}
