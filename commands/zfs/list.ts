import { targets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block, Cell } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { knownFacts, mustHave } from '../../src/tools/facts.ts';
import { HOST } from '../../src/tools/look.ts';
import { bytes } from '../../src/tools/units.ts';
import { pools } from '../../src/tools/zfs/pools.ts';

/** From here on a pool gets slow. */
const FULL = 80;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** ZFS pools: health, room, errors, the last scrub; and what a troubled one says. */
export default command({
  summary: { en: 'List ZFS pools', zh: '列出 ZFS 存储池' },
  examples: ['zfs list pve1', 'zfs list @pve'],
  risk: 'none',
  args: { on: targets() },
  async plan(_input, look) {
    const all = await each(look, async (host) => {
      mustHave(host, await knownFacts(look, host), 'zpool', 'zfs');
      return look.read(host, pools());
    });
    const found = answers(all).flatMap(({ host, value }) => value.map((pool) => ({ host, pool })));
    const table: Block = {
      kind: 'table',
      columns: [
        HOST,
        say({ en: 'pool', zh: '存储池' }),
        say({ en: 'health', zh: '状态' }),
        say({ en: 'size', zh: '大小' }),
        say({ en: 'used', zh: '已用' }),
        say({ en: 'fragmented', zh: '碎片' }),
        say({ en: 'errors', zh: '错误' }),
        say({ en: 'last scrub', zh: '上次校验' }),
      ],
      rows: found.map(({ host, pool }): Cell[] => [
        host.name,
        pool.name,
        pool.health === 'ONLINE' ? say({ en: 'ONLINE', zh: '正常（ONLINE）' }) : say({ en: '⚠ {health}', zh: '⚠ {health}' }, { health: pool.health }),
        bytes(pool.size),
        pool.full > FULL ? say({ en: '⚠ {full} %', zh: '⚠ {full} %' }, { full: pool.full }) : `${pool.full} %`,
        pool.fragmented === undefined ? '-' : `${pool.fragmented} %`,
        pool.errors === 'No known data errors' ? say({ en: 'none', zh: '无' }) : pool.errors === '' ? '-' : quoted(pool.errors),
        scanCell(pool.scan),
      ]),
    };
    const words = found.flatMap(({ host, pool }) =>
      [pool.status, pool.action, ...pool.troubled]
        .filter((text) => text !== '')
        .map((text) => say({ en: '{host} {pool}: {text}', zh: '{host} {pool}：{text}' }, { host: host.name, pool: pool.name, text })),
    );
    return answer(say({ en: 'ZFS pools', zh: 'ZFS 存储池' }), [table], { notes: [...words, ...troubles(all)] });
  },
});

/** The last scrub as `zpool status` tells of it, in short: when it ended and with how many errors; anything else word for word. */
function scanCell(scan: string): Cell {
  if (scan === '' || scan === 'none requested') return say({ en: 'never', zh: '从未' });
  const [, repaired, n, month = '', day = '', year] = /^scrub repaired (\S+) in .+ with (\d+) errors on \w+ (\w+) +(\d+) [\d:]+ (\d{4})$/.exec(scan) ?? [];
  const at = MONTHS.indexOf(month) + 1;
  if (at === 0) return scan;
  const date = `${year}-${String(at).padStart(2, '0')}-${day.padStart(2, '0')}`;
  const values = { date, n: n ?? '', repaired: repaired ?? '' };
  if (n === '0') return say({ en: '{date}, no errors, repaired {repaired}', zh: '{date}，无错误，已修复 {repaired}' }, values);
  return say({ en: '⚠ {date}, {n} errors, repaired {repaired}', zh: '⚠ {date}，{n} 个错误，已修复 {repaired}' }, values);
}
