import { guest, snapshot, span } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** Takes a snapshot of the disks of a container. */
export default command({
  summary: { en: 'Take a snapshot of a container', zh: '为容器创建快照' },
  examples: ['ct snapshot dns1 before-update --keep 7d'],
  risk: 'low',
  kinds: ['pve'],
  args: { guest: guest(), name: snapshot() },
  options: {
    /** How long it is kept; without it, until someone deletes it. */
    keep: span().optional(),
  },
  plan: ({ guest: typed, name, keep }, look) => planWith(look, 'ct', typed, ({ deeds }) => deeds.snapshot, { name, keep, memory: false }),
});
