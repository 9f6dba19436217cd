import { check } from '../../core/check.ts';
import type { DoctorRules } from '../../core/declared.ts';
import { list, say } from '../../core/words.ts';
import { lineName, shownName, vmConfigs } from '../doctor/guests.ts';
import { found, isMeant, skip } from '../doctor/verdicts.ts';
import { properties, text } from '../proxmox/fields.ts';
import { disksOf } from '../proxmox/guest-disks.ts';

/** The controller of a guest that names none: qm.conf(5). */
const DEFAULT = 'lsi';

/** What no rule forbids, the usual one first. */
const CHOICES = ['virtio-scsi-pci', 'virtio-scsi-single', 'lsi', 'megasas', 'pvscsi'];

/** The options that keep a guest to the rules: one disk at a time. */
function fixes(rules: DoctorRules['controllers'], controller: string, [thread]: readonly string[]): string {
  const forbidden = rules.flatMap(({ forbid }) => forbid);
  const other = CHOICES.find((choice) => !forbidden.includes(choice));
  const threads = thread !== undefined && rules.some(({ iothread }) => iothread);
  return `${forbidden.includes(controller) && other ? ` --controller ${other}` : ''}${threads ? ` --iothread ${thread}=off` : ''}`;
}

export default check({
  title: { en: 'guests have no disk controller that the site forbids', zh: '客户机未使用站点禁用的磁盘控制器' },
  why: { en: 'a site’s own rule, with its own reason; upstream may recommend the opposite', zh: '站点自定规则，理由见配置；上游的建议可能相反' },
  source: 'qm.conf(5): scsihw (default lsi), iothread; doctor.controllers of the configuration',
  appliesTo: { en: 'clusters that doctor.controllers names', zh: 'doctor.controllers 指定的集群' },
  kinds: ['pve'],
  async examine(look, host) {
    const rules = look.declared.doctor.controllers.filter(({ hosts }) => isMeant(hosts, host));
    if (rules.length === 0) return skip('no rule in doctor.controllers is for it', 'doctor.controllers 中没有适用规则');
    const all = await vmConfigs(look, host);
    return found(
      ...all.map(({ guest, config }) => {
        const disks = disksOf('qemu', config).filter(({ cdrom }) => !cdrom);
        const controller = text(config, 'scsihw') ?? DEFAULT;
        const scsi = disks.some(({ name }) => name.startsWith('scsi'));
        const threads = disks.filter(({ value }) => ['1', 'on'].includes(properties(value).get('iothread') ?? '')).map(({ name }) => name);
        const wrong = rules.flatMap(({ forbid, iothread, why }) => {
          const bad = [
            ...(scsi && forbid.includes(controller) ? [controller] : []),
            ...(iothread && threads.length > 0 ? [`iothread (${threads.join(' ')})`] : []),
          ];
          return bad.length > 0 ? [{ bad, why }] : [];
        });
        const [first] = wrong;
        if (!first) return undefined;
        return {
          name: String(guest.vmid),
          severity: 'warning' as const,
          what: say(
            { en: '{guest} on {node} has {bad}: {why}', zh: '{node} 上的 {guest} 使用 {bad}：{why}' },
            { guest: shownName(guest), node: guest.node, bad: list(wrong.flatMap(({ bad }) => bad)), why: first.why },
          ),
          fix: `vm set ${lineName(host, guest)}${fixes(rules, scsi ? controller : '', threads)}`,
        };
      }),
    );
  },
});
