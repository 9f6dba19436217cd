import { type Host, type Look, SHELL_KINDS } from '../core/command.ts';
import type { HostBackup } from '../core/declared.ts';
import { HostError, Refusal } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { didYouMean } from '../core/parse.ts';
import type { Fact, Found, Input } from '../core/types.ts';
import { list, quoted, type Said, say, speak } from '../core/words.ts';
import { BORG } from './hostbackup/borg.ts';
import { RESTIC } from './hostbackup/restic.ts';
import { RSYNC } from './hostbackup/rsync.ts';
import type { Seen, Tool } from './hostbackup/tool.ts';
import { span } from './units.ts';

export type { Saved, Seen } from './hostbackup/tool.ts';

/** The programs that back hosts up. */
export const TOOLS: { readonly [name in HostBackup['tool']]: Tool } = { restic: RESTIC, borg: BORG, rsync: RSYNC };

/** One declared backup of a host: `web1/etc`. */
export interface OfHost {
  readonly host: Host;
  readonly backup: HostBackup;
  readonly name: string;
}

/** Every declared backup of these hosts. */
export function declaredOn(hosts: readonly Host[]): OfHost[] {
  return hosts.flatMap((host) => (host.backups ?? []).map((backup) => ({ host, backup, name: `${host.name}/${backup.name}` })));
}

/**
 * Which hosts a backup command is about: hosts with a shell only where a name says so (`web1`, `web1/etc`) or none is given. Where every name has
 * such a host before its slash, no cluster is asked. `names`: the argument that names them.
 */
export function amongHosts(names: string) {
  return (input: Input, hosts: readonly Host[]): readonly Host[] => {
    const typed = [input[names] ?? []].flat().filter((one) => typeof one === 'string');
    const own = (host: Host) => SHELL_KINDS.includes(host.kind);
    const declared = hosts.filter((host) => own(host) && (host.backups ?? []).length > 0);
    const meant = declared.filter(({ name }) => typed.length === 0 || typed.some((one) => one === name || one.startsWith(`${name}/`)));
    const sure = typed.length > 0 && typed.every((one) => meant.some(({ name }) => one.startsWith(`${name}/`)));
    return hosts.filter((host) => (own(host) ? meant.includes(host) : !sure));
  };
}

/** The declared backups that names mean, and the names that mean something else. Throws Refusal for a backup that its host has not. */
export function backupsNamed(look: Look, typed: readonly string[]): { mine: OfHost[]; rest: string[] } {
  const all = declaredOn(look.hosts);
  const rest: string[] = [];
  const mine = typed.flatMap((one) => {
    const here = all.filter(({ host }) => one === host.name || one.startsWith(`${host.name}/`));
    if (here.length === 0) rest.push(one);
    const found = here.filter(({ host, name }) => one === host.name || one === name);
    if (here.length > 0 && found.length === 0) throw unknown(one, here);
    return found;
  });
  return { mine: [...new Set(mine)], rest };
}

function unknown(typed: string, here: readonly OfHost[]): Refusal {
  const near = nearest(
    typed,
    here.map(({ name }) => name),
  );
  return new Refusal(
    say({ en: 'there is no backup “{typed}”', zh: '没有备份“{typed}”' }, { typed }),
    near.length > 0 ? didYouMean(near) : say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(here.map(({ name }) => name)) }),
  );
}

/** Hosts that are named alone, so that a guest of that name at another site is noticed. */
export function aboutHosts(typed: readonly string[], mine: readonly OfHost[]): Found[] {
  const hosts = [...new Set(mine.map(({ host }) => host))].filter(({ name }) => typed.includes(name));
  return hosts.map((host) => ({ kind: 'guest', name: host.name, at: { site: host.site, host: host.name, name: host.name } }));
}

/** The one declared backup a name means; undefined where it means something else. Throws Refusal when the host has several. */
export function oneNamed(look: Look, typed: string): OfHost | undefined {
  const { mine } = backupsNamed(look, [typed]);
  const [one, ...others] = mine;
  if (one && others.length > 0)
    throw new Refusal(
      say({ en: '{typed} has more than one backup', zh: '{typed} 有多个备份' }, { typed }),
      say({ en: 'say which: {names}', zh: '请指明：{names}' }, { names: list(mine.map(({ name }) => name)) }),
    );
  return one;
}

/** Throws Refusal when a name means a host's backups and something else, too. */
export function mustBeOne(typed: readonly string[], mine: readonly OfHost[], others: readonly { readonly host: string; readonly name: string }[]): void {
  for (const one of typed) {
    const host = mine.find(({ host }) => host.name === one);
    const other = others.find(({ name }) => name === one);
    if (host && other)
      throw new Refusal(
        say(
          { en: '“{one}” is a host with backups of its own, and a guest on {on}', zh: '“{one}”既是有自身备份的主机，又是 {on} 上的客户机' },
          { one, on: other.host },
        ),
        say({ en: 'say which: {names}', zh: '请指明：{names}' }, { names: list([host.name, `${other.host}/${one}`]) }),
      );
  }
}

/** What is known of a backup; where the host cannot be asked, why. */
export async function seenOf(look: Pick<Look, 'read'>, { host, backup }: OfHost): Promise<Seen> {
  try {
    return await look.read(host, TOOLS[backup.tool].seen(host, backup));
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { saved: [], unmounted: false, missing: [], verifiedAt: undefined, error: speak(error.said, 'en') };
  }
}

/** What is wrong with a backup as it was seen; `now` in milliseconds since the epoch. */
export function worryOf({ backup }: OfHost, seen: Seen, now: number): 'unread' | 'none' | 'old' | 'unproven' | 'good' {
  const [newest] = seen.saved;
  if (seen.error !== undefined) return 'unread';
  if (!newest) return 'none';
  if (now - newest.at * 1000 > backup.maxAgeMs) return 'old';
  return seen.verifiedAt === undefined ? 'unproven' : 'good';
}

/** How old the last good backup of a host is, a fact for each that is declared, for plans that can lose data. Kept for ten minutes; it holds nothing. */
export async function lastGood(look: Look, host: Host): Promise<Fact[]> {
  const at = look.now();
  return Promise.all(
    declaredOn([host]).map(async (one) => ({
      what: say({ en: 'last backup {name}', zh: '上次备份 {name}' }, { name: one.name }),
      value: lastWords(one, await seenOf(look, one), at),
      at,
    })),
  );
}

/** `8 h old`, `3 days old: TOO OLD`, `none`, or why it is not known. */
export function lastWords(one: OfHost, seen: Seen, now: number): Said {
  const [newest] = seen.saved;
  if (seen.error !== undefined) return say({ en: 'cannot be read: {why}', zh: '无法读取：{why}' }, { why: quoted(seen.error) });
  if (!newest) return say({ en: 'NONE', zh: '没有' });
  const age = span(Math.max(0, now / 1000 - newest.at));
  return worryOf(one, seen, now) === 'old' ? say({ en: '{age} old: TOO OLD', zh: '{age}前：过旧' }, { age }) : say({ en: '{age} old', zh: '{age}前' }, { age });
}
