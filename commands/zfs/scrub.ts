import { flag, host } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { here } from '../../src/tools/disks/here.ts';
import { bytes } from '../../src/tools/units.ts';
import { poolOf } from '../../src/tools/zfs/find.ts';
import { scrub, scrubProgress } from '../../src/tools/zfs/pools.ts';
import { pool } from '../../src/tools/zfs/words.ts';

const DAY = 86_400_000;

/** Reads all of a pool and mends what does not match its checksum; or stops that. */
export default command({
  summary: { en: 'Scrub a ZFS pool, or stop it', zh: '校验 ZFS 存储池，或停止校验' },
  examples: ['zfs scrub pve1 rpool'],
  risk: 'low',
  args: { host: host(), pool: pool() },
  options: { stop: flag() },
  async plan({ host: name, pool: wanted, stop }, look) {
    const place = await here(look, name, 'zpool');
    const { host } = place;
    const found = await poolOf(look, host, wanted);
    const running = /scrub in progress/.test(found.scan);
    const values = { pool: wanted, host: host.name };
    if (stop && !running) return answer(say({ en: 'no scrub runs on {pool} on {host}', zh: '{host} 的 {pool} 上没有正在进行的校验' }, values), []);
    if (!stop && running)
      return answer(say({ en: 'a scrub of {pool} on {host} runs already', zh: '{host} 的 {pool} 正在校验' }, values), [{ kind: 'code', text: found.scan }]);
    const on = place.on(wanted);
    return {
      summary: stop
        ? say({ en: 'stop the scrub of {pool} on {host}', zh: '停止 {host} 上 {pool} 的校验' }, values)
        : say({ en: 'scrub {pool} on {host}', zh: '校验 {host} 上的 {pool}' }, values),
      steps: [
        {
          kind: 'exec',
          on,
          why: stop ? say({ en: 'stop the scrub', zh: '停止校验' }) : say({ en: 'begin the scrub', zh: '开始校验' }),
          argv: scrub(wanted, stop),
          timeoutMs: 60_000,
        },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until no scrub runs', zh: '直到校验结束' }),
          read: scrubProgress(wanted),
          until: { is: 'done' },
          everyMs: stop ? 500 : 2000,
          timeoutMs: stop ? 60_000 : 3 * DAY,
          stop: 'clean',
        },
      ],
      facts: [
        {
          what: say({ en: 'pool', zh: '存储池' }),
          value: `${found.health} ${bytes(found.used)}`,
          at: place.at,
          holds: `pool ${host.name} ${wanted} ${found.health} scrub ${running}`,
        },
      ],
      locks: [place.lock(`zpool:${wanted}`)],
      risk: 'low',
      undo: stop
        ? { impossible: say({ en: '`zfs scrub` goes on where it was left', zh: '可用 `zfs scrub` 继续' }) }
        : { impossible: say({ en: 'a scrub changes nothing that is well', zh: '校验不会改变正常的数据' }) },
      notes: stop
        ? []
        : [
            say(
              {
                en: 'cancelling only ends the waiting; `zfs scrub {host} {pool} --stop` stops it',
                zh: '取消仅结束等待；`zfs scrub {host} {pool} --stop` 才会停止校验',
              },
              values,
            ),
          ],
    };
  },
});
