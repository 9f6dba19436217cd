import { flag, guest, snapshot, span } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** Takes a snapshot of a guest: on libvirt with its memory when it runs, on Proxmox with --memory. */
export default command({
  summary: { en: 'Take a snapshot of a guest', zh: '为虚拟机创建快照' },
  examples: ['vm snapshot shop before-update', 'vm snapshot shop before-update --keep 7d', 'vm snapshot web-a before-update --memory'],
  risk: 'low',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest(), name: snapshot() },
  options: {
    /** How long it is kept; without it, until someone deletes it. */
    keep: span().optional(),
    /** Of a running guest of a cluster, its memory as well. */
    memory: flag(),
  },
  plan: ({ guest: typed, name, keep, memory }, look) => planWith(look, 'vm', typed, ({ deeds }) => deeds.snapshot, { name, keep, memory: memory === true }),
});
