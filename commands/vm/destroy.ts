import { confirm, guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** Destroys a stopped guest with its disks and snapshots, and takes it out of jobs and HA. */
export default command({
  summary: { en: 'Destroy a guest with its disks', zh: '销毁虚拟机及其磁盘' },
  examples: ['vm destroy legacy --confirm legacy'],
  risk: 'high',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  options: {
    /** Its name once more: of what is about to be lost. */
    confirm: confirm(),
  },
  plan: ({ guest: typed, confirm: named }, look) => planWith(look, 'vm', typed, ({ deeds }) => deeds.destroy, { confirm: named }),
});
