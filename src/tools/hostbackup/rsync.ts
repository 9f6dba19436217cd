import type { HostBackup } from '../../core/declared.ts';
import { read } from '../../core/read.ts';
import { parseHead, passwordOf, restoreArgv, runArgv, type Seen, seenArgv, type Tool, verifyArgv, words } from './tool.ts';

/** rsync keeps one state, under this name. */
const MIRROR = 'mirror';

/** `--relative`: every path keeps its place below the destination. What is gone here goes there, too. */
const copy = ({ paths, exclude, repository }: HostBackup, ...more: readonly string[]) =>
  [
    ...(['rsync', '-aHAX', '--numeric-ids', '--relative', '--delete'] as const),
    ...(paths.includes('/') ? ['--one-file-system'] : []),
    ...exclude.map((one) => `--exclude=${one}`),
    ...more,
    '--',
    ...paths,
    `${repository.replace(/\/+$/, '')}/`,
  ] as const;

/** rsync(1). It says nothing of when it ran last: our own run leaves that on the host. Exit 24: files vanished while they were read. */
export const RSYNC: Tool = {
  warns: [24],
  needs: ['rsync'],
  seen: (host, backup) => read({ argv: seenArgv('rsync', words(host, backup), backup, []), keepMs: 600_000, parse: parseMirror }),
  unlock: () => undefined,
  run: (host, backup, _as, meant = false) => ({
    argv: runArgv('rsync', words(host, backup), RSYNC.warns, meant, backup, [...copy(backup, '--info=progress2', '--stats')]),
    ...passwordOf(backup),
  }),
  verify: (host, backup) => ({
    argv: verifyArgv('rsync', words(host, backup), 'compare', [...copy(backup, '--dry-run', '--checksum', '--stats', '--out-format=%i %n')]),
  }),
  restore: (host, backup, _id, into, path) => ({
    argv: restoreArgv('rsync', words(host, backup), into, path, [
      ...(['rsync', '-aHAX', '--numeric-ids', '--relative', '--stats', '--'] as const),
      `${backup.repository.replace(/\/+$/, '')}/.${path ?? '/'}`,
      '%into',
    ]),
  }),
};

export function parseMirror(output: string): Seen {
  const { last, answer: _, ...rest } = parseHead(output);
  return { ...rest, error: undefined, saved: last === undefined ? [] : [{ id: MIRROR, at: last }] };
}
