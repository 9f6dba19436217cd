import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { system } from '../doctor/system.ts';
import { found, isMeant, skip } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'KSM runs where it is meant to', zh: '应启用 KSM 的主机已启用' },
  why: { en: 'built in is not running: equal pages are merged only when run is 1', zh: '编译进内核不等于运行：run 为 1 时才会合并相同页' },
  source: 'Linux Documentation/admin-guide/mm/ksm.rst: run',
  appliesTo: { en: 'hosts that doctor.ksm names', zh: 'doctor.ksm 指定的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    if (!isMeant(look.declared.doctor.ksm, host)) return skip('not named in doctor.ksm', '未在 doctor.ksm 中指定');
    const run = (await look.read(host, system())).get('ksm')?.[0]?.trim();
    if (run === undefined) return skip('its kernel has no KSM', '内核不支持 KSM');
    if (run === '1') return found();
    return found({
      severity: 'notice',
      what: say({ en: 'KSM is built in and off (run {run})', zh: 'KSM 已内置但未运行（run {run}）' }, { run }),
      fix: `mem ksm ${host.name} on`,
    });
  },
});
