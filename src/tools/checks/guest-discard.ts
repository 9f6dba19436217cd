import { check } from '../../core/check.ts';
import { list, say } from '../../core/words.ts';
import { lineName, shownName, vmConfigs } from '../doctor/guests.ts';
import { found, skip } from '../doctor/verdicts.ts';
import { properties } from '../proxmox/fields.ts';
import { disksOf } from '../proxmox/guest-disks.ts';
import { storages } from '../proxmox/storages.ts';

/** Storages that give space back when a guest says what it does not need. */
const THIN = ['zfspool', 'lvmthin', 'rbd', 'btrfs'];

export default check({
  title: { en: 'disks on thin storage give space back', zh: '精简存储上的磁盘会归还空间' },
  why: { en: 'without discard what a guest deletes stays allocated for good', zh: '没有 discard，客户机删除的数据会一直占用空间' },
  source: 'Proxmox VE manual, “Hard Disk”: Trim/Discard; qm.conf(5)',
  appliesTo: { en: 'clusters with storages of type ZFS, thin LVM, RBD or BTRFS', zh: '使用 ZFS、LVM-thin、RBD 或 BTRFS 存储的集群' },
  kinds: ['pve'],
  async examine(look, host) {
    const [known, all] = await Promise.all([look.read(host, storages()), vmConfigs(look, host)]);
    const thin = new Set(known.filter(({ type }) => THIN.includes(type)).map(({ storage }) => storage));
    if (thin.size === 0) return skip('no thin storage', '没有精简存储');
    return found(
      ...all.map(({ guest, config }) => {
        const disks = disksOf('qemu', config)
          .filter(
            ({ name, cdrom, storage, volume }) => /^(scsi|virtio|sata|ide)\d/.test(name) && !cdrom && !volume.includes('cloudinit') && thin.has(storage ?? ''),
          )
          .filter(({ value }) => properties(value).get('discard') !== 'on');
        if (disks.length === 0) return undefined;
        return {
          name: String(guest.vmid),
          severity: 'notice' as const,
          what: say(
            { en: '{guest} on {node}: no discard on {disks}', zh: '{node} 上的 {guest}：{disks} 未启用 discard' },
            { guest: shownName(guest), node: guest.node, disks: list(disks.map(({ name }) => name)) },
          ),
          fix: `vm set ${lineName(host, guest)} --discard ${disks[0]?.name ?? ''}=on`,
        };
      }),
    );
  },
});
