import { z } from 'zod';
import { confirm, node, storage, vmid, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { isArchive, sourceOf } from '../../src/tools/proxmox/backup-restore.ts';
import { restoreNew } from '../../src/tools/proxmox/backup-restore-new.ts';
import { restoreOver } from '../../src/tools/proxmox/backup-restore-over.ts';
import { clusters } from '../../src/tools/proxmox/cluster-guests.ts';

/** Restores a backup: to a new number beside what is there; or with `--over` and `--confirm` in place of a guest, which is destroyed. */
export default command({
  summary: { en: 'Restore a backup, to a new guest unless --over', zh: '恢复备份（默认恢复为新客户机，除非 --over）' },
  examples: [
    'backup restore gitlab',
    'backup restore gitlab --from latest --id 301 --to pve2 --storage ceph',
    'backup restore dns1 --start',
    'backup restore wiki --over --confirm wiki',
  ],
  risk: 'medium',
  kinds: ['pve'],
  args: { what: word(/^[^\s-].*$/, { en: 'GUEST|ARCHIVE', zh: '客户机|归档' }) },
  options: {
    /** `latest`, a volume id or the end of one, or a day such as 2026-11-20. */
    from: word(/^[A-Za-z0-9][^\s]*$/, { en: 'ARCHIVE', zh: '归档' }).optional(),
    id: vmid().optional(),
    to: node().optional(),
    storage: storage().optional(),
    start: z.boolean().default(false),
    over: z.boolean().default(false),
    confirm: confirm().optional(),
  },
  async plan({ what, from, id, to, storage: disks, start, over, confirm: typed }, look) {
    if (over && id !== undefined)
      throw new Refusal(
        say({ en: '--id and --over exclude each other', zh: '--id 与 --over 不能同时使用' }),
        say({ en: '--over restores to the number the backup was made of', zh: '--over 恢复到备份原来的编号' }),
      );
    const seen = await clusters(look);
    const source = await sourceOf(look, seen, what, from);
    const { archive } = source;
    const chosen = (from !== undefined && from !== 'latest') || isArchive(what);
    if (over && archive.verified === 'failed' && !chosen)
      throw new Refusal(
        say({ en: 'the newest backup ({volid}) FAILED verification', zh: '最新的备份（{volid}）校验失败' }, { volid: archive.volid }),
        say({ en: 'name the one to put in its place with --from; `backup list` shows them', zh: '请用 --from 指明要恢复的备份；可用 `backup list` 查看' }),
      );
    const wanted = { to, disks, start };
    const plan = over ? await restoreOver(look, source, wanted, typed) : await restoreNew(look, source, wanted, id === undefined ? undefined : Number(id));
    return { ...plan, listed: seen.listed, notes: [...seen.notes, ...source.notes, ...(plan.notes ?? [])] };
  },
});
