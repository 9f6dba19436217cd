import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { disks } from '../doctor/disks.ts';
import { found, skip, without } from '../doctor/verdicts.ts';
import { zpools } from '../doctor/zpools.ts';

export default check({
  title: { en: 'ZFS pools have room', zh: 'ZFS 池仍有空间' },
  why: { en: 'a full pool is slow, and can hardly be emptied', zh: '写满的池会变慢，也难以清理' },
  source: 'OpenZFS documentation, “Workload Tuning”: free space; zpool-list(8); doctor.poolPercent of the configuration',
  appliesTo: { en: 'hosts with a ZFS pool', zh: '有 ZFS 池的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const pools = zpools(await look.read(host, disks()));
    if (!pools) return without('zpool');
    if (pools.length === 0) return skip('no pool', '没有存储池');
    return found(
      ...pools.map(({ name, percent }) =>
        percent <= look.declared.doctor.poolPercent
          ? undefined
          : {
              name,
              severity: percent >= 95 ? ('critical' as const) : ('warning' as const),
              what: say({ en: 'pool {name} is {percent} % full', zh: '存储池 {name} 已用 {percent} %' }, { name, percent }),
              fix: `zfs snapshots ${host.name} ${name}`,
            },
      ),
    );
  },
});
