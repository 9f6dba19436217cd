import { type Machine, uptime } from '../world/machine.ts';

/** The three load averages: they start at nothing after a boot and settle around what the host usually does. */
export function loads(machine: Machine): readonly [string, string, string] {
  const up = uptime(machine);
  const wobble = 1 + 0.08 * Math.sin(Date.now() / 45_000 + machine.load);
  const over = (seconds: number, swing: number) => (machine.load * swing * (1 - Math.exp(-up / seconds))).toFixed(2);
  return [over(60, wobble), over(300, (1 + wobble) / 2), over(900, 1)];
}
