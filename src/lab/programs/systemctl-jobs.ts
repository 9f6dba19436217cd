import type { Call } from '../program.ts';
import { pause } from '../timers.ts';
import { newPid, note } from '../world/machine.ts';
import { markStarted, markStopped, type Unit } from '../world/unit.ts';

const JOB_MS = 60;

/** Starts, stops or restarts units, one after another; a unit nobody knows is an error of its own. */
export async function switchUnit(call: Call, verb: 'start' | 'stop' | 'restart', units: readonly Unit[]): Promise<number> {
  let exit = 0;
  for (const unit of units) {
    if (unit.load === 'not-found') {
      call.err(`Failed to ${verb} ${unit.id}: Unit ${unit.id} not ${verb === 'stop' ? 'loaded' : 'found'}.\n`);
      exit = 5;
      continue;
    }
    if (unit.load === 'masked' && verb !== 'stop') {
      call.err(`Failed to ${verb} ${unit.id}: Unit ${unit.id} is masked.\n`);
      exit = 1;
      continue;
    }
    if (verb !== 'start') await stop(call, unit);
    if (verb !== 'stop') await start(call, unit);
  }
  return exit;
}

async function stop(call: Call, unit: Unit): Promise<void> {
  if (unit.active === 'inactive') return;
  const failed = unit.active === 'failed';
  if (!failed) {
    unit.active = 'deactivating';
    unit.sub = 'stop-sigterm';
    if (!(await job(call))) return;
  }
  markStopped(unit);
  note(call.machine, 'systemd', `Stopped ${unit.id} - ${unit.description}.`);
}

async function start(call: Call, unit: Unit): Promise<void> {
  if (unit.active === 'active') return;
  unit.active = 'activating';
  unit.sub = 'start';
  if (!(await job(call))) return;
  unit.restarts = 0;
  markStarted(unit, Date.now(), newPid(call.machine));
  note(call.machine, 'systemd', `Started ${unit.id} - ${unit.description}.`);
}

/** Jobs belong to systemd: they go on when whoever asked is gone, and end with the host. */
async function job(call: Call): Promise<boolean> {
  const { signal } = call.machine.boot;
  await pause(JOB_MS, signal);
  return !signal.aborted;
}
