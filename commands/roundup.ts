import { anyTargets } from '../src/core/args.ts';
import { command, HOST_KINDS } from '../src/core/command.ts';
import { roundupBeside } from '../src/core/roundup.ts';
import { roundupPlan } from '../src/tools/roundup.ts';

/** The state of everything on one card. Every morning in a room: `schedule add "0 8 * * 1-5" "roundup"`, said there. */
export default command({
  summary: { en: 'Sum up backups, pitfalls, updates, certificates and what waits', zh: '汇总备份、隐患、更新、证书与待办' },
  examples: ['roundup', 'roundup @web', 'roundup alpha web1'],
  risk: 'none',
  kinds: HOST_KINDS,
  args: { on: anyTargets() },
  plan: (_input, look) => roundupPlan(look),
  beside: (_input, desk) => roundupBeside(desk),
});
