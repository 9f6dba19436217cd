import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { disks } from '../doctor/disks.ts';
import { found, skip, without } from '../doctor/verdicts.ts';
import { volumes } from '../doctor/volumes.ts';

export default check({
  title: { en: 'thin pools have room for data and metadata', zh: '精简池的数据与元数据仍有空间' },
  why: { en: 'a full thin pool makes every volume in it read-only or broken', zh: '精简池写满后其中所有卷都会只读或损坏' },
  source: 'lvmthin(7), “Thin pool metadata/data space exhaustion”; lvs(8); doctor.thinPercent of the configuration',
  appliesTo: { en: 'hosts with a thin pool of LVM', zh: '有 LVM 精简池的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = volumes(await look.read(host, disks()));
    if (!all) return without('lvs');
    const pools = all.filter(({ attr }) => attr.startsWith('t'));
    if (pools.length === 0) return skip('no thin pool', '没有精简池');
    return found(
      ...pools.map(({ name, data = 0, metadata = 0 }) => {
        const most = Math.max(data, metadata);
        if (most <= look.declared.doctor.thinPercent) return undefined;
        return {
          name,
          severity: most >= 95 ? ('critical' as const) : ('warning' as const),
          what: say(
            { en: 'thin pool {name}: data {data} %, metadata {metadata} %', zh: '精简池 {name}：数据 {data} %，元数据 {metadata} %' },
            { name, data, metadata },
          ),
          fix: `lvm show ${host.name}`,
        };
      }),
    );
  },
});
