import { guest, node, storage } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';
import { migrationReport } from '../../src/tools/proxmox/migrate-report.ts';

/** Moves a container to another node of its cluster; a running one is stopped, moved, and started again. */
export default command({
  summary: { en: 'Move a container to another node', zh: '将容器迁移到其他节点' },
  examples: ['ct migrate dns1 pve2'],
  risk: 'medium',
  kinds: ['pve'],
  args: { guest: guest(), to: node() },
  options: {
    /** Where its disks go, when the other node lacks the storage they are on. */
    storage: storage().optional(),
  },
  plan: ({ guest: typed, to, storage: on }, look) => planWith(look, 'ct', typed, ({ deeds }) => deeds.migrate, { to, storage: on }),
  report: migrationReport,
});
