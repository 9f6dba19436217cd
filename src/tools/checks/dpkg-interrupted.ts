import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { partOf } from '../doctor/sections.ts';
import { system } from '../doctor/system.ts';
import { found, without } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'dpkg was not interrupted', zh: 'dpkg 未被中断' },
  why: { en: 'nothing can be installed, and no security update comes, until it is finished', zh: '完成之前无法安装任何软件包，也收不到安全更新' },
  source: 'dpkg(1): --audit, --configure -a; /var/lib/dpkg/updates',
  appliesTo: { en: 'hosts with dpkg', zh: '使用 dpkg 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const lines = partOf(await look.read(host, system()), 'dpkg');
    if (!lines) return without('dpkg');
    const [first] = lines;
    if (first === undefined) return found();
    return found({
      severity: 'warning',
      what: say({ en: 'packages are half installed: {first}', zh: '有未完成安装的软件包：{first}' }, { first: first.slice(0, 120) }),
      fix: `pkg check ${host.name}`,
    });
  },
});
