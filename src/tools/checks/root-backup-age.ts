import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { ROOT_BACKUP, rootBackup } from '../doctor/rootbackup.ts';
import { system } from '../doctor/system.ts';
import { found, skip } from '../doctor/verdicts.ts';

const HOUR = 3_600_000;

export default check({
  title: { en: 'the backup of the root file system is young', zh: '根文件系统的备份足够新' },
  why: { en: 'a job that does not run any more is noticed when it is needed', zh: '不再运行的任务往往在需要时才被发现' },
  source: 'systemctl(1), show: ExecMainExitTimestamp, Result; doctor.rootBackup of the configuration',
  appliesTo: { en: `hosts with ${ROOT_BACKUP}`, zh: `有 ${ROOT_BACKUP} 的主机` },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const unit = rootBackup(await look.read(host, system()));
    if (!unit) return skip('there is no {unit}', '没有 {unit}', { unit: ROOT_BACKUP });
    const fix = `svc restart ${ROOT_BACKUP} ${host.name}`;
    const most = look.declared.doctor.rootBackupMs;
    if (unit.result !== 'success')
      return found({
        name: ROOT_BACKUP,
        severity: 'critical',
        what: say({ en: 'the last root backup failed: {result}', zh: '上次根备份失败：{result}' }, { result: unit.result }),
        fix,
      });
    if (unit.endedAt === undefined) {
      // systemd forgets the last run at a reboot.
      if (unit.uptimeMs <= most)
        return skip('it has not run since the boot {h} h ago', '自 {h} 小时前启动以来尚未运行', { h: Math.floor(unit.uptimeMs / HOUR) });
      return found({
        name: ROOT_BACKUP,
        severity: 'critical',
        what: say({ en: 'the root backup has not run for {h} h', zh: '根备份已 {h} 小时未运行' }, { h: Math.floor(unit.uptimeMs / HOUR) }),
        fix,
      });
    }
    const age = look.now() - unit.endedAt;
    if (age <= most) return found();
    return found({
      name: ROOT_BACKUP,
      severity: 'critical',
      what: say({ en: 'the last root backup is {h} h old', zh: '上次根备份已过去 {h} 小时' }, { h: Math.floor(age / HOUR) }),
      fix,
    });
  },
});
