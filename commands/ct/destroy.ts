import { confirm, guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** Destroys a stopped container with its disks and snapshots, and takes it out of jobs and HA. */
export default command({
  summary: { en: 'Destroy a container with its disks', zh: '销毁容器及其磁盘' },
  examples: ['ct destroy cron --confirm cron'],
  risk: 'high',
  kinds: ['pve'],
  args: { guest: guest() },
  options: {
    /** Its name once more: of what is about to be lost. */
    confirm: confirm(),
  },
  plan: ({ guest: typed, confirm: named }, look) => planWith(look, 'ct', typed, ({ deeds }) => deeds.destroy, { confirm: named }),
});
