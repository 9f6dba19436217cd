import { guest, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** A name as DNS has it; empty takes it away. */
const DNS_NAME = /^$|^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** Changes settings of a guest, against the config that was seen; shows which of them wait for a restart. */
export default command({
  summary: { en: 'Change settings of a guest', zh: '更改虚拟机的设置' },
  examples: ['vm set vault --memory 6G', 'vm set wiki --cores 4 --tags docs,prod', 'vm set vault --protection no'],
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
  },
  plan: ({ guest: typed, ...settings }, look) => planWith(look, 'vm', typed, ({ deeds }) => deeds.set, settings),
});
