import { effect, type Program } from '../../program.ts';

/** The magic packet: a host of the same site with this card comes up, if it is off. */
export const wake: Program = (call) => {
  const { machine, argv } = call;
  const found = machine.fleet.find((other) => other.nic.mac === argv[1] && other.site === machine.site);
  effect(call, 'wake', argv[1] ?? '');
  call.out('sent 102 bytes\n');
  if (found && !found.reachable) found.powerOn();
  return 0;
};
