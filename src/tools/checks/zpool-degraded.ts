import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { disks } from '../doctor/disks.ts';
import { found, skip, without } from '../doctor/verdicts.ts';
import { zpools } from '../doctor/zpools.ts';

export default check({
  title: { en: 'ZFS pools are whole', zh: 'ZFS 池完好' },
  why: { en: 'one more disk that fails may be the last', zh: '再坏一块磁盘可能就是最后一块' },
  source: 'zpoolconcepts(7), “Device Failure and Recovery”; zpool-list(8)',
  appliesTo: { en: 'hosts with a ZFS pool', zh: '有 ZFS 池的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const pools = zpools(await look.read(host, disks()));
    if (!pools) return without('zpool');
    if (pools.length === 0) return skip('no pool', '没有存储池');
    return found(
      ...pools.map(({ name, health }) =>
        health === 'ONLINE'
          ? undefined
          : {
              name,
              severity: 'critical' as const,
              what: say({ en: 'pool {name} is {health}', zh: '存储池 {name} 的状态为 {health}' }, { name, health }),
              fix: `zfs list ${host.name}`,
            },
      ),
    );
  },
});
