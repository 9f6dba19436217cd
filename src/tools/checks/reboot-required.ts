import { check } from '../../core/check.ts';
import { list, say } from '../../core/words.ts';
import { system } from '../doctor/system.ts';
import { found, skip } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'no reboot is asked for', zh: '无需重启' },
  why: { en: 'what was updated is not what runs', zh: '已更新的内容尚未生效' },
  source: 'Debian policy of /run/reboot-required; needrestart(1)',
  appliesTo: { en: 'hosts with a shell', zh: '有 shell 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = await look.read(host, system());
    const [required, ...packages] = all.get('reboot') ?? [];
    if (required === undefined)
      return all.has('dpkg') || all.has('unread dpkg') ? found() : skip('only Debian and its kin leave a note', '仅 Debian 系会留下标记');
    const what =
      packages.length > 0
        ? say({ en: 'a reboot is asked for by {packages}', zh: '{packages} 要求重启' }, { packages: list([...new Set(packages)].slice(0, 5)) })
        : say({ en: 'a reboot is asked for', zh: '需要重启' });
    return found({ severity: 'notice', what, fix: `host reboot ${host.name}` });
  },
});
