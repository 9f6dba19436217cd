import { confirm, host, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import type { PowerAction } from '../../src/tools/ipmi.ts';
import { subject, withNeighbours } from '../../src/tools/neighbour.ts';
import { powerPlan, powerShown, sensorsShown } from '../../src/tools/power-plan.ts';

const ACTIONS: readonly string[] = ['on', 'off', 'cycle', 'soft'] satisfies readonly PowerAction[];
const isAction = (text: string): text is PowerAction => ACTIONS.includes(text);

/** The power switch and the sensors of a host, by its management controller (IPMI), asked from another host: the one the configuration names, as it is given the password. */
export default command({
  summary: { en: 'Show or switch the power of a host (IPMI)', zh: '查看或控制主机电源（IPMI）' },
  examples: ['host power web1', 'host power web1 sensors', 'host power web1 soft', 'host power web1 cycle --confirm web1'],
  risk: 'none',
  spread: 'whole',
  args: {
    machine: host(),
    action: word(/^(status|on|off|cycle|soft|sensors)$/, { en: 'status|on|off|cycle|soft|sensors', zh: 'status|on|off|cycle|soft|sensors' }).default('status'),
  },
  options: {
    /** Its name once more, where its power is cut. */
    confirm: confirm().optional(),
  },
  among: ({ machine }, hosts) => withNeighbours(machine, undefined, hosts),
  plan({ machine, action, confirm: named }, look) {
    const host = subject(look, machine);
    if (isAction(action)) return powerPlan(look, host, action, named === undefined ? {} : { confirm: named });
    return action === 'sensors' ? sensorsShown(look, host) : powerShown(look, host);
  },
});
