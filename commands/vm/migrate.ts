import { guest, node, storage } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';
import { migrationReport } from '../../src/tools/proxmox/migrate-report.ts';

/** Moves a guest to another node of its cluster; a running one goes on meanwhile. */
export default command({
  summary: { en: 'Move a guest to another node', zh: '将虚拟机迁移到其他节点' },
  examples: ['vm migrate web-a pve2', 'vm migrate gitlab pve3 --storage ceph'],
  risk: 'medium',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest(), to: node() },
  options: {
    /** Where its disks go, when the other node lacks the storage they are on. */
    storage: storage().optional(),
  },
  plan: ({ guest: typed, to, storage: on }, look) => planWith(look, 'vm', typed, ({ deeds }) => deeds.migrate, { to, storage: on }),
  report: migrationReport,
});
