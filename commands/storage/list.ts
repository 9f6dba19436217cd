import { anyTargets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { list, type Said, say } from '../../src/core/words.ts';
import { NO, YES } from '../../src/tools/proxmox/archive-words.ts';
import { allStorages, type Stored } from '../../src/tools/proxmox/storage.ts';
import { faults, sightWords } from '../../src/tools/proxmox/storage-words.ts';
import { percent } from '../../src/tools/units.ts';

/** Storages of all clusters in one table: what they hold, how full they are, and how each node sees them. */
export default command({
  summary: { en: 'List storages', zh: '列出存储' },
  examples: ['storage list', 'storage list alpha'],
  risk: 'none',
  kinds: ['pve'],
  args: { on: anyTargets() },
  async plan(_input, look) {
    const { found, notes } = await allStorages(look);
    const rows = found.map((one): Cell[] => {
      const { host, storage } = one;
      return [storage.storage, host.name, storage.type, storage.content.join(' '), storage.shared ? YES : NO, used(one), nodes(one)];
    });
    const columns = [
      say({ en: 'storage', zh: '存储' }),
      say({ en: 'cluster', zh: '集群' }),
      say({ en: 'type', zh: '类型' }),
      say({ en: 'content', zh: '内容' }),
      say({ en: 'shared', zh: '共享' }),
      say({ en: 'used', zh: '已用' }),
      say({ en: 'nodes', zh: '节点' }),
    ];
    return answer(say({ en: 'storages', zh: '存储' }), [{ kind: 'table', columns, rows }], { notes: [...found.flatMap(faults), ...notes] });
  },
});

function used({ all, storage, sight }: Stored): Cell {
  const seen = all.storages.filter((one) => one.storage === storage.storage && sight.some(({ node, sight: how }) => node === one.node && how === 'active'));
  if (seen.length === 0) return '-';
  const shown = storage.shared ? seen.slice(0, 1) : seen;
  return list(shown.map(({ node, used: bytes, total }) => (storage.shared ? percent(bytes, total) : `${node} ${percent(bytes, total)}`)));
}

function nodes({ sight }: Stored): Said {
  const [first] = sight;
  if (first && sight.every(({ sight: how }) => how === first.sight)) return say({ en: 'all {how}', zh: '全部{how}' }, { how: sightWords(first.sight) });
  return list(sight.map(({ node, sight: how }) => say({ en: '{node} {how}', zh: '{node} {how}' }, { node, how: sightWords(how) })));
}
