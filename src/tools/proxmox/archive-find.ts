import type { Host, Look } from '../../core/command.ts';
import { Absent, Refusal } from '../../core/errors.ts';
import { nearest } from '../../core/nearest.ts';
import { list, type Said, say } from '../../core/words.ts';
import { when } from './archive-words.ts';
import { type Archive, archivesOf } from './archives.ts';
import type { Clusters, InCluster } from './cluster-guests.ts';
import type { Resources } from './resources.ts';

/** An archive, its cluster, and what could not be asked on the way. */
export interface OnShelf {
  readonly host: Host;
  readonly all: Resources;
  readonly archive: Archive;
  readonly notes: readonly Said[];
}

/** The archive named by its volume id, or by the unique end of it. Throws Absent, or Refusal when several are named. */
export async function findArchive(look: Look, seen: Clusters, typed: string): Promise<OnShelf> {
  const colon = typed.indexOf(':');
  const slash = typed.indexOf('/');
  // `vm/101/2026-…` is the end of a volume id, with colons of its own.
  const cluster = slash > 0 && slash < colon && !/^(vm|ct)\/\d/.test(typed) ? typed.slice(0, slash) : undefined;
  const name = cluster === undefined ? typed : typed.slice(slash + 1);
  const storage = /^([A-Za-z][A-Za-z0-9._-]*):backup\//.exec(name)?.[1];
  const here = seen.answers.filter(({ host }) => cluster === undefined || host.name === cluster);
  const asked = await Promise.all(here.map(async ({ host, value }) => ({ host, all: value, ...(await archivesOf(look, host, value, { storage })) })));
  const notes = [...seen.notes, ...asked.flatMap((one) => one.notes)];
  const every = asked.flatMap(({ host, all, found }) => found.map((archive): OnShelf => ({ host, all, archive, notes })));
  const exact = every.filter(({ archive }) => archive.volid === name);
  const matching = exact.length > 0 ? exact : every.filter(({ archive }) => name.length >= 6 && archive.volid.endsWith(name));
  const [one, ...others] = matching;
  if (one && others.length === 0) return one;
  if (one) {
    throw new Refusal(
      say({ en: '“{typed}” names {n} backups', zh: '“{typed}”对应 {n} 个备份' }, { typed, n: matching.length }),
      say(
        { en: 'say which: {names}', zh: '请指明：{names}' },
        { names: list(matching.slice(0, 5).map(({ host, archive }) => `${host.name}/${archive.volid} (${archive.on})`)) },
      ),
    );
  }
  throw new Absent(
    say({ en: 'there is no backup “{typed}”', zh: '没有备份“{typed}”' }, { typed }),
    nearest(
      name,
      every.map(({ archive }) => archive.volid),
    ),
    notes.length > 0,
  );
}

/** Whether a backup is on a backup server, and can be looked into. */
export function isOnServer({ volid }: Archive): boolean {
  return /:backup\/(vm|ct)\//.test(volid);
}

/** The backup of a guest to go back to: the newest, or the one named by (the end of) its volume id or its day `2026-11-20`; `able`: what the newest must be. Throws Refusal naming what there is. */
export async function backupOf(
  look: Look,
  { host, guest, all }: InCluster,
  from: string | undefined,
  able: (archive: Archive) => boolean = () => true,
): Promise<{ archive: Archive; found: readonly Archive[]; notes: readonly Said[] }> {
  const { found, notes } = await archivesOf(look, host, all, { vmids: [guest.vmid] });
  const fitting = found.filter(({ type }) => type === undefined || type === guest.type);
  const wanted =
    from === undefined || from === 'latest' ? fitting.filter(able) : fitting.filter(({ volid, at }) => volid.endsWith(from) || when(at).startsWith(from));
  const [archive, ...others] = wanted;
  if (archive && (from === undefined || from === 'latest' || others.length === 0)) return { archive, found: fitting, notes };
  const known = say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list((archive ? wanted : fitting).slice(0, 5).map(({ volid }) => volid)) });
  if (archive)
    throw new Refusal(
      say({ en: '“{from}” names {n} backups of {guest}', zh: '“{from}”对应 {guest} 的 {n} 个备份' }, { from: from ?? '', n: wanted.length, guest: guest.name }),
      known,
    );
  throw new Refusal(
    from === undefined || fitting.length === 0
      ? say({ en: '{guest} has no backup that can be seen', zh: '看不到 {guest} 的任何备份' }, { guest: guest.name })
      : say({ en: '{guest} has no backup “{from}”', zh: '{guest} 没有备份“{from}”' }, { guest: guest.name, from }),
    fitting.length > 0 ? known : (notes[0] ?? say({ en: '`backup run {guest}` makes one', zh: '可用 `backup run {guest}` 创建' }, { guest: guest.name })),
  );
}
