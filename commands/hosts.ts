import { anyTargets } from '../src/core/args.ts';
import { command } from '../src/core/command.ts';
import type { Cell } from '../src/core/types.ts';
import { list, quoted, say } from '../src/core/words.ts';
import { tableOver } from '../src/tools/look.ts';
import * as machine from '../src/tools/machine.ts';
import { span } from '../src/tools/units.ts';

/** The hosts in reach, and whether they answer. */
export default command({
  summary: { en: 'List hosts and whether they answer', zh: '列出主机及其是否有回应' },
  examples: ['hosts', 'hosts @web', 'hosts site:east'],
  risk: 'none',
  args: { on: anyTargets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'hosts', zh: '主机' }),
      [
        say({ en: 'up', zh: '运行时间' }),
        say({ en: 'system', zh: '系统' }),
        say({ en: 'site', zh: '站点' }),
        say({ en: 'kind', zh: '类型' }),
        say({ en: 'tags', zh: '标签' }),
      ],
      (host) => look.read(host, machine.machine()),
      (host, known): Cell[][] => [[span(known.uptime), known.os, host.site, host.kind, list(host.tags.map((tag) => quoted(`@${tag}`)))]],
    ),
});
