import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { disks } from '../doctor/disks.ts';
import { partOf } from '../doctor/sections.ts';
import { found, skip, without } from '../doctor/verdicts.ts';

const GIB = 2 ** 30;

export default check({
  title: { en: 'a zvol uses little more than its size', zh: 'zvol 占用接近其容量' },
  why: { en: 'small blocks on RAID-Z, and what was never trimmed, multiply what a disk uses', zh: 'RAID-Z 上的小块以及未 trim 的数据会成倍占用空间' },
  source: 'zfsprops(7): volsize, used, volblocksize; Proxmox VE manual, “ZFS RAID Level Considerations”',
  appliesTo: { en: 'hosts with zvols', zh: '有 zvol 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const lines = partOf(await look.read(host, disks()), 'zvols');
    if (!lines) return without('zfs');
    if (lines.length === 0) return skip('no zvol', '没有 zvol');
    return found(
      ...lines.map((line) => {
        const [name = '', volsize = '', used = ''] = line.split('\t');
        const times = Number(used) / Number(volsize);
        if (!(times > look.declared.doctor.zvolTimes)) return undefined;
        return {
          name,
          severity: 'notice' as const,
          what: say(
            { en: '{name} uses {used} GiB, {times} times its {size} GiB', zh: '{name} 占用 {used} GiB，为其 {size} GiB 的 {times} 倍' },
            { name, used: Math.round(Number(used) / GIB), size: Math.round(Number(volsize) / GIB), times: times.toFixed(1) },
          ),
          fix: `zfs amplification ${host.name}`,
        };
      }),
    );
  },
});
