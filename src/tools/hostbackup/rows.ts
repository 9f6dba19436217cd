import type { Cell } from '../../core/types.ts';
import { quoted, type Said, say } from '../../core/words.ts';
import { type OfHost, worryOf } from '../hostbackup.ts';
import { age, NEVER, when } from '../proxmox/archive-words.ts';
import { bytes } from '../units.ts';
import type { Saved, Seen } from './tool.ts';

/** A host's backup as a row of `backup list`: of, when, age, size, storage, verified, protected, notes, archive. */
export function hostRow({ name, backup }: OfHost, { verifiedAt }: Seen, { id, at, size }: Saved, now: number): Cell[] {
  const proof: Cell = verifiedAt !== undefined && verifiedAt >= at ? say({ en: 'ok', zh: '通过' }) : NEVER;
  return [name, when(at), age(at, now), size === undefined ? '-' : bytes(size), quoted(backup.tool), proof, '', '', quoted(id)];
}

const WORRIES = {
  unread: say({ en: 'CANNOT BE READ', zh: '无法读取' }),
  none: say({ en: 'no backup', zh: '无备份' }),
  old: say({ en: 'old', zh: '过旧' }),
  unproven: say({ en: 'never verified', zh: '从未校验' }),
  good: say({ en: 'good', zh: '良好' }),
} as const;
const ORDER = Object.keys(WORRIES);

/** The worst off first. */
export function sortWorst(all: readonly { readonly one: OfHost; readonly seen: Seen }[], now: number) {
  return all.toSorted((a, b) => ORDER.indexOf(worryOf(a.one, a.seen, now)) - ORDER.indexOf(worryOf(b.one, b.seen, now)) || (a.one.name < b.one.name ? -1 : 1));
}

/** A host's backup as a row of `backup truth`: of, cluster, last backup, last verified, in a job, verdict. Who starts it besides the bot is not known. */
export function truthRow(one: OfHost, seen: Seen, now: number): Cell[] {
  const [newest] = seen.saved;
  const verified = seen.verifiedAt === undefined ? undefined : seen.saved.find(({ at }) => at <= (seen.verifiedAt ?? 0))?.at;
  return [
    one.name,
    '-',
    newest === undefined ? NEVER : age(newest.at, now),
    verified === undefined ? NEVER : age(verified, now),
    say({ en: 'not known', zh: '未知' }),
    WORRIES[worryOf(one, seen, now)],
  ];
}

/** What people should know of a backup that is listed: why it cannot be read, what is not mounted, that it is too old. */
export function noteOf(one: OfHost, seen: Seen, now: number): Said[] {
  const { name, backup } = one;
  const worry = worryOf(one, seen, now);
  return [
    ...(seen.error === undefined ? [] : [say({ en: '{name} cannot be read: {why}', zh: '{name} 无法读取：{why}' }, { name, why: seen.error })]),
    ...(seen.unmounted ? [say({ en: '{name}: {mount} is not mounted', zh: '{name}：{mount} 未挂载' }, { name, mount: backup.requiresMount ?? '' })] : []),
    ...(worry === 'none' ? [say({ en: '{name} has no backup yet', zh: '{name} 尚无备份' }, { name })] : []),
    ...(worry === 'old' ? [say({ en: '{name}: the last backup is older than it may be', zh: '{name}：上次备份已超过允许的时间' }, { name })] : []),
  ];
}
