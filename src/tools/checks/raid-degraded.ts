import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { system, wordsOf } from '../doctor/system.ts';
import { found, skip } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'RAID arrays are whole', zh: 'RAID 阵列完好' },
  why: { en: 'one more disk that fails may be the last', zh: '再坏一块磁盘可能就是最后一块' },
  source: 'Linux Documentation/admin-guide/md.rst: md/degraded, md/raid_disks; md(4)',
  appliesTo: { en: 'hosts with an array of md', zh: '有 md 阵列的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const arrays = (await look.read(host, system())).get('md') ?? [];
    if (arrays.length === 0) return skip('no array of md', '没有 md 阵列');
    return found(
      ...arrays.map((line) => {
        const [name = '', level = '', of = '', degraded = '0', action = ''] = wordsOf(line);
        if (Number(degraded) === 0) return undefined;
        return {
          name,
          severity: 'critical' as const,
          what: say(
            { en: '{name} ({level}) lacks {degraded} of {of} disks ({action})', zh: '{name}（{level}）{of} 块磁盘中缺 {degraded} 块（{action}）' },
            { name, level, of, degraded, action },
          ),
          fix: `raid show ${host.name}`,
        };
      }),
    );
  },
});
