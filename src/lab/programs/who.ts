import type { Call } from '../program.ts';
import { strftime } from './clock.ts';

/** `who`: the sessions since the last boot, or with -b the boot. */
export function who(call: Call): number {
  const { machine } = call;
  if (call.argv[1] === '-b') {
    call.out(`         system boot  ${strftime('%F %R', machine.bootedAt)}\n`);
    return 0;
  }
  for (const person of machine.people) {
    if (person.at < machine.bootedAt) continue;
    call.out(`${person.name.padEnd(8)} ${person.tty.padEnd(12)} ${strftime('%F %R', person.at)} (${person.from})\n`);
  }
  return 0;
}
