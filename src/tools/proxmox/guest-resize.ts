import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { list, say } from '../../core/words.ts';
import type { Draft } from '../guests/guest.ts';
import { called, exactly, placeOf } from '../guests/naming.ts';
import { bytes } from '../units.ts';
import { baseFacts, call, configFact, know, mustBeFree, mustBeNoTemplate, type PveGuest, weigh } from './guest.ts';
import { type Disk, disksOf, sizeOf, sizeText } from './guest-disks.ts';
import { storageOn } from './guest-places.ts';
import { guestPath } from './guest-reads.ts';
import { spaceFor } from './guest-room.ts';

/** Makes a disk larger: `+10G` by, `40G` to. Never smaller. Throws Refusal. */
export async function resize(look: Look, seen: PveGuest, { disk: name, size: typed }: { readonly disk: string; readonly size: string }): Promise<Draft> {
  const known = await know(look, seen);
  const { guest, config } = known;
  const disks = disksOf(guest.type, config.values).filter((disk) => disk.size !== undefined && !disk.cdrom);
  const disk = disks.find((one) => one.name === name);
  if (disk?.size === undefined)
    throw new Refusal(
      say({ en: '{guest} has no disk “{name}”', zh: '{guest} 没有磁盘“{name}”' }, { guest: exactly(guest), name }),
      say({ en: 'it has: {disks}', zh: '现有：{disks}' }, { disks: list(disks.map((one) => `${one.name} (${bytes(one.size ?? 0)})`)) }),
    );
  const size = newSize(disk, disk.size, typed);
  mustBeNoTemplate(known);
  mustBeFree(known);
  const storage = disk.storage === undefined ? undefined : storageOn(guest.all, disk.storage, guest.node);
  const { risk, facts } = weigh(look, known, 'medium', spaceFor(storage, size - disk.size));
  const at = look.now();
  const config_ = guestPath(guest, 'config');
  return {
    summary: say(
      { en: 'grow {disk} of {guest} on {place} from {from} to {to}', zh: '将 {place} 上 {guest} 的 {disk} 从 {from} 扩容到 {to}' },
      { disk: name, guest: called(guest), place: placeOf(guest), from: bytes(disk.size), to: bytes(size) },
    ),
    steps: [
      call(guest, {
        method: 'PUT',
        path: ['resize'],
        // To a size, not by one: done twice it does no harm.
        params: { disk: name, size: sizeText(size), digest: config.digest },
        why: say({ en: 'grow {disk} to {size}', zh: '将 {disk} 扩容到 {size}' }, { disk: name, size: bytes(size) }),
        proof: { path: config_, has: { [name]: disk.value.replace(/(^|,)size=[^,]*/, `$1size=${sizeText(size)}`) } },
        stop: 'never',
      }),
    ],
    facts: [
      ...baseFacts(known, at),
      ...facts,
      { what: say({ en: 'disk', zh: '磁盘' }), value: `${disk.volume}, ${bytes(disk.size)}`, at },
      ...(storage
        ? [{ what: say({ en: 'free on {storage}', zh: '{storage} 可用空间' }, { storage: storage.storage }), value: bytes(storage.total - storage.used), at }]
        : []),
      configFact(known, at),
    ],
    risk,
    undo: { impossible: say({ en: 'a disk cannot be made smaller', zh: '磁盘无法缩小' }) },
    ...(guest.type === 'qemu'
      ? { notes: [say({ en: 'partition and file system inside must be grown there, too', zh: '客户机内的分区和文件系统还需自行扩展' })] }
      : {}),
  };
}

/** The size in bytes that was asked for. Throws Refusal when it is not larger. */
function newSize({ name }: Disk, now: number, typed: string): number {
  const given = sizeOf(typed.replace(/^\+/, '')) ?? 0;
  const size = typed.startsWith('+') ? now + given : given;
  if (size > now && given > 0) return size;
  throw new Refusal(
    say({ en: '{name} has {now} already: it can only grow', zh: '{name} 已有 {now}：只能扩容' }, { name, now: bytes(now) }),
    say({ en: 'say by how much, such as +10G, or a size above {now}', zh: '请写增量（如 +10G），或大于 {now} 的大小' }, { now: bytes(now) }),
  );
}
