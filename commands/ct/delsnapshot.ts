import { flag, guest, moment, snapshot } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** Deletes a snapshot of a container; the container itself, and what was made from the snapshot, stays as it is. */
export default command({
  summary: { en: 'Delete a snapshot of a container', zh: '删除容器的快照' },
  examples: ['ct delsnapshot proxy clean'],
  risk: 'medium',
  kinds: ['pve'],
  args: { guest: guest(), name: snapshot() },
  options: {
    /** Only the one that was made before this moment: another of the same name is left alone. */
    'made-before': moment().optional(),
    /** On a cluster: out of the config, also where its disks cannot be removed. */
    force: flag(),
  },
  plan: ({ guest: typed, name, 'made-before': before, force }, look) =>
    planWith(look, 'ct', typed, ({ deeds }) => deeds.delsnapshot, { name, before, force: force === true }),
});
