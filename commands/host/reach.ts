import { anyTargets } from '../../src/core/args.ts';
import { command, HOST_KINDS } from '../../src/core/command.ts';
import { reachablePlan } from '../../src/tools/reachable.ts';

/** Whether hosts answer: over a connection made for this alone, clusters and backup servers by their API. One that does not is asked twice. */
export default command({
  summary: { en: 'Show whether hosts answer', zh: '查看主机是否有回应' },
  examples: ['host reach', 'host reach web1', 'host reach @pve alpha'],
  risk: 'none',
  kinds: HOST_KINDS,
  args: { on: anyTargets() },
  plan: (_input, look) => reachablePlan(look),
});
