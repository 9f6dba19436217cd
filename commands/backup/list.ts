import { z } from 'zod';
import { cluster, guest, storage } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { age, verifiedWords, when, YES } from '../../src/tools/proxmox/archive-words.ts';
import { archivesOf } from '../../src/tools/proxmox/archives.ts';
import { clusters, manyGuests } from '../../src/tools/proxmox/cluster-guests.ts';
import { bytes } from '../../src/tools/units.ts';

/** Most rows of the table. */
const MOST = 40;

/** One line of notes, as far as a table has room for it. */
function shorten(notes: string): string {
  const line = notes.trim().split('\n')[0] ?? '';
  return line.length > 24 ? `${line.slice(0, 23)}…` : line;
}

/** Backups over all storages that hold any, newest first. */
export default command({
  summary: { en: 'List backups', zh: '列出备份' },
  examples: ['backup list', 'backup list gitlab', 'backup list gitlab dns1 --storage pbs', 'backup list --cluster alpha'],
  risk: 'none',
  kinds: ['pve'],
  args: { guests: z.array(guest()).max(50).default([]) },
  options: { cluster: cluster().optional(), storage: storage().optional() },
  async plan({ guests, storage: shelf }, look) {
    const seen = await clusters(look);
    const chosen = manyGuests(seen, guests);
    const asked = await Promise.all(
      seen.answers.map(async ({ host, value }) => {
        const vmids = chosen.filter((one) => one.host.name === host.name).map((one) => one.guest.vmid);
        if (guests.length > 0 && vmids.length === 0) return { host, value, found: [], notes: [] };
        const read = await archivesOf(look, host, value, { storage: shelf?.slice(shelf.indexOf('/') + 1), ...(guests.length > 0 ? { vmids } : {}) });
        return { host, value, ...read };
      }),
    );
    const all = asked
      .flatMap(({ host, value, found }) => found.map((archive) => ({ host, archive, name: value.guests.find(({ vmid }) => vmid === archive.vmid)?.name })))
      .sort((a, b) => b.archive.at - a.archive.at);
    const rows = all
      .slice(0, MOST)
      .map(({ host, archive, name }): Cell[] => [
        name ?? say({ en: '{id} (no such guest)', zh: '{id}（无此客户机）' }, { id: archive.vmid ?? '?' }),
        when(archive.at),
        age(archive.at, look.now()),
        bytes(archive.size),
        archive.local ? `${archive.storage} (${archive.on})` : archive.storage,
        verifiedWords(archive.verified),
        archive.protected ? YES : '',
        archive.notes === name ? '' : shorten(archive.notes),
        seen.answers.length > 1 ? `${host.name}/${archive.volid}` : archive.volid.slice(archive.volid.indexOf('/') + 1),
      ]);
    const columns = [
      say({ en: 'guest', zh: '客户机' }),
      say({ en: 'when (UTC)', zh: '时间（UTC）' }),
      say({ en: 'age', zh: '距今' }),
      say({ en: 'size', zh: '大小' }),
      say({ en: 'storage', zh: '存储' }),
      say({ en: 'verified', zh: '校验' }),
      say({ en: 'protected', zh: '保护' }),
      say({ en: 'notes', zh: '备注' }),
      say({ en: 'archive', zh: '归档' }),
    ];
    const cut = all.length > MOST ? [say({ en: 'the newest {most} of {n}', zh: '共 {n} 个，仅显示最新 {most} 个' }, { most: MOST, n: all.length })] : [];
    return answer(say({ en: 'backups', zh: '备份' }), [{ kind: 'table', columns, rows }], {
      listed: seen.listed,
      notes: [...cut, ...seen.notes, ...asked.flatMap((one) => one.notes)],
    });
  },
});
