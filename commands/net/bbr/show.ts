import { targets } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import type { Cell } from '../../../src/core/types.ts';
import { list, say } from '../../../src/core/words.ts';
import { atBoot, type Bbr, bbr } from '../../../src/tools/bbr.ts';
import { knownFacts } from '../../../src/tools/facts.ts';
import { tableOver } from '../../../src/tools/look.ts';

/** TCP's congestion control on hosts: what runs, what there is, what the next boot will set. */
export default command({
  summary: { en: 'Show TCP congestion control (BBR)', zh: '查看 TCP 拥塞控制（BBR）' },
  examples: ['net bbr show web1', 'net bbr show @web'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'TCP congestion control', zh: 'TCP 拥塞控制' }),
      [
        say({ en: 'runs', zh: '运行中' }),
        say({ en: 'queue of new links', zh: '新网卡队列' }),
        say({ en: 'there is', zh: '可用' }),
        say({ en: 'at boot', zh: '启动时' }),
        say({ en: 'set in', zh: '配置于' }),
      ],
      async (host) => {
        await knownFacts(look, host);
        return look.read(host, bbr());
      },
      (_host, found) => [
        [found.congestion, found.qdisc, [...new Set([...found.available, ...(found.exists ? ['bbr'] : [])])].join(' '), boot(found), files(found)],
      ],
    ),
});

/** What differs from what runs is said: it will be so after the next boot. */
function boot(found: Bbr): Cell {
  const next = atBoot(found, 'congestion');
  if (!next) return say({ en: 'the kernel’s own', zh: '内核默认' });
  return next.value === found.congestion
    ? next.value
    : say({ en: '{next}, but {now} runs', zh: '{next}，但正在运行 {now}' }, { next: next.value, now: found.congestion });
}

function files({ configured }: Bbr): Cell {
  return configured.length === 0 ? '-' : list([...new Set(configured.map(({ file }) => file))]);
}
