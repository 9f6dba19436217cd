import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { list, type Said, say } from '../../core/words.ts';
import type { Draft } from '../guests/guest.ts';
import { called, exactly, lineFor, placeOf } from '../guests/naming.ts';
import type { Archive } from './archives.ts';
import { flag } from './fields.ts';
import { baseFacts, call, configFact, type Known, know, mustBeFree, type PveGuest, unless, weigh } from './guest.ts';
import { disksOf } from './guest-disks.ts';
import { placesOf } from './guest-entries.ts';
import { parents } from './guest-reads.ts';
import { unusedOf } from './guest-unused.ts';
import { lastBackup } from './lastbackup.ts';
import { guestSnapshots } from './snapshot-tree.ts';

/** Destroys a guest with its disks. Throws Refusal when its name was not said once more, when it runs, or is protected. */
export async function destroy(look: Look, seen: PveGuest, { confirm }: { readonly confirm: string }): Promise<Draft> {
  if (confirm !== seen.name && confirm !== String(seen.vmid))
    throw new Refusal(
      say({ en: '--confirm says “{confirm}”, but this is {name}', zh: '--confirm 写的是“{confirm}”，但这是 {name}' }, { confirm, name: called(seen) }),
      say({ en: 'type the name of what is to be lost: --confirm {name}', zh: '请输入将要丢失的名称：--confirm {name}' }, { name: seen.name }),
    );
  const [known, backup] = await Promise.all([know(look, seen), lastBackup(look, seen)]);
  const { guest, state, config } = known;
  if (state !== 'stopped')
    throw new Refusal(
      say({ en: '{name} is not stopped', zh: '{name} 尚未停止' }, { name: exactly(guest) }),
      say({ en: '`{line}` first', zh: '请先执行 `{line}`' }, { line: lineFor(guest.family, 'shutdown', guest) }),
    );
  if (flag(config.values, 'protection'))
    throw new Refusal(
      say({ en: '{name} is protected', zh: '{name} 受保护' }, { name: exactly(guest) }),
      say({ en: '`{line} --protection no` takes that away', zh: '可用 `{line} --protection no` 取消保护' }, { line: lineFor(guest.family, 'set', guest) }),
    );
  mustBeFree(known);
  const [snapshots, clones, places] = await Promise.all([snapshotsOf(look, known), clonesOf(look, known), placesOf(look, known)]);
  const found = typeof backup === 'string' ? undefined : backup;
  const { risk, facts } = weigh(look, known, 'high', { backup: typeof backup === 'string' ? backup : backup.at * 1000, snapshots, clones });
  const at = look.now();
  const disks = disksOf(guest.type, config.values).filter((disk) => !disk.cdrom && disk.storage !== undefined);
  const lost = [...disks.map(({ volume }) => volume), ...unusedOf(config.values)];
  return {
    summary: say({ en: 'destroy {name} on {place} with its disks', zh: '销毁 {place} 上的 {name} 及其磁盘' }, { name: called(guest), place: placeOf(guest) }),
    steps: [
      call(guest, {
        method: 'DELETE',
        path: [],
        params: { purge: 1 },
        why: say({ en: 'destroy {name}, its disks, and its place in jobs and HA', zh: '销毁 {name}、其磁盘及其在任务和 HA 中的条目' }, { name: called(guest) }),
        stop: 'never',
        timeoutMs: 1_800_000,
      }),
    ],
    facts: [
      ...baseFacts(known, at),
      ...facts,
      { what: say({ en: 'disks lost', zh: '丢失的磁盘' }), value: lost.join(', ') || say({ en: 'none', zh: '无' }), at },
      ...(places.length > 0 ? [{ what: say({ en: 'taken out of', zh: '一并移出' }), value: list(places), at }] : []),
      configFact(known, at),
    ],
    risk,
    undo: { impossible: restorable(backup, found) },
    ...(found && found.notes !== '' && !found.notes.includes(guest.name) ? { notes: [another(found.notes)] } : {}),
  };
}

/** Its snapshots by name. */
async function snapshotsOf(look: Look, { guest }: Known): Promise<string[]> {
  return (await unless(look.read(guest.host, guestSnapshots(guest))))?.all.map(({ name }) => name) ?? [];
}

/** The guests whose disks stand on those of this template. */
async function clonesOf(look: Look, { guest, config }: Known): Promise<string[]> {
  const disks = disksOf(guest.type, config.values).filter(({ storage, cdrom }) => storage !== undefined && !cdrom);
  const storage = disks[0]?.storage;
  if (!guest.template || storage === undefined) return [];
  const standing = (await unless(look.read(guest.host, parents(guest.node, storage)))) ?? [];
  // A parent is named as a volume, or without its storage, and may carry the snapshot it is of.
  const base = disks.map(({ volume }) => volume.slice(volume.indexOf(':') + 1));
  const ids = standing
    .filter(({ parent }) => base.some((volume) => parent.includes(volume)))
    .flatMap(({ vmid }) => (vmid === undefined || vmid === guest.vmid ? [] : [vmid]));
  return [...new Set(ids)].map((vmid) => guest.all.guests.find((one) => one.vmid === vmid)?.name ?? String(vmid));
}

/** A number is used again: the backup may be of the guest that had it before. */
function another(notes: string): Said {
  const line = notes.split('\n')[0]?.slice(0, 60) ?? '';
  return say({ en: 'the notes of its last backup say “{line}”: is that this guest?', zh: '最近备份的备注是“{line}”：确定是这台客户机吗？' }, { line });
}

function restorable(backup: Archive | 'none' | 'unknown', found: Archive | undefined) {
  if (found) return say({ en: 'it could only be restored from {volid}', zh: '只能从 {volid} 恢复' }, { volid: found.volid });
  return backup === 'none'
    ? say({ en: 'and there is no backup to restore it from', zh: '且没有可用于恢复的备份' })
    : say({ en: 'whether there is a backup is not known', zh: '是否有备份未知' });
}
