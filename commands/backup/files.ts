import { guest, word } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { backupOf, isOnServer } from '../../src/tools/proxmox/archive-find.ts';
import { when } from '../../src/tools/proxmox/archive-words.ts';
import { filesIn } from '../../src/tools/proxmox/backup-files.ts';
import { clusters, oneGuest } from '../../src/tools/proxmox/cluster-guests.ts';
import { bytes } from '../../src/tools/units.ts';

/** Most rows of the table. */
const MOST = 100;

/** What files a backup on a backup server has, folder by folder. */
export default command({
  summary: { en: 'List files inside of a guest’s backup', zh: '列出客户机备份中的文件' },
  examples: ['backup files gitlab', 'backup files dns1 /root.pxar.didx/etc'],
  risk: 'none',
  kinds: ['pve'],
  args: { guest: guest(), path: word(/^\/[^\n]*$/, { en: 'PATH', zh: '路径' }).default('/') },
  /** `latest`, a volume id or the end of one, or a day such as 2026-11-20. */
  options: { from: word(/^[A-Za-z0-9][^\s]*$/, { en: 'ARCHIVE', zh: '归档' }).optional() },
  async plan({ guest: typed, path, from }, look) {
    const seen = await clusters(look);
    const one = oneGuest(seen, typed);
    const { archive, notes } = await backupOf(look, one, from, isOnServer);
    if (!isOnServer(archive)) {
      throw new Refusal(
        say(
          { en: '{volid} is one file; only backups on a backup server can be looked into', zh: '{volid} 是单个文件；只能查看备份服务器上的备份' },
          { volid: archive.volid },
        ),
        say({ en: '`backup list {typed}` shows the others', zh: '可用 `backup list {typed}` 查看其他备份' }, { typed }),
      );
    }
    const files = await look.read(one.host, filesIn(archive, path));
    const rows = files
      .slice(0, MOST)
      .map(({ name, folder, size, at }): Cell[] => [folder ? `${name}/` : name, size === undefined ? '-' : bytes(size), when(at)]);
    const cut = files.length > MOST ? [say({ en: 'the first {most} of {n}', zh: '共 {n} 个，仅显示前 {most} 个' }, { most: MOST, n: files.length })] : [];
    const columns = [say({ en: 'name', zh: '名称' }), say({ en: 'size', zh: '大小' }), say({ en: 'changed (UTC)', zh: '修改时间（UTC）' })];
    return answer(say({ en: '{path} in {volid}', zh: '{volid} 中的 {path}' }, { path, volid: archive.volid }), [{ kind: 'table', columns, rows }], {
      listed: seen.listed,
      notes: [...cut, ...seen.notes, ...notes],
    });
  },
});
