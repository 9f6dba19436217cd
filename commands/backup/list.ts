import { z } from 'zod';
import { cluster, guest, storage } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { hostRow, noteOf } from '../../src/tools/hostbackup/rows.ts';
import { aboutHosts, amongHosts, backupsNamed, declaredOn, mustBeOne, seenOf } from '../../src/tools/hostbackup.ts';
import { age, verifiedWords, when, YES } from '../../src/tools/proxmox/archive-words.ts';
import { archivesOf } from '../../src/tools/proxmox/archives.ts';
import { clusters, guestNames, manyGuests } from '../../src/tools/proxmox/cluster-guests.ts';
import { bytes } from '../../src/tools/units.ts';

/** Most rows of the table. */
const MOST = 40;

/** One line of notes, as far as a table has room for it. */
function shorten(notes: string): string {
  const line = notes.trim().split('\n')[0] ?? '';
  return line.length > 24 ? `${line.slice(0, 23)}…` : line;
}

/** Backups of guests over all storages that hold any, and of hosts by the programs declared for them, newest first. */
export default command({
  summary: { en: 'List backups', zh: '列出备份' },
  examples: [
    'backup list',
    'backup list gitlab',
    'backup list web1',
    'backup list db1/data',
    'backup list gitlab dns1 --storage pbs',
    'backup list --cluster alpha',
  ],
  risk: 'none',
  kinds: ['pve', 'linux', 'libvirt'],
  among: (input, hosts) =>
    input.cluster === undefined && input.storage === undefined ? amongHosts('guests')(input, hosts) : hosts.filter(({ kind }) => kind === 'pve'),
  args: { guests: z.array(guest()).max(50).default([]) },
  options: { cluster: cluster().optional(), storage: storage().optional() },
  async plan({ guests: typed, storage: shelf }, look) {
    const { mine: named, rest } = backupsNamed(look, typed);
    const mine = typed.length === 0 ? declaredOn(look.hosts) : named;
    const guests = typed.length === 0 ? [] : rest;
    const [seen, own] = await Promise.all([clusters(look), Promise.all(mine.map(async (one) => ({ one, seen: await seenOf(look, one) })))]);
    mustBeOne(typed, named, guestNames(seen));
    const chosen = manyGuests(seen, guests);
    const only = typed.length > 0 && guests.length === 0;
    const asked = await Promise.all(
      seen.answers.map(async ({ host, value }) => {
        const vmids = chosen.filter((one) => one.host.name === host.name).map((one) => one.guest.vmid);
        if (only || (guests.length > 0 && vmids.length === 0)) return { host, value, found: [], notes: [] };
        const read = await archivesOf(look, host, value, { storage: shelf?.slice(shelf.indexOf('/') + 1), ...(guests.length > 0 ? { vmids } : {}) });
        return { host, value, ...read };
      }),
    );
    const all = asked
      .flatMap(({ host, value, found }) => found.map((archive) => ({ host, archive, name: value.guests.find(({ vmid }) => vmid === archive.vmid)?.name })))
      .map(({ host, archive, name }) => ({
        at: archive.at,
        row: (): Cell[] => [
          name ?? say({ en: '{id} (no such guest)', zh: '{id}（无此客户机）' }, { id: archive.vmid ?? '?' }),
          when(archive.at),
          age(archive.at, look.now()),
          bytes(archive.size),
          archive.local ? `${archive.storage} (${archive.on})` : archive.storage,
          verifiedWords(archive.verified),
          archive.protected ? YES : '',
          archive.notes === name ? '' : shorten(archive.notes),
          seen.answers.length > 1 ? `${host.name}/${archive.volid}` : archive.volid.slice(archive.volid.indexOf('/') + 1),
        ],
      }));
    const saved = own.flatMap(({ one, seen: was }) => was.saved.map((state) => ({ at: state.at, row: () => hostRow(one, was, state, look.now()) })));
    const every = [...all, ...saved].sort((a, b) => b.at - a.at);
    const rows = every.slice(0, MOST).map(({ row }) => row());
    const columns = [
      say({ en: 'of', zh: '对象' }),
      say({ en: 'when (UTC)', zh: '时间（UTC）' }),
      say({ en: 'age', zh: '距今' }),
      say({ en: 'size', zh: '大小' }),
      say({ en: 'storage', zh: '存储' }),
      say({ en: 'verified', zh: '校验' }),
      say({ en: 'protected', zh: '保护' }),
      say({ en: 'notes', zh: '备注' }),
      say({ en: 'archive', zh: '归档' }),
    ];
    const cut = every.length > MOST ? [say({ en: 'the newest {most} of {n}', zh: '共 {n} 个，仅显示最新 {most} 个' }, { most: MOST, n: every.length })] : [];
    return answer(say({ en: 'backups', zh: '备份' }), [{ kind: 'table', columns, rows }], {
      listed: seen.listed,
      notes: [...cut, ...seen.notes, ...asked.flatMap((one) => one.notes), ...own.flatMap(({ one, seen: was }) => noteOf(one, was, look.now()))],
      about: aboutHosts(typed, named),
    });
  },
});
