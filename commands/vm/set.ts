import { guest, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** A name as DNS has it; empty takes it away. */
const DNS_NAME = /^$|^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** A disk and whether something of it is so: `scsi0=on`. */
const DISK_FLAG = /^(scsi|virtio|sata|ide)[0-9]{1,2}=(on|off)$/;

/** Changes settings of a guest, against the config that was seen; shows which of them wait for a restart. */
export default command({
  summary: { en: 'Change settings of a guest', zh: '更改虚拟机的设置' },
  examples: [
    'vm set vault --memory 6G',
    'vm set wiki --cores 4 --tags docs,prod',
    'vm set vault --protection no',
    'vm set wiki --controller virtio-scsi-pci --iothread scsi0=off',
  ],
  risk: 'low',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  options: {
    memory: word(/^[0-9]+(\.[0-9]+)?[MGT]$/, { en: '4G', zh: '4G' }).optional(),
    cores: word(/^[1-9][0-9]{0,3}$/, { en: 'N', zh: 'N' }).optional(),
    name: word(DNS_NAME, { en: 'NAME', zh: '名称' }).optional(),
    tags: word(/^[A-Za-z0-9_+.,;-]*$/, { en: 'TAG,TAG', zh: '标签,标签' }).optional(),
    onboot: word(/^(yes|no)$/, { en: 'yes|no', zh: 'yes|no' }).optional(),
    protection: word(/^(yes|no)$/, { en: 'yes|no', zh: 'yes|no' }).optional(),
    controller: word(/^(lsi|lsi53c810|virtio-scsi-pci|virtio-scsi-single|megasas|pvscsi)$/, { en: 'CONTROLLER', zh: '控制器' }).optional(),
    discard: word(DISK_FLAG, { en: 'DISK=on|off', zh: '磁盘=on|off' }).optional(),
    iothread: word(DISK_FLAG, { en: 'DISK=on|off', zh: '磁盘=on|off' }).optional(),
  },
  plan: ({ guest: typed, ...settings }, look) => planWith(look, 'vm', typed, ({ deeds }) => deeds.set, settings),
});
