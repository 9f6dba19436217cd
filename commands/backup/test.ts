import { node, storage, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { sourceOf } from '../../src/tools/proxmox/backup-restore.ts';
import { testPlan } from '../../src/tools/proxmox/backup-test.ts';
import { clusters, named } from '../../src/tools/proxmox/cluster-guests.ts';

/** Proves that a backup can be restored: to a scratch guest without a network, which is started, seen to run, and destroyed whatever happens. */
export default command({
  summary: { en: 'Test a backup by restoring it to a scratch guest', zh: '恢复到临时客户机以测试备份' },
  examples: ['backup test web-a', 'backup test dns1 --storage ceph --to pve2'],
  risk: 'medium',
  kinds: ['pve'],
  args: { what: word(/^[^\s-].*$/, { en: 'GUEST|ARCHIVE', zh: '客户机|归档' }) },
  options: {
    /** `latest`, a volume id or the end of one, or a day such as 2026-11-20. */
    from: word(/^[A-Za-z0-9][^\s]*$/, { en: 'ARCHIVE', zh: '归档' }).optional(),
    to: node().optional(),
    storage: storage().optional(),
  },
  async plan({ what, from, to, storage: disks }, look) {
    const seen = await clusters(look);
    const source = await sourceOf(look, seen, what, from);
    const plan = await testPlan(look, source, { to, disks });
    return { ...plan, about: [named(source.host, source.asked)], listed: seen.listed, notes: [...seen.notes, ...source.notes] };
  },
});
