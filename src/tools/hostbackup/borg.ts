import { z } from 'zod';
import type { Host } from '../../core/command.ts';
import type { HostBackup } from '../../core/declared.ts';
import { read } from '../../core/read.ts';
import { shell } from '../shell.ts';
import { dryArgv, keepWords, passwordOf, pruneArgv, restoreArgv, runArgv, seenArgv, seenOf, type Tool, verifyArgv, words } from './tool.ts';

const archives = z.object({ archives: z.array(z.object({ name: z.string(), start: z.string() })) });

/** Archives of one backup begin with the host's and its own name: others may share the repository. */
const prefix = (host: Pick<Host, 'name'>, { name }: HostBackup) => `${host.name}-${name}-`;

/** borg 1.2: <https://borgbackup.readthedocs.io/en/1.2-maint/>. Exit 1 is a warning. A look goes past the lock. */
export const BORG: Tool = {
  warns: [1],
  needs: ['borg'],
  seen: (host, backup) =>
    read({
      argv: seenArgv('borg', words(host, backup), backup, [
        ...['borg', 'list', '--json', '--bypass-lock', '--glob-archives', `${prefix(host, backup)}*`, backup.repository],
      ]),
      ...passwordOf(backup),
      keepMs: 600_000,
      parse: (output) => seenOf(output, parseArchives),
    }),
  locked: (_host, { repository }) =>
    read({
      argv: shell('borg-locks', 'ls -- "$1/lock.exclusive" 2>/dev/null | head -n 1', repository),
      parse: (output) => (output.trim() === '' ? undefined : output.trim()),
    }),
  unlock: ({ repository }) => `borg break-lock ${repository}`,
  run: (host, backup, as) => ({
    argv: runArgv('borg', words(host, backup), BORG.warns, backup, [
      ...(['borg', 'create', '--stats', '--progress'] as const),
      ...backup.exclude.flatMap((one) => ['--exclude', one]),
      ...(backup.paths.includes('/') ? ['--one-file-system'] : []),
      `${backup.repository}::${prefix(host, backup)}${as}`,
      ...backup.paths,
    ]),
    ...passwordOf(backup),
  }),
  verify: (host, backup) => ({
    argv: verifyArgv('borg', words(host, backup), 'check', ['borg', 'check', '--verify-data', backup.repository]),
    ...passwordOf(backup),
  }),
  restore: (host, backup, id, into, path, over) => ({
    argv: restoreArgv('borg', words(host, backup), into, over, path, [
      ...(['borg', 'extract', '--numeric-ids', `${backup.repository}::${id}`] as const),
      ...(path === undefined ? [] : [path.replace(/^\/+/, '')]),
    ]),
    ...passwordOf(backup),
  }),
  dry: (host, backup, keep) =>
    read({
      argv: dryArgv('borg', words(host, backup), [
        ...(['borg', 'prune', '--dry-run', '--list', ...keepWords(keep), '--glob-archives', `${prefix(host, backup)}*`, backup.repository] as const),
      ]),
      ...passwordOf(backup),
      parse: parsePrune,
    }),
  prune: (host, backup, ids) => [
    { argv: pruneArgv('borg', words(host, backup), ['borg', 'delete', backup.repository, ...ids]), ...passwordOf(backup) },
    { argv: pruneArgv('borg', words(host, backup), ['borg', 'compact', backup.repository]), ...passwordOf(backup) },
  ],
};

/** Times are in the zone the program runs in: ours sets UTC. */
export function parseArchives(answer: string) {
  return archives.parse(JSON.parse(answer)).archives.map(({ name, start }) => ({ id: name, at: Math.floor(Date.parse(`${start}Z`) / 1000) }));
}

/** `Would prune:   NAME   DAY, TIME [ID]`, on standard error. */
export function parsePrune(output: string): string[] {
  return output.split('\n').flatMap((line) => {
    const name = /^Would prune:\s+(\S+)/.exec(line)?.[1];
    return name === undefined ? [] : [name];
  });
}
