import { z } from 'zod';
import { confirm, storage, vmid, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { restoreHost } from '../../src/tools/hostbackup/restore.ts';
import { aboutHosts, amongHosts, mustBeOne, oneNamed } from '../../src/tools/hostbackup.ts';
import { isArchive, sourceOf } from '../../src/tools/proxmox/backup-restore.ts';
import { restoreNew } from '../../src/tools/proxmox/backup-restore-new.ts';
import { restoreOver } from '../../src/tools/proxmox/backup-restore-over.ts';
import { clusters, guestNames } from '../../src/tools/proxmox/cluster-guests.ts';

/** A node, `cluster/node`, or a folder. */
const TO = /^(([A-Za-z0-9_][A-Za-z0-9._-]*\/)?[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?|\/[^\n]*)$/;

/** Restores a backup: of a host to a new folder; of a guest to a new number beside what is there; or with `--over` and `--confirm` in place of what is there. */
export default command({
  summary: { en: 'Restore a backup beside what is there, unless --over', zh: '恢复备份（默认不影响现有内容，除非 --over）' },
  examples: [
    'backup restore gitlab',
    'backup restore gitlab --from latest --id 301 --to pve2 --storage ceph',
    'backup restore dns1 --start',
    'backup restore wiki --over --confirm wiki',
    'backup restore web1/etc',
    'backup restore web1/etc --from latest --path /etc/ssh --to /restore/ssh',
    'backup restore db1/data --over --confirm db1/data',
  ],
  risk: 'medium',
  kinds: ['pve', 'linux', 'libvirt'],
  among: amongHosts('what'),
  args: { what: word(/^[^\s-].*$/, { en: 'GUEST|HOST/BACKUP|ARCHIVE', zh: '客户机|主机/备份|归档' }) },
  options: {
    /** `latest`, a volume id or the end of one, or a day such as 2026-11-20. */
    from: word(/^[A-Za-z0-9][^\s]*$/, { en: 'ARCHIVE', zh: '归档' }).optional(),
    id: vmid().optional(),
    /** The node of a guest; the new folder of what is a host's. */
    to: word(TO, { en: 'NODE|/FOLDER', zh: '节点|/目录' }, 'node').optional(),
    /** Only this, of a host's backup. */
    path: word(/^\/[^\n]*$/, { en: '/PATH', zh: '/路径' }).optional(),
    storage: storage().optional(),
    start: z.boolean().default(false),
    over: z.boolean().default(false),
    confirm: confirm().optional(),
  },
  async plan({ what, from, id, to, path, storage: disks, start, over, confirm: typed }, look) {
    const own = oneNamed(look, what);
    const seen = await clusters(look);
    if (own) {
      if (id !== undefined || disks !== undefined || start || (to !== undefined && !to.startsWith('/'))) throw notForHosts(own.name);
      mustBeOne([what], [own], guestNames(seen));
      return { ...(await restoreHost(look, own, { from, path, into: to, over, confirm: typed })), about: aboutHosts([what], [own]) };
    }
    if (path !== undefined || to?.startsWith('/')) throw forHostsOnly(what);
    if (over && id !== undefined)
      throw new Refusal(
        say({ en: '--id and --over exclude each other', zh: '--id 与 --over 不能同时使用' }),
        say({ en: '--over restores to the number the backup was made of', zh: '--over 恢复到备份原来的编号' }),
      );
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

function notForHosts(name: string): Refusal {
  return new Refusal(
    say(
      {
        en: '--id, --storage and --start are for guests only, and --to takes a folder for {name}',
        zh: '--id、--storage 与 --start 仅用于客户机；恢复 {name} 时 --to 须为目录',
      },
      { name },
    ),
  );
}

function forHostsOnly(what: string): Refusal {
  return new Refusal(
    say(
      {
        en: '“{what}” is no backup of a host: --path, and a folder for --to, are for those only',
        zh: '“{what}”不是主机备份：--path 和目录形式的 --to 仅用于主机备份',
      },
      { what },
    ),
    say({ en: '`backup list` shows them', zh: '可用 `backup list` 查看' }),
  );
}
