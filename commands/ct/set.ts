import { guest, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** A name as DNS has it; empty takes it away. */
const DNS_NAME = /^$|^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** Changes settings of a container, against the config that was seen; shows which of them wait for a restart. */
export default command({
  summary: { en: 'Change settings of a container', zh: '更改容器的设置' },
  examples: ['ct set dns1 --memory 1G --onboot yes'],
  risk: 'low',
  kinds: ['pve'],
  args: { guest: guest() },
  options: {
    memory: word(/^[0-9]+(\.[0-9]+)?[MGT]$/, { en: '4G', zh: '4G' }).optional(),
    cores: word(/^([1-9][0-9]{0,3}|all)$/, { en: 'N', zh: 'N' }).optional(),
    name: word(DNS_NAME, { en: 'NAME', zh: '名称' }).optional(),
    tags: word(/^[A-Za-z0-9_+.,;-]*$/, { en: 'TAG,TAG', zh: '标签,标签' }).optional(),
    onboot: word(/^(yes|no)$/, { en: 'yes|no', zh: 'yes|no' }).optional(),
    protection: word(/^(yes|no)$/, { en: 'yes|no', zh: 'yes|no' }).optional(),
  },
  plan: ({ guest: typed, ...settings }, look) => planWith(look, 'ct', typed, ({ deeds }) => deeds.set, settings),
});
