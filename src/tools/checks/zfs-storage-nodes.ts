import { check } from '../../core/check.ts';
import { list, say } from '../../core/words.ts';
import { found, skip } from '../doctor/verdicts.ts';
import { resources } from '../proxmox/resources.ts';
import { sightOf, storages } from '../proxmox/storages.ts';

export default check({
  title: { en: 'a ZFS storage is kept to the nodes that have its pool', zh: 'ZFS 存储仅限于拥有该池的节点' },
  why: { en: 'elsewhere it is tried again and again: “no such pool”', zh: '其他节点会不断报错：“no such pool”' },
  source: 'Proxmox VE manual, “Local ZFS Pool Backend”; pvesm(1): --nodes',
  appliesTo: { en: 'clusters with a storage of type zfspool', zh: '带 zfspool 存储的集群' },
  kinds: ['pve'],
  async examine(look, host) {
    const [known, all] = await Promise.all([look.read(host, storages()), look.read(host, resources())]);
    const pools = known.filter(({ type, disabled }) => type === 'zfspool' && !disabled);
    if (pools.length === 0) return skip('no storage of type zfspool', '没有 zfspool 类型的存储');
    return found(
      ...pools.map((storage) => {
        const sight = sightOf(storage, all);
        const active = sight.filter(({ sight: how }) => how === 'active').map(({ node }) => node);
        const missing = sight.filter(({ sight: how }) => how === 'inactive').map(({ node }) => node);
        if (missing.length === 0) return undefined;
        return {
          name: storage.storage,
          severity: active.length > 0 ? ('warning' as const) : ('critical' as const),
          what: say(
            { en: 'storage {name} is meant for {missing}, where it is not active', zh: '存储 {name} 分配给了 {missing}，但在那里未激活' },
            { name: storage.storage, missing: list(missing) },
          ),
          ...(active.length > 0 ? { fix: `storage nodes ${host.name}/${storage.storage} ${active.join(' ')}` } : {}),
        };
      }),
    );
  },
});
