import type { Host, Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import { shell } from '../shell.ts';

/** What a system stands on. */
export const VITAL = ['/boot', '/boot/efi', '/dev', '/etc', '/home', '/proc', '/run', '/sys', '/tmp', '/usr', '/var', '/var/lib', '/var/log'];

/** Nothing is put over these, nor over anything below: the system's own files, who may log in, and what the bot keeps to take changes back. */
const WHOLE =
  /^\/(bin|sbin|lib[a-z0-9]*|boot|dev|etc|proc|root|sys|usr\/(s?bin|lib[a-z0-9]*)|run\/(systemd|hostler)|var\/lib\/(hostler|dpkg|rpm|systemd))(\/|$)/;

/** Whether a host would be another one with something else mounted there. */
export function isVital(path: string): boolean {
  return VITAL.includes(path) || WHOLE.test(path) || path === '/opt';
}

/** Where a path leads in the end, and how many entries the folder there has. */
export interface Folder {
  readonly real: string;
  readonly entries: number;
}

const FOLDER = `r=$(realpath -m -- "$1" 2>/dev/null || readlink -f -- "$1" || printf %s "$1"); printf '%s\\n' "$r"; ls -A -- "$1" 2>/dev/null | head -n 1000 | grep -c . || :`;

/** Reads what stands at a path that something is to be mounted on. POSIX sh. */
export function folder(path: string): Read<Folder> {
  return read({ argv: shell('mount-folder', FOLDER, path), parse: parseFolder });
}

export function parseFolder(output: string): Folder {
  const [, real, entries] = /^(\/.*)\n(\d+)\n$/.exec(output) ?? [];
  if (real === undefined || entries === undefined) throw new Error('it does not say what the folder holds');
  return { real, entries: Number(entries) };
}

/** Refuses to mount over what the host stands on or, unless that is meant, over a folder that is not empty. `known`: its own fstab mounts just this there. */
export async function mustBeFree(look: Look, host: Host, path: string, { known, over }: { readonly known: boolean; readonly over: boolean }): Promise<void> {
  const there = await look.read(host, folder(path));
  const values = { host: host.name, path, real: there.real, n: there.entries };
  if (there.real !== path)
    throw new Refusal(
      say({ en: '{path} on {host} is really {real}; nothing was done', zh: '{host} 上的 {path} 实际是 {real}；未做任何操作' }, values),
      say({ en: 'name that', zh: '请使用实际路径' }),
    );
  if (known) return;
  if (isVital(path))
    throw new Refusal(
      say({ en: '{host} itself stands on {path}; nothing was done', zh: '{host} 系统本身依赖 {path}；未做任何操作' }, values),
      say({ en: 'mount it elsewhere, such as on /srv/data', zh: '请挂载到其他路径，例如 /srv/data' }),
    );
  if (there.entries > 0 && !over)
    throw new Refusal(
      say(
        { en: '{path} on {host} is not empty ({n}): that would be hidden; nothing was done', zh: '{host} 上的 {path} 非空（{n} 项），会被遮住；未做任何操作' },
        values,
      ),
      say({ en: 'take an empty folder, or say `--over` if that is meant', zh: '请使用空目录；确要遮住请加 `--over`' }),
    );
}
