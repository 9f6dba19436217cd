import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { ROOT_BACKUP, rootBackup } from '../doctor/rootbackup.ts';
import { system } from '../doctor/system.ts';
import { found, skip } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'the backup of the root file system requires its mount', zh: '根文件系统备份依赖其挂载点' },
  why: { en: 'without the disk it would fill the root file system with a copy of itself', zh: '磁盘未挂载时会用自身副本填满根文件系统' },
  source: 'systemd.unit(5): RequiresMountsFor=',
  appliesTo: { en: `hosts with ${ROOT_BACKUP}`, zh: `有 ${ROOT_BACKUP} 的主机` },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const unit = rootBackup(await look.read(host, system()));
    if (!unit) return skip('there is no {unit}', '没有 {unit}', { unit: ROOT_BACKUP });
    // systemd adds what a unit needs to run, such as its working directory: `/` and what is always there guard nothing.
    if (unit.needs.some((path) => !['/', '/var/tmp', '/tmp', '/root'].includes(path))) return found();
    return found({
      name: ROOT_BACKUP,
      severity: 'warning',
      what: say(
        { en: '{unit} has no RequiresMountsFor=: {command}', zh: '{unit} 没有 RequiresMountsFor=：{command}' },
        { unit: ROOT_BACKUP, command: unit.command || '?' },
      ),
      fix: `svc show ${ROOT_BACKUP} ${host.name}`,
    });
  },
});
