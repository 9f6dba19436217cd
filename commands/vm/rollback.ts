import { flag, guest, snapshot } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** Puts a guest back to a snapshot. What it is now is kept as a snapshot where that can be, so that the rollback itself can be undone for a week. */
export default command({
  summary: { en: 'Put a guest back to a snapshot', zh: '将虚拟机回滚到快照' },
  examples: ['vm rollback shop fresh', 'vm rollback runner fresh --start'],
  risk: 'high',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest(), name: snapshot() },
  options: {
    /** On a cluster: starts it again when the snapshot holds no memory. */
    start: flag(),
  },
  plan: ({ guest: typed, name, start }, look) => planWith(look, 'vm', typed, ({ deeds }) => deeds.rollback, { name, start: start === true }),
});
