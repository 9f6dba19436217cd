import { storage as storageName } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block, Cell } from '../../src/core/types.ts';
import { quoted, type Said, say } from '../../src/core/words.ts';
import { atMost } from '../../src/tools/at-most.ts';
import { NO, YES } from '../../src/tools/proxmox/archive-words.ts';
import { findStorage } from '../../src/tools/proxmox/storage.ts';
import { guestsOn, volumesOf } from '../../src/tools/proxmox/storage-volumes.ts';
import { faults, sightWords } from '../../src/tools/proxmox/storage-words.ts';
import { bytes, percent } from '../../src/tools/units.ts';

/** One storage: its settings, how each node sees it, and whose disks are on it. */
export default command({
  summary: { en: 'Show one storage', zh: '查看一个存储' },
  examples: ['storage show ceph', 'storage show alpha/local-zfs'],
  risk: 'none',
  kinds: ['pve'],
  args: { storage: storageName() },
  async plan({ storage: typed }, look) {
    const one = await findStorage(look, typed);
    const { host, storage, all, sight, notes } = one;
    const { found, notes: unseen } = await volumesOf(look, one);
    const guests = guestsOn(one, found);
    const facts: Block = {
      kind: 'facts',
      facts: [
        [say({ en: 'type', zh: '类型' }), storage.type],
        [say({ en: 'content', zh: '内容' }), storage.content.join(' ')],
        [say({ en: 'shared', zh: '共享' }), storage.shared ? YES : NO],
        [say({ en: 'enabled', zh: '启用' }), storage.disabled ? NO : YES],
        [say({ en: 'kept to', zh: '限定节点' }), storage.nodes.length > 0 ? storage.nodes.join(' ') : say({ en: 'all nodes', zh: '全部节点' })],
        ...storage.more.map(([name, value]): [Said, Cell] => [quoted(name), quoted(value)]),
        [say({ en: 'guests with disks here', zh: '有磁盘在此的客户机' }), atMost(guests.map(({ name, vmid }) => `${name} (${vmid})`))],
        ...[...Map.groupBy(found, ({ kind }) => kind)].map(([kind, volumes]): [Said, Cell] => [
          quoted(kind),
          say({ en: '{n}, {size}', zh: '{n} 个，{size}' }, { n: volumes.length, size: bytes(volumes.reduce((sum, { size }) => sum + size, 0)) }),
        ]),
      ],
    };
    const rows = sight.map(({ node, sight: how }): Cell[] => {
      const seen = all.storages.find((other) => other.storage === storage.storage && other.node === node);
      return how === 'active' && seen
        ? [node, sightWords(how), bytes(seen.total), bytes(seen.used), percent(seen.used, seen.total)]
        : [node, sightWords(how), '-', '-', '-'];
    });
    const columns = [
      say({ en: 'node', zh: '节点' }),
      say({ en: 'seen', zh: '状态' }),
      say({ en: 'size', zh: '大小' }),
      say({ en: 'used', zh: '已用' }),
      say({ en: 'full', zh: '占用' }),
    ];
    return answer(
      say({ en: 'storage {name} of {host}', zh: '{host} 的存储 {name}' }, { name: storage.storage, host: host.name }),
      [facts, { kind: 'table', columns, rows }],
      {
        notes: [...faults(one), ...notes, ...unseen],
      },
    );
  },
});
