import { host } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { here } from '../../src/tools/disks/here.ts';
import { poolOf } from '../../src/tools/zfs/find.ts';
import { clearErrors } from '../../src/tools/zfs/pools.ts';
import { pool } from '../../src/tools/zfs/words.ts';

/** Sets the error counts of a pool's devices to nothing, once their cause is gone. */
export default command({
  summary: { en: 'Clear the error counts of a ZFS pool', zh: '清除 ZFS 存储池的错误计数' },
  examples: ['zfs clear pve1 tank'],
  risk: 'medium',
  args: { host: host(), pool: pool() },
  async plan({ host: name, pool: wanted }, look) {
    const place = await here(look, name, 'zpool');
    const { host } = place;
    const found = await poolOf(look, host, wanted);
    if (found.troubled.length === 0 && found.status === '')
      return answer(say({ en: '{pool} on {host} counts no errors', zh: '{host} 的 {pool} 没有错误计数' }, { pool: wanted, host: host.name }), []);
    return {
      summary: say({ en: 'clear the errors of {pool} on {host}', zh: '清除 {host} 上 {pool} 的错误' }, { pool: wanted, host: host.name }),
      steps: [
        { kind: 'exec', on: place.on(wanted), why: say({ en: 'clear the error counts', zh: '清除错误计数' }), argv: clearErrors(wanted), timeoutMs: 60_000 },
      ],
      facts: [
        {
          what: say({ en: 'what it says', zh: '存储池状态' }),
          value: [found.health, found.status, ...found.troubled].join('; '),
          at: place.at,
          holds: `pool ${host.name} ${wanted} ${found.health} ${found.troubled.join(';')}`,
        },
      ],
      locks: [place.lock(`zpool:${wanted}`)],
      risk: 'medium',
      undo: { impossible: say({ en: 'counts that were cleared are gone; they stand on this card', zh: '清除的计数无法恢复；本卡片上有记录' }) },
    };
  },
});
