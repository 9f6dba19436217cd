import { type Call, effect, fail, type Program } from '../../program.ts';
import { pause } from '../../timers.ts';
import type { Machine } from '../../world/machine.ts';

/** The last number of a controller's address is its host's, a hundred higher. */
export function bmcAddress({ at }: Pick<Machine, 'at'>): string {
  return at.replace(/\d+$/, (last) => String(Number(last) + 100));
}

/** The machine whose controller is asked: from the same site, and with a password. */
async function asked(call: Call): Promise<Machine | undefined> {
  const password = (await call.input()).trim();
  const found = call.machine.fleet.find((other) => other.site === call.machine.site && bmcAddress(other) === call.argv[1]);
  return password === '' ? undefined : found;
}

const SILENT = 'Error: Unable to establish IPMI v2 / RMCP+ session';

export const bmcStatus: Program = async (call) => {
  const found = await asked(call);
  if (!found) return fail(call, SILENT);
  call.out(`Chassis Power is ${found.reachable ? 'on' : 'off'}\n`);
  return 0;
};

/** Columns as `ipmitool sdr elist` has them. */
export const bmcSensors: Program = async (call) => {
  const found = await asked(call);
  if (!found) return fail(call, SILENT);
  call.out('Inlet Temp       | 04h | ok  |  7.1 | 23 degrees C\nFan1             | 30h | ok  |  7.1 | 4920 RPM\n');
  return 0;
};

const SAID: { readonly [action: string]: string } = { on: 'Up/On', off: 'Down/Off', cycle: 'Cycle', soft: 'Soft' };

export const bmcPress: Program = async (call) => {
  const found = await asked(call);
  const action = call.argv[4] ?? '';
  if (!found) return fail(call, SILENT);
  effect(call, 'power', action, found.name);
  call.out(`Chassis Power Control: ${SAID[action] ?? action}\n`);
  if (action === 'cycle') found.restart();
  else if (action === 'on') found.powerOn();
  else found.powerOff();
  return 0;
};

export const bmcUntil: Program = async (call) => {
  const found = await asked(call);
  if (!found) return fail(call, SILENT);
  const wanted = call.argv[4] === 'on';
  while (found.reachable !== wanted && !call.signal.aborted) await pause(50, call.signal);
  call.out(`Chassis Power is ${call.argv[4]}\n`);
  return 0;
};
