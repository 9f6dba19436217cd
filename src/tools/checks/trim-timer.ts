import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { mountsOf, system, unitOf, wordsOf } from '../doctor/system.ts';
import { found, skip } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'file systems are trimmed', zh: '文件系统会定期 trim' },
  why: { en: 'disks that can give space back only do when they are told which', zh: '磁盘只有被告知后才会归还空间' },
  source: 'fstrim(8); fstrim.timer of util-linux',
  appliesTo: { en: 'hosts with systemd and a disk that takes discards', zh: '使用 systemd 且磁盘支持 discard 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = await look.read(host, system());
    const unit = unitOf(all, 'fstrim.timer');
    if (!unit || unit.get('LoadState') === 'not-found') return skip('there is no fstrim.timer', '没有 fstrim.timer');
    const can = (all.get('discard') ?? []).some((line) => Number(wordsOf(line)[1]) > 0);
    if (!can) return skip('no disk takes discards', '没有支持 discard 的磁盘');
    if (
      unit.get('ActiveState') === 'active' ||
      unit.get('UnitFileState') === 'enabled' ||
      mountsOf(all).some(({ options }) => options.includes('discard') || options.includes('discard=async'))
    )
      return found();
    return found({
      severity: 'notice',
      what: say({ en: 'fstrim.timer is {state}', zh: 'fstrim.timer 的状态为 {state}' }, { state: unit.get('ActiveState') ?? '?' }),
      fix: `svc enable fstrim.timer ${host.name}`,
    });
  },
});
