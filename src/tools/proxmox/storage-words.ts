import { list, type Said, say } from '../../core/words.ts';
import type { Stored } from './storage.ts';
import type { Sight } from './storages.ts';

const SIGHTS: Readonly<Record<Sight, Said>> = {
  active: say({ en: 'active', zh: '活动' }),
  inactive: say({ en: 'NOT ACTIVE', zh: '未激活' }),
  absent: say({ en: 'not there', zh: '不适用' }),
  off: say({ en: 'node is off', zh: '节点离线' }),
  disabled: say({ en: 'disabled', zh: '已禁用' }),
};

export function sightWords(sight: Sight): Said {
  return SIGHTS[sight];
}

/** What is wrong with a storage: active on some nodes, and not on others that it is not kept from. */
export function faults({ host, storage, sight }: Stored): Said[] {
  const not = sight.filter((one) => one.sight === 'inactive').map(({ node }) => node);
  const on = sight.filter((one) => one.sight === 'active').map(({ node }) => node);
  if (not.length === 0) return [];
  const name = storage.storage;
  return [
    on.length === 0
      ? say({ en: '{host}: {name} is not active on any node', zh: '{host}：{name} 在所有节点上都未激活' }, { host: host.name, name })
      : say(
          {
            en: '{host}: {name} is not active on {not}; `storage nodes {name} {on}` keeps it to the nodes that have it',
            zh: '{host}：{name} 在 {not} 上未激活；可用 `storage nodes {name} {on}` 限定到拥有它的节点',
          },
          { host: host.name, name, not: list(not), on: on.join(' ') },
        ),
  ];
}
