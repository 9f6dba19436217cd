import { answer, command } from '../../src/core/command.ts';
import type { Block, Cell } from '../../src/core/types.ts';
import { list, quoted, type Said, say } from '../../src/core/words.ts';
import { when } from '../../src/tools/proxmox/archive-words.ts';
import { orElse } from '../../src/tools/proxmox/cluster-view.ts';
import { allSnapshots, findDatastore, storeName } from '../../src/tools/proxmox/datastore.ts';
import { datastoreName } from '../../src/tools/proxmox/datastore-args.ts';
import { fullWords, gcWords } from '../../src/tools/proxmox/datastore-words.ts';
import { gc as gcOf } from '../../src/tools/proxmox/pbs.ts';
import { runningTasks } from '../../src/tools/proxmox/pbs-jobs.ts';
import { bytes, percent } from '../../src/tools/units.ts';

/** One datastore: how full it is, garbage, what it holds and how much of that is verified. */
export default command({
  summary: { en: 'Show one datastore', zh: '查看一个数据存储' },
  examples: ['datastore show main', 'datastore show pbs1/cold'],
  risk: 'none',
  kinds: ['pbs'],
  args: { datastore: datastoreName() },
  async plan({ datastore: typed }, look) {
    const store = await findDatastore(look, typed);
    const { host, usage, notes } = store;
    const [gc, all, running] = await Promise.all([
      orElse(look.read(host, gcOf(usage.store)), usage.gc),
      allSnapshots(look, host, usage.store),
      orElse(look.read(host, runningTasks(usage.store)), []),
    ]);
    const now = look.now();
    const groups = new Set(all.map(({ ns, type, id }) => `${ns}:${type}/${id}`));
    const of = (state: 'ok' | 'failed' | undefined) => all.filter(({ verified }) => verified === state).length;
    const facts: [Said, Cell][] = [
      [
        say({ en: 'used', zh: '已用' }),
        say({ en: '{used} of {total}', zh: '{total} 的 {used}' }, { used: percent(usage.used, usage.total), total: bytes(usage.total) }),
      ],
      [say({ en: 'free', zh: '剩余' }), bytes(usage.avail)],
      [say({ en: 'full', zh: '预计写满' }), fullWords(usage.full, now)],
      [
        say({ en: 'holds', zh: '内容' }),
        say({ en: 'backups: {n}, of guests and hosts: {groups}', zh: '{groups} 个对象的 {n} 个备份' }, { n: all.length, groups: groups.size }),
      ],
      [say({ en: 'newest (UTC)', zh: '最新（UTC）' }), when(all[0]?.at)],
      [
        say({ en: 'verified', zh: '校验' }),
        say(
          { en: '{ok} ok, {failed} failed, {never} never', zh: '{ok} 通过，{failed} 失败，{never} 从未' },
          { ok: of('ok'), failed: of('failed'), never: of(undefined) },
        ),
      ],
      [say({ en: 'garbage collection', zh: '垃圾回收' }), gcWords(gc, now)],
      ...(gc
        ? [
            [
              say({ en: 'to be removed', zh: '待删除' }),
              say({ en: '{pending}, once a day old', zh: '{pending}，满一天后' }, { pending: bytes(gc.pending) }),
            ] as [Said, Cell],
            [say({ en: 'next (UTC)', zh: '下次（UTC）' }), when(gc.next)] as [Said, Cell],
          ]
        : []),
      [
        say({ en: 'runs now', zh: '正在运行' }),
        running.length > 0 ? list(running.map(({ type, id }) => `${type} ${id}`.trim())) : say({ en: 'nothing', zh: '无' }),
      ],
    ];
    const block: Block = { kind: 'facts', facts };
    const broken = usage.error === undefined ? [] : [quoted(usage.error)];
    return answer(say({ en: 'datastore {name}', zh: '数据存储 {name}' }, { name: storeName(store) }), [block], { notes: [...broken, ...notes] });
  },
});
