import { guest, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** Makes a disk of a container larger: +10G by, 40G to. A disk never gets smaller. */
export default command({
  summary: { en: 'Make a disk of a container larger', zh: '扩容容器的磁盘' },
  examples: ['ct resize dns1 rootfs +4G'],
  risk: 'medium',
  kinds: ['pve'],
  args: {
    guest: guest(),
    disk: word(/^[a-z]+[0-9]*$/, { en: 'DISK', zh: '磁盘' }),
    size: word(/^\+?[0-9]+(\.[0-9]+)?[MGT]$/, { en: '+10G|40G', zh: '+10G|40G' }),
  },
  plan: ({ guest: typed, disk, size }, look) => planWith(look, 'ct', typed, ({ deeds }) => deeds.resize, { disk, size }),
});
