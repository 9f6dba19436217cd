import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { knownFacts, mustHave } from '../../src/tools/facts.ts';
import { tableOver } from '../../src/tools/look.ts';
import { bytes } from '../../src/tools/units.ts';
import { type Dataset, datasets } from '../../src/tools/zfs/datasets.ts';

/** From here on a volume takes so much more than it is large that somebody should know. */
const TOO_MUCH = 1.5;

/** How much more volumes (zvols) take than they are large, and why. */
export default command({
  summary: { en: 'Show ZFS volumes that take more than their size', zh: '查看占用超过自身大小的 ZFS 卷' },
  examples: ['zfs amplification pve1', 'zfs amplification @pve'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'ZFS volumes', zh: 'ZFS 卷' }),
      [
        say({ en: 'volume', zh: '卷' }),
        say({ en: 'size', zh: '大小' }),
        say({ en: 'takes', zh: '占用' }),
        say({ en: 'ratio', zh: '比例' }),
        say({ en: 'block', zh: '块大小' }),
        say({ en: 'reserved', zh: '预留' }),
        say({ en: 'why', zh: '原因' }),
      ],
      async (host) => {
        mustHave(host, await knownFacts(look, host), 'zfs');
        return look.read(host, datasets());
      },
      (_host, found) =>
        found
          .filter(({ volsize }) => volsize > 0)
          .toSorted((a, b) => b.used / b.volsize - a.used / a.volsize)
          .map((one): Cell[] => {
            const ratio = one.used / one.volsize;
            const text = `${ratio.toFixed(2)}×`;
            return [
              one.name,
              bytes(one.volsize),
              bytes(one.used),
              ratio > TOO_MUCH ? say({ en: '⚠ {text}', zh: '⚠ {text}' }, { text }) : text,
              bytes(one.volblocksize),
              one.refreservation > 0 ? bytes(one.refreservation) : '-',
              ratio > TOO_MUCH ? why(one) : '',
            ];
          }),
    ),
});

function why({ used, bySnapshots, refreservation, volsize, referenced, volblocksize }: Dataset): Cell {
  if (bySnapshots > used / 4) return say({ en: 'snapshots hold {held}', zh: '快照占用 {held}' }, { held: bytes(bySnapshots) });
  if (refreservation > volsize && used <= refreservation * 1.01) return say({ en: 'a reservation holds it', zh: '被预留占用' });
  if (volblocksize <= 8192 && referenced > volsize)
    return say({
      en: 'small blocks on RAID-Z take padding; a copy with 16 KiB blocks takes less',
      zh: 'RAID-Z 上的小块带来填充；用 16 KiB 块的新卷可减少占用',
    });
  return say({ en: 'more blocks than data: discard is off, or padding', zh: '块多于数据：未启用 discard，或存在填充' });
}
