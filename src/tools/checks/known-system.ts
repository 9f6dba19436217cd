import { check } from '../../core/check.ts';
import { list, say } from '../../core/words.ts';
import { DISTROS } from '../distros.ts';
import { found } from '../doctor/verdicts.ts';
import { facts } from '../facts.ts';

export default check({
  title: { en: 'the system is one that the bot knows', zh: '系统为已知发行版' },
  why: {
    en: 'what is read by resemblance cannot be relied on: commands refuse such a host, and other checks may not fit it',
    zh: '按相似性读取的结果不可靠：命令会拒绝该主机，其他检查也可能不适用',
  },
  source: 'os-release(5): ID',
  appliesTo: { en: 'hosts with a shell', zh: '有 shell 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const { distro, os } = await look.read(host, facts());
    if (distro) return found();
    const known = list(Object.values(DISTROS).map(({ title }) => title));
    return found({
      severity: 'notice',
      what: say(
        { en: 'it runs {os} (ID={id}), which I do not know; known: {known}', zh: '运行 {os}（ID={id}），我不了解该发行版；已知：{known}' },
        { os: os.pretty || '?', id: os.id || '?', known },
      ),
    });
  },
});
