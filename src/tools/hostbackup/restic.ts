import { z } from 'zod';
import type { Host } from '../../core/command.ts';
import type { HostBackup } from '../../core/declared.ts';
import { read } from '../../core/read.ts';
import type { Argv } from '../../core/types.ts';
import { shell } from '../shell.ts';
import { dryArgv, keepWords, passwordOf, pruneArgv, restoreArgv, runArgv, type Saved, seenArgv, seenOf, type Tool, verifyArgv, words } from './tool.ts';

const paths = z.array(z.string()).nullish();
const snapshots = z.array(z.object({ id: z.string(), time: z.string(), paths, tags: z.array(z.string()).nullish() }));
/** `restic forget --json`: one group a host and set of paths. */
const forgotten = z.array(z.object({ paths, remove: z.array(z.object({ id: z.string() })).nullish() }));
const lock = z.object({ time: z.string().default('?'), exclusive: z.boolean().default(false), hostname: z.string().default('?'), pid: z.number().default(0) });

const restic = ({ repository }: HostBackup, ...argv: readonly string[]): Argv => ['restic', '-r', repository, ...argv];
/** Tags of ours: other backups of the host may be in the same repository, even of the same paths. */
const TAG = 'hostler:';
const tagOf = ({ name }: Pick<Host, 'name'>, backup: HostBackup) => `${TAG}${name}/${backup.name}`;
/** A path as restic keeps it. */
function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
/** Whether these are the same paths and no others: restic's own `--path` takes what has more, too. */
const asOne = (paths: readonly string[]) => [...new Set(paths.map(clean))].sort().join('\n');
const same = (some: readonly string[], others: readonly string[]) => asOne(some) === asOne(others);
/** `%h`: what the host calls itself, which only it knows; other hosts may share the repository. */
const own = (backup: HostBackup) => ['--host', '%h', ...backup.paths.flatMap((path) => ['--path', clean(path)])];
/** Another backup of the host is of the same paths: what has no tag may be either's. */
const shares = ({ backups = [] }: Pick<Host, 'backups'>, { name, tool, repository, paths }: HostBackup) =>
  backups.some((one) => one.name !== name && one.tool === tool && one.repository === repository && same(one.paths, paths));
/** Puts the host's own name in place of `%h`. */
const NAMED = `me=$(uname -n); for w; do shift; [ "$w" = %h ] && w=$me; set -- "$@" "$w"; done; exec "$@"`;
const named = (argv: Argv): Argv => shell('named', NAMED, ...argv);

const LOCKS = `IFS= read -r RESTIC_PASSWORD || :; export RESTIC_PASSWORD HOME="\${HOME:-/root}"; repo=$1; exec </dev/null
ids=$(timeout 8 restic -r "$repo" list locks --no-lock -q) || exit 1
for id in $(printf '%s\\n' "$ids" | head -n 5); do timeout 5 restic -r "$repo" cat lock "$id" --no-lock -q 2>/dev/null | tr -d '\\n'; echo; done`;

/** restic 0.14: <https://restic.readthedocs.io/en/v0.14.0/>. A look takes no lock. */
export const RESTIC: Tool = {
  warns: [3],
  needs: ['restic'],
  seen: (host, backup) =>
    read({
      argv: seenArgv('restic', words(host, backup), backup, named(restic(backup, 'snapshots', '--json', '--no-lock', ...own(backup)))),
      ...passwordOf(backup),
      keepMs: 600_000,
      parse: (output) => seenOf(output, (answer) => parseSnapshots(answer, host, backup)),
    }),
  locked: (_host, backup, alone) =>
    read({ argv: shell('restic-locks', LOCKS, backup.repository), ...passwordOf(backup), parse: (output) => parseLocks(output, alone) }),
  unlock: ({ repository }) => `restic -r ${repository} unlock`,
  run: (host, backup, _as, meant = false) => ({
    argv: runArgv(
      'restic',
      words(host, backup),
      RESTIC.warns,
      meant,
      backup,
      restic(
        backup,
        ...[
          ...['backup', '--tag', tagOf(host, backup)],
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
  restore: (host, backup, id, into, path) => ({
    argv: restoreArgv(
      'restic',
      words(host, backup),
      into,
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
        named(
          restic(
            backup,
            ...['forget', '--json', '--dry-run', '--no-lock', ...own(backup), '--group-by', 'host,paths', '--tag', tagOf(host, backup)],
            ...(shares(host, backup) ? [] : ['--tag', '']), // without any tag
            ...keepWords(keep),
          ),
        ),
      ),
      ...passwordOf(backup),
      parse: (output) => parseForget(output, backup),
    }),
  prune: (host, backup, ids) => [{ argv: pruneArgv('restic', words(host, backup), restic(backup, 'forget', '--prune', '--', ...ids)), ...passwordOf(backup) }],
};

/** The states of a backup: of its paths and no others, and not tagged as another's. Only what has its tag, or none, and can be no other's, is pruned. */
export function parseSnapshots(answer: string, host: Pick<Host, 'name' | 'backups'>, backup: HostBackup): Saved[] {
  const mine = tagOf(host, backup);
  const loose = shares(host, backup);
  return snapshots.parse(JSON.parse(answer)).flatMap(({ id, time, paths, tags }) => {
    const all = tags ?? [];
    const others = !all.includes(mine) && all.some((tag) => tag.startsWith(TAG));
    if (others || !same(paths ?? [], backup.paths)) return [];
    const sure = all.includes(mine) || (all.length === 0 && !loose);
    return [{ id: id.slice(0, 8), at: Math.floor(Date.parse(time) / 1000), ...(sure ? {} : { unsure: true }) }];
  });
}

export function parseForget(output: string, backup: HostBackup): string[] {
  // Before 0.15 other words may follow the list.
  const line = output.split('\n').find((one) => one.startsWith('[')) ?? '[]';
  const groups = forgotten.parse(JSON.parse(line)).filter(({ paths }) => same(paths ?? [], backup.paths));
  return groups.flatMap(({ remove }) => (remove ?? []).map(({ id }) => id.slice(0, 8)));
}

/** Only an exclusive lock is in the way of who can share. */
export function parseLocks(output: string, alone: boolean): string | undefined {
  const all = output.split('\n').flatMap((line) => (line.startsWith('{') ? [lock.parse(JSON.parse(line))] : []));
  const one = all.find(({ exclusive }) => alone || exclusive);
  return one && `${one.hostname}, process ${one.pid}, since ${one.time.slice(0, 16)}`;
}
