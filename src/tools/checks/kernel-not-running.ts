import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { system } from '../doctor/system.ts';
import { found, skip } from '../doctor/verdicts.ts';

/** What kind of kernel it is: `amd64`, `pve`, `rpi-v8`, `x86_64`. */
const flavour = (kernel: string) => /[-.]([a-z]\w*(?:-\w+)*)$/i.exec(kernel)?.[1] ?? '';

export default check({
  title: { en: 'the newest kernel runs', zh: '正在运行最新内核' },
  why: { en: 'a fixed kernel protects only when it runs', zh: '修复过的内核只有运行时才有效' },
  source: 'uname(1): -r; the kernels in /boot, in the order of sort(1) -V',
  appliesTo: { en: 'hosts with kernels in /boot', zh: '/boot 中有内核的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = await look.read(host, system());
    const running = all.get('kernel')?.[0]?.trim() ?? '';
    const mine = (all.get('kernels') ?? []).filter((kernel) => flavour(kernel) === flavour(running));
    const newest = mine.at(-1);
    if (newest === undefined) return skip('no kernel of its kind in /boot', '/boot 中没有同类内核');
    if (newest === running) return found();
    if (!mine.includes(running)) return skip('its kernel {running} is not from /boot', '其内核 {running} 不在 /boot 中', { running });
    return found({
      severity: 'notice',
      what: say({ en: 'kernel {running} runs, {newest} is installed', zh: '运行内核 {running}，已安装 {newest}' }, { running, newest }),
      fix: `host reboot ${host.name}`,
    });
  },
});
