import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { mountsOf, system } from '../doctor/system.ts';
import { found } from '../doctor/verdicts.ts';

/** File systems that turn read-only by themselves when their disk fails. */
const DISKS = ['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs'];

export default check({
  title: { en: 'no file system has turned read-only', zh: '没有变为只读的文件系统' },
  why: { en: 'a disk that fails makes its file system read-only: nothing is saved any more', zh: '磁盘故障会使文件系统变为只读：数据无法再保存' },
  source: 'ext4(5): errors=remount-ro; proc_pid_mountinfo(5)',
  appliesTo: { en: 'hosts with a shell', zh: '有 shell 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = mountsOf(await look.read(host, system()));
    const wrong = all.filter(({ type, device, options }) => device.startsWith('/dev/') && DISKS.includes(type) && options.includes('ro'));
    const once = wrong.filter(({ device }, i) => wrong.findIndex((other) => other.device === device) === i);
    return found(
      ...once.map(({ device, target }) => ({
        name: target,
        severity: target === '/' ? ('critical' as const) : ('warning' as const),
        what: say({ en: '{target} ({device}) is read-only', zh: '{target}（{device}）为只读' }, { target, device }),
        fix: `disk list ${host.name}`,
      })),
    );
  },
});
