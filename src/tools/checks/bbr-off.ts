import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { system } from '../doctor/system.ts';
import { found, isMeant, skip } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'BBR runs where it is configured', zh: '配置了 BBR 的主机正在使用 BBR' },
  why: { en: 'a setting in a file is of no use until it is loaded, and its module is there', zh: '文件中的设置在加载之前、模块缺失时都不起作用' },
  source: 'Linux Documentation/networking/ip-sysctl.rst: tcp_congestion_control; sysctl.d(5)',
  appliesTo: { en: 'hosts that sysctl.d(5) or doctor.bbr means to use BBR', zh: 'sysctl.d(5) 或 doctor.bbr 要求使用 BBR 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = await look.read(host, system());
    const runs = all.get('congestion')?.[0]?.trim() ?? '';
    const wanted = isMeant(look.declared.doctor.bbr, host) || all.get('congestion-wanted')?.at(-1)?.trim() === 'bbr';
    if (!wanted) return skip('BBR is not configured', '未配置 BBR');
    if (runs === 'bbr') return found();
    return found({
      severity: 'notice',
      what: say({ en: 'BBR is configured, {runs} runs', zh: '已配置 BBR，实际使用 {runs}' }, { runs: runs || '?' }),
      fix: `net bbr on ${host.name}`,
    });
  },
});
