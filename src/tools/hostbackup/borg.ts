import { z } from 'zod';
import type { Host } from '../../core/command.ts';
import type { HostBackup } from '../../core/declared.ts';
import { read } from '../../core/read.ts';
import { shell } from '../shell.ts';
import { dryArgv, keepWords, passwordOf, pruneArgv, restoreArgv, runArgv, type Saved, seenArgv, seenOf, type Tool, verifyArgv, words } from './tool.ts';

const archives = z.object({ archives: z.array(z.object({ name: z.string(), start: z.string() })) });

/** Archives of one backup begin with the host's and its own name, which hold no colon: others may share the repository. */
const prefix = (host: Pick<Host, 'name'>, { name }: HostBackup) => `${host.name}:${name}:`;
/** Names of both forms, and maybe more: until now all were joined by dashes, which names may hold, too. Each ends with the id of a request, or with a time. */
const wide = (host: Pick<Host, 'name'>, { name }: HostBackup) => `${host.name}[:-]${name}[:-][T0-9]*`;
/** As extended regular expressions: a name of the old form; and one of either form. */
const before = (host: Pick<Host, 'name'>, { name }: HostBackup) =>
  `^${`${host.name}-${name}`.replaceAll('.', '[.]')}-(T[0-9A-Z]+|[0-9]{4}-?[0-9]{2}-?[0-9]{2}([T_ -]?[0-9]{2}[:.-]?[0-9]{2}([:.-]?[0-9]{2})?Z?)?)$`;
const either = (host: Pick<Host, 'name'>, backup: HostBackup) => `^${prefix(host, backup).replaceAll('.', '[.]')}|${before(host, backup)}`;

/** `WIDE EXACT OURS REPOSITORY ARGV…`: puts the wide pattern in place of `%glob`; the exact one where others have names that fit, too: what is kept is reckoned over all of them. */
const CHOSEN = `wide=$1 glob=$2 ours=$3 repo=$4; shift 4
names=$(borg list --short --bypass-lock --glob-archives "$wide" "$repo") || [ $? = 1 ] || exit 2
printf '%s\\n' "$names" | grep -Eqv -- "$ours"; [ $? != 1 ] || glob=$wide
for w; do shift; [ "$w" = %glob ] && w=$glob; set -- "$@" "$w"; done; exec "$@"`;

/** borg 1.2: <https://borgbackup.readthedocs.io/en/1.2-maint/>. Exit 1 is a warning. A look goes past the lock. */
export const BORG: Tool = {
  warns: [1],
  needs: ['borg'],
  seen: (host, backup) =>
    read({
      argv: seenArgv('borg', words(host, backup), backup, [
        ...['borg', 'list', '--json', '--bypass-lock', '--glob-archives', wide(host, backup), backup.repository],
      ]),
      ...passwordOf(backup),
      keepMs: 600_000,
      parse: (output) => seenOf(output, (answer) => parseArchives(answer, host, backup)),
    }),
  locked: (_host, { repository }) =>
    read({
      argv: shell('borg-locks', 'ls -- "$1/lock.exclusive" 2>/dev/null | head -n 1', repository),
      parse: (output) => (output.trim() === '' ? undefined : output.trim()),
    }),
  unlock: ({ repository }) => `borg break-lock ${repository}`,
  run: (host, backup, as, meant = false) => ({
    argv: runArgv('borg', words(host, backup), BORG.warns, meant, backup, [
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
  restore: (host, backup, id, into, path) => ({
    argv: restoreArgv('borg', words(host, backup), into, path, [
      ...(['borg', 'extract', '--numeric-ids', `${backup.repository}::${id}`] as const),
      ...(path === undefined ? [] : [path.replace(/^\/+/, '')]),
    ]),
    ...passwordOf(backup),
  }),
  dry: (host, backup, keep, exact) =>
    read({
      argv: dryArgv(
        'borg',
        words(host, backup),
        shell(
          'chosen',
          CHOSEN,
          ...[exact ? `${prefix(host, backup)}*` : wide(host, backup), `${prefix(host, backup)}*`, either(host, backup), backup.repository],
          ...['borg', 'prune', '--dry-run', '--list', ...keepWords(keep), '--glob-archives', '%glob', backup.repository],
        ),
      ),
      ...passwordOf(backup),
      parse: parsePrune,
    }),
  prune: (host, backup, ids) => [
    { argv: pruneArgv('borg', words(host, backup), ['borg', 'delete', backup.repository, ...ids]), ...passwordOf(backup) },
    { argv: pruneArgv('borg', words(host, backup), ['borg', 'compact', backup.repository]), ...passwordOf(backup) },
  ],
};

/** The states of a backup. Where others have names that fit the old form, what has such a name may be theirs. Times are in the zone the program runs in: ours sets UTC. */
export function parseArchives(answer: string, host: Pick<Host, 'name'>, backup: HostBackup): Saved[] {
  const all = archives.parse(JSON.parse(answer)).archives;
  const old = new RegExp(before(host, backup));
  const named = (name: string) => name.startsWith(prefix(host, backup));
  const others = all.some(({ name }) => !named(name) && !old.test(name));
  return all.flatMap(({ name, start }) =>
    named(name) || old.test(name) ? [{ id: name, at: Math.floor(Date.parse(`${start}Z`) / 1000), ...(others && !named(name) ? { unsure: true } : {}) }] : [],
  );
}

/** `Would prune:   NAME   DAY, TIME [ID]`, on standard error. */
export function parsePrune(output: string): string[] {
  return output.split('\n').flatMap((line) => {
    const name = /^Would prune:\s+(\S+)/.exec(line)?.[1];
    return name === undefined ? [] : [name];
  });
}
