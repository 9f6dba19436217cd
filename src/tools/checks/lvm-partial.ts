import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { disks } from '../doctor/disks.ts';
import { found, skip, without } from '../doctor/verdicts.ts';
import { volumes } from '../doctor/volumes.ts';

export default check({
  title: { en: 'mirrors of LVM are whole', zh: 'LVM 镜像完好' },
  why: { en: 'a mirror that lacks a side is no mirror', zh: '缺少一侧的镜像已不再是镜像' },
  source: 'lvs(8): lv_attr, 9th character; lv_health_status; lvmraid(7)',
  appliesTo: { en: 'hosts with logical volumes', zh: '有逻辑卷的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = volumes(await look.read(host, disks()));
    if (!all) return without('lvs');
    if (all.length === 0) return skip('no logical volume', '没有逻辑卷');
    return found(
      ...all.map(({ name, attr, health }) =>
        health === '' && attr[8] !== 'p'
          ? undefined
          : {
              name,
              severity: 'critical' as const,
              what: say({ en: '{name}: {health}', zh: '{name}：{health}' }, { name, health: health || 'partial' }),
              fix: `lvm show ${host.name}`,
            },
      ),
    );
  },
});
