import { z } from 'zod';
import type { HostBackup } from '../../core/declared.ts';
import { read } from '../../core/read.ts';
import type { Argv } from '../../core/types.ts';
import { shell } from '../shell.ts';
import { dryArgv, keepWords, passwordOf, pruneArgv, restoreArgv, runArgv, seenArgv, seenOf, type Tool, verifyArgv, words } from './tool.ts';

const snapshots = z.array(z.object({ id: z.string(), time: z.string() }));
/** `restic forget --json`: one group a host and set of paths. */
const forgotten = z.array(z.object({ remove: z.array(z.object({ id: z.string() })).nullish() }));
const lock = z.object({ time: z.string().default('?'), exclusive: z.boolean().default(false), hostname: z.string().default('?'), pid: z.number().default(0) });

const restic = ({ repository }: HostBackup, ...argv: readonly string[]): Argv => ['restic', '-r', repository, ...argv];
/** `%h`: what the host calls itself, which only it knows; other hosts may share the repository. */
const own = ({ paths }: HostBackup) => ['--host', '%h', ...paths.flatMap((path) => ['--path', path])];
/** Puts the host's own name in place of `%h`. */
const NAMED = `me=$(uname -n); for w; do shift; [ "$w" = %h ] && w=$me; set -- "$@" "$w"; done; exec "$@"`;
const named = (argv: Argv): Argv => shell('named', NAMED, ...argv);

const LOCKS = `IFS= read -r RESTIC_PASSWORD || :; export RESTIC_PASSWORD HOME="\${HOME:-/root}"; repo=$1; exec </dev/null
for id in $(timeout 8 restic -r "$repo" list locks --no-lock -q 2>/dev/null | head -n 5); do timeout 5 restic -r "$repo" cat lock "$id" --no-lock -q 2>/dev/null | tr -d '\\n'; echo; done`;

/** restic 0.14: <https://restic.readthedocs.io/en/v0.14.0/>. A look takes no lock. */
export const RESTIC: Tool = {
  warns: [3],
  needs: ['restic'],
  seen: (host, backup) =>
    read({
      argv: seenArgv('restic', words(host, backup), backup, named(restic(backup, 'snapshots', '--json', '--no-lock', ...own(backup)))),
      ...passwordOf(backup),
      keepMs: 600_000,
      parse: (output) => seenOf(output, parseSnapshots),
    }),
  locked: (_host, backup, alone) =>
    read({ argv: shell('restic-locks', LOCKS, backup.repository), ...passwordOf(backup), parse: (output) => parseLocks(output, alone) }),
  unlock: ({ repository }) => `restic -r ${repository} unlock`,
  run: (host, backup) => ({
    argv: runArgv(
      'restic',
      words(host, backup),
      RESTIC.warns,
      backup,
      restic(
        backup,
        ...[
          'backup',
          ...backup.exclude.flatMap((one) => ['--exclude', one]),
          ...(backup.paths.includes('/') ? ['--one-file-system'] : []),
          '--',
          ...backup.paths,
        ],
      ),
    ),
    ...passwordOf(backup),
  }),
  verify: (host, backup) => ({ argv: verifyArgv('restic', words(host, backup), 'check', restic(backup, 'check', '--read-data')), ...passwordOf(backup) }),
  restore: (host, backup, id, into, path, over) => ({
    argv: restoreArgv(
      'restic',
      words(host, backup),
      into,
      over,
      path,
      restic(backup, 'restore', ...(path === undefined ? [] : ['--include', path]), '--target', '%into', '--', id),
    ),
    ...passwordOf(backup),
  }),
  dry: (host, backup, keep) =>
    read({
      argv: dryArgv(
        'restic',
        words(host, backup),
        named(restic(backup, 'forget', '--json', '--dry-run', '--no-lock', ...own(backup), '--group-by', 'host', ...keepWords(keep))),
      ),
      ...passwordOf(backup),
      parse: parseForget,
    }),
  prune: (host, backup, ids) => [{ argv: pruneArgv('restic', words(host, backup), restic(backup, 'forget', '--prune', '--', ...ids)), ...passwordOf(backup) }],
};

export function parseSnapshots(answer: string) {
  return snapshots.parse(JSON.parse(answer)).map(({ id, time }) => ({ id: id.slice(0, 8), at: Math.floor(Date.parse(time) / 1000) }));
}

export function parseForget(output: string): string[] {
  // Before 0.15 other words may follow the list.
  const line = output.split('\n').find((one) => one.startsWith('[')) ?? '[]';
  return forgotten.parse(JSON.parse(line)).flatMap(({ remove }) => (remove ?? []).map(({ id }) => id.slice(0, 8)));
}

/** Only an exclusive lock is in the way of who can share. */
export function parseLocks(output: string, alone: boolean): string | undefined {
  const all = output.split('\n').flatMap((line) => (line.startsWith('{') ? [lock.parse(JSON.parse(line))] : []));
  const one = all.find(({ exclusive }) => alone || exclusive);
  return one && `${one.hostname}, process ${one.pid}, since ${one.time.slice(0, 16)}`;
}
