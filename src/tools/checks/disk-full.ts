import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { partOf } from '../doctor/sections.ts';
import { system, wordsOf } from '../doctor/system.ts';
import { found } from '../doctor/verdicts.ts';

const MOST = 90;

export default check({
  title: { en: 'file systems have room and inodes', zh: '文件系统仍有空间与 inode' },
  why: { en: 'a full file system stops databases, logs and updates', zh: '写满的文件系统会使数据库、日志与更新停止' },
  source: 'df(1): -P, -i',
  appliesTo: { en: 'hosts with a shell', zh: '有 shell 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = await look.read(host, system());
    const over = (part: string) =>
      (partOf(all, part) ?? []).map(wordsOf).flatMap((words) => {
        const percent = Number.parseInt(words[4] ?? '', 10);
        return percent > MOST ? [{ percent, target: words.slice(5).join(' ') }] : [];
      });
    const severity = (percent: number) => (percent >= 97 ? ('critical' as const) : ('warning' as const));
    const fix = `disk usage ${host.name}`;
    return found(
      ...over('df').map(({ percent, target }) => ({
        ...{ name: target, severity: severity(percent), fix },
        what: say({ en: '{target} is {percent} % full', zh: '{target} 已用 {percent} %' }, { target, percent }),
      })),
      ...over('inodes').map(({ percent, target }) => ({
        ...{ name: `${target} inodes`, severity: severity(percent), fix },
        what: say({ en: '{target} has used {percent} % of its inodes', zh: '{target} 的 inode 已用 {percent} %' }, { target, percent }),
      })),
    );
  },
});
