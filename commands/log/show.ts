import { z } from 'zod';
import { targets, unit, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { PRIORITIES } from '../../src/tools/journal.ts';
import { showLog } from '../../src/tools/journal-show.ts';

const TIME = /^([1-9][0-9]{0,5}[smhd]|\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))$/;
const time = (en: string, zh: string) => word(TIME, { en, zh }).optional();

/** Lines of the journals of one or many hosts, merged by time, the newest last; many lines as a file. */
export default command({
  summary: { en: 'Show the system log', zh: '查看系统日志' },
  examples: [
    'log show web1',
    'log show @web --unit nginx --since 1h --priority warning',
    'log show web1 --grep "time(d)? out" --lines 500',
    'log show db1 --kernel --boot -1',
  ],
  risk: 'none',
  args: { on: targets() },
  options: {
    unit: z.array(unit()).max(20).default([]),
    priority: z.enum(PRIORITIES).optional(),
    since: time('1h|TIME', '1h|时间'),
    until: time('1h|TIME', '1h|时间'),
    grep: word(/^[^\p{Cc}]{1,500}$/u, { en: 'PATTERN', zh: '模式' }).optional(),
    boot: word(/^(0|-[1-9]\d{0,2})$/, { en: '0|-1', zh: '0|-1' }).optional(),
    lines: z.coerce.number().int().min(1).max(20_000).default(200),
    kernel: z.boolean().default(false),
  },
  plan: ({ unit: units, ...wanted }, look) => showLog(look, say({ en: 'log', zh: '日志' }), { ...wanted, units }),
});
