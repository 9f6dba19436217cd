import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { found, skip } from '../doctor/verdicts.ts';
import { daysLeft, endOf, endOfProxmox, SOON } from '../eol.ts';
import { facts } from '../facts.ts';
import { version } from '../proxmox/cluster.ts';

export default check({
  title: { en: 'the release is still supported', zh: '系统版本仍受支持' },
  why: { en: 'after its end nobody mends what is found in it', zh: '终止支持后，发现的漏洞不再修复' },
  source: 'each distribution’s own days: `host eol` names the address',
  appliesTo: { en: 'systems whose days are published', zh: '公布了支持期限的系统' },
  kinds: ['linux', 'libvirt', 'pve', 'pbs'],
  async examine(look, host) {
    const product = host.kind === 'pve' ? 'proxmox-ve' : host.kind === 'pbs' ? 'proxmox-backup-server' : undefined;
    const end = product ? endOfProxmox(product, await look.read(host, version())) : endOf(await look.read(host, facts()));
    if (!end) return skip('its system has no days', '其系统没有支持期限');
    const { system, release } = end;
    if (!release) return skip('{system} is not in the table', '表中没有 {system}', { system });
    const days = daysLeft(release, look.now());
    if (days === undefined || days >= SOON) return found();
    const what =
      days <= 0
        ? say({ en: '{system} has not been supported for {days} d', zh: '{system} 已终止支持 {days} 天' }, { system, days: -days })
        : say({ en: '{system} is supported for {days} d more', zh: '{system} 的支持还剩 {days} 天' }, { system, days });
    return found({ severity: days <= 0 ? 'warning' : 'notice', what, fix: `host eol ${host.name}` });
  },
});
