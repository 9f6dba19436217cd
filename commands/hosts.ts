import { anyTargets } from '../src/core/args.ts';
import { command, HOST_KINDS } from '../src/core/command.ts';
import type { Cell } from '../src/core/types.ts';
import { list, quoted, say } from '../src/core/words.ts';
import { hostView } from '../src/tools/hostview.ts';
import { tableOver } from '../src/tools/look.ts';

/** The hosts, clusters and backup servers in reach, and whether they answer. */
export default command({
  summary: { en: 'List hosts and whether they answer', zh: '列出主机及其是否有回应' },
  examples: ['hosts', 'hosts @web', 'hosts site:east', 'hosts alpha pbs1'],
  risk: 'none',
  kinds: HOST_KINDS,
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
      (host) => hostView(look, host),
      (host, { up, system }): Cell[][] => [[up, system, host.site, host.kind, list(host.tags.map((tag) => quoted(`@${tag}`)))]],
    ),
});
