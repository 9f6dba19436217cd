import { targets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block, Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { usage } from '../../src/tools/disks/mounts.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { knownFacts } from '../../src/tools/facts.ts';
import { HOST } from '../../src/tools/look.ts';
import { bytes, percent } from '../../src/tools/units.ts';

/** From here on a file system is marked. */
const FULL = 0.85;

/** How full file systems are, in bytes and in inodes, the fullest first. */
export default command({
  summary: { en: 'Show how full file systems are', zh: '查看文件系统使用率' },
  examples: ['disk usage web1', 'disk usage @web'],
  risk: 'none',
  args: { on: targets() },
  async plan(_input, look) {
    const all = await each(look, async (host) => {
      await knownFacts(look, host);
      return look.read(host, usage());
    });
    const rows = answers(all).flatMap(({ host, value }) =>
      value.all
        .filter(({ size }) => size > 0)
        .map((one) => ({ host, ...one, share: one.used / (one.used + one.free || 1), inodeShare: one.inodes > 0 ? one.inodesUsed / one.inodes : 0 }))
        .toSorted((a, b) => Math.max(b.share, b.inodeShare) - Math.max(a.share, a.inodeShare)),
    );
    const table: Block = {
      kind: 'table',
      columns: [
        HOST,
        say({ en: 'mounted on', zh: '挂载点' }),
        say({ en: 'used', zh: '已用' }),
        say({ en: 'free', zh: '可用' }),
        say({ en: 'size', zh: '大小' }),
        say({ en: 'inodes', zh: 'inode' }),
        say({ en: 'type', zh: '类型' }),
        say({ en: 'device', zh: '设备' }),
      ],
      rows: rows.map((one): Cell[] => [
        one.host.name,
        one.path,
        share(one.share, percent(one.used, one.used + one.free)),
        bytes(one.free),
        bytes(one.size),
        one.inodes > 0 ? share(one.inodeShare, percent(one.inodesUsed, one.inodes)) : '-',
        one.type,
        one.source,
      ]),
    };
    const slow = answers(all).flatMap(({ host, value }) =>
      value.partial
        ? [
            say(
              { en: '{host}: a remote file system does not answer; only local ones are shown', zh: '{host}：某个远程文件系统没有响应，仅显示本地文件系统' },
              { host: host.name },
            ),
          ]
        : [],
    );
    return answer(say({ en: 'file systems', zh: '文件系统' }), [table], { notes: [...slow, ...troubles(all)] });
  },
});

function share(part: number, text: string): Cell {
  return part > FULL ? say({ en: '⚠ {text}', zh: '⚠ {text}' }, { text }) : text;
}
