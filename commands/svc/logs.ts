import { z } from 'zod';
import { targets, unit } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { showLog } from '../../src/tools/journal-show.ts';

/** The newest lines of one unit's log, on one or many hosts: `log show --unit`. */
export default command({
  summary: { en: 'Show the log of a service', zh: '查看服务的日志' },
  examples: ['svc logs nginx web1', 'svc logs nginx @web --lines 50'],
  risk: 'none',
  args: { unit: unit(), on: targets() },
  options: { lines: z.coerce.number().int().min(1).max(20_000).default(100) },
  plan: ({ unit: name, lines }, look) => showLog(look, say({ en: 'log of {name}', zh: '{name} 的日志' }, { name }), { units: [name], lines }),
});
