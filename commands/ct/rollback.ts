import { flag, guest, snapshot } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** Puts a container back to a snapshot. What it is now is kept as a snapshot where that can be, so that the rollback itself can be undone for a week. */
export default command({
  summary: { en: 'Put a container back to a snapshot', zh: '将容器回滚到快照' },
  examples: ['ct rollback proxy clean'],
  risk: 'high',
  kinds: ['pve'],
  args: { guest: guest(), name: snapshot() },
  options: {
    /** On a cluster: starts it again when the snapshot holds no memory. */
    start: flag(),
  },
  plan: ({ guest: typed, name, start }, look) => planWith(look, 'ct', typed, ({ deeds }) => deeds.rollback, { name, start: start === true }),
});
