import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { knownFacts } from '../../src/tools/facts.ts';
import { tableOver } from '../../src/tools/look.ts';
import { type Memory, memory } from '../../src/tools/mem/look.ts';
import { bytes, percent } from '../../src/tools/units.ts';

/** Memory, pressure, swap, zswap and KSM. */
export default command({
  summary: { en: 'Show memory, swap, zswap and KSM', zh: '查看内存、交换、zswap 与 KSM' },
  examples: ['mem show web1', 'mem show @kvm'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'memory', zh: '内存' }),
      [
        say({ en: 'memory', zh: '内存' }),
        say({ en: 'available', zh: '可用' }),
        say({ en: 'pressure (some / full)', zh: '压力（some / full）' }),
        say({ en: 'swap', zh: '交换' }),
        say({ en: 'swappiness', zh: 'swappiness' }),
        say({ en: 'zswap', zh: 'zswap' }),
        say({ en: 'KSM', zh: 'KSM' }),
        say({ en: 'killed for memory', zh: '因内存被杀' }),
      ],
      async (host) => {
        await knownFacts(look, host);
        return look.read(host, memory());
      },
      (_host, found) => [
        [
          bytes(found.total),
          bytes(found.available),
          found.some === undefined ? '-' : `${found.some} % / ${found.full ?? 0} %`,
          swap(found),
          found.swappiness ?? '-',
          zswap(found),
          ksm(found),
          found.oomKills > 0 ? say({ en: '⚠ {n}', zh: '⚠ {n}' }, { n: found.oomKills }) : 0,
        ],
      ],
    ),
});

function swap({ swapTotal, swapFree, swaps, kubelet }: Memory): Cell {
  if (swapTotal === 0) return say({ en: 'none', zh: '无' });
  const values = { used: percent(swapTotal - swapFree, swapTotal), total: bytes(swapTotal), where: swaps.map(({ path }) => path).join(' ') };
  if (kubelet) return say({ en: '⚠ {used} of {total} on a Kubernetes node ({where})', zh: '⚠ Kubernetes 节点上有交换：{total} 的 {used}（{where}）' }, values);
  return say({ en: '{used} of {total} ({where})', zh: '{total} 的 {used}（{where}）' }, values);
}

function zswap({ zswapParameters, zswap, zswapped, swapTotal }: Memory): Cell {
  const enabled = zswapParameters.get('enabled');
  if (enabled === undefined) return say({ en: 'not in this kernel', zh: '内核不支持' });
  if (enabled !== 'Y') return say({ en: 'off', zh: '关闭' });
  if (swapTotal === 0) return say({ en: '⚠ on, but there is no swap', zh: '⚠ 已开启，但没有交换' });
  const ratio = zswap > 0 ? `${(zswapped / zswap).toFixed(1)}×` : '-';
  return say(
    { en: 'on, {with}, {held} ({ratio})', zh: '开启，{with}，{held}（{ratio}）' },
    { with: zswapParameters.get('compressor') ?? '?', held: bytes(zswapped), ratio },
  );
}

function ksm({ ksm: files, pageSize }: Memory): Cell {
  const run = files.get('run');
  if (run === undefined) return say({ en: 'not in this kernel', zh: '内核不支持' });
  const saved = bytes(Number(files.get('pages_sharing') ?? 0) * pageSize);
  return run === '1' ? say({ en: 'on, saves {saved}', zh: '开启，节省 {saved}' }, { saved }) : say({ en: 'off', zh: '关闭' });
}
