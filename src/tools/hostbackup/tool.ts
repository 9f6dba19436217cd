import type { Host } from '../../core/command.ts';
import type { HostBackup } from '../../core/declared.ts';
import type { Argv, ExecStep, Read } from '../../core/types.ts';
import { shell } from '../shell.ts';
import { BEGIN, SOURCE } from './source.ts';

/** One state that can be gone back to. `at`: seconds since the epoch; `size` in bytes, where the tool says so without reading everything. */
export interface Saved {
  readonly id: string;
  readonly at: number;
  readonly size?: number;
  /** It may be another's: it is shown and can be restored, and is never pruned. */
  readonly unsure?: boolean;
}

/** What a host knows of one of its backups, newest first. */
export interface Seen {
  readonly saved: readonly Saved[];
  /** The mount point it needs is not there. */
  readonly unmounted: boolean;
  /** Paths that are to be backed up and are not there. */
  readonly missing: readonly string[];
  /** When the whole of it was last verified here: seconds since the epoch. */
  readonly verifiedAt: number | undefined;
  /** What the tool said where it could not look. */
  readonly error: string | undefined;
}

/** What a step does to a backup. */
export type Does = Pick<ExecStep, 'argv' | 'stdin'>;

/** A program that makes backups, behind one interface. Its password comes by standard input and is never an argument. */
export interface Tool {
  /** Exit statuses by which it says that it did its work with warnings. */
  readonly warns: readonly number[];
  /** The host's programs it needs. */
  readonly needs: readonly string[];
  seen(host: Host, backup: HostBackup): Read<Seen>;
  /** Who holds the repository so that this cannot be done; undefined where nobody does. `alone`: nobody else may use it meanwhile. */
  locked?(host: Host, backup: HostBackup, alone: boolean): Read<string | undefined>;
  /** What a person types when nobody really uses the repository any more. */
  unlock(backup: HostBackup): string | undefined;
  /** `as`: names what is made where the tool has names. `meant`: what is backed up may be empty, and a copy may lose most of what it has. */
  run(host: Host, backup: HostBackup, as: string, meant?: boolean): Does;
  verify(host: Host, backup: HostBackup): Does;
  /** Into a folder, which must be empty or not there; `path`: only that. */
  restore(host: Host, backup: HostBackup, id: string, into: string, path: string | undefined): Does;
  /** What would be removed, by id; undefined where the tool keeps nothing to remove. `exact`: only of what can be nobody else's, whatever may share the repository. */
  dry?(host: Host, backup: HostBackup, keep: HostBackup['keep'], exact: boolean): Read<readonly string[]>;
  /** One after the other. */
  prune?(host: Host, backup: HostBackup, ids: readonly string[]): readonly Does[];
}

/** What every script begins with: `NAME MOUNT ARGV…`, the password in the first line of standard input. No program asks anybody anything. */
const HEAD = `set -u; umask 077; name=$1 mount=$2; shift 2; state=/var/lib/hostler/backups/$name
pw=; IFS= read -r pw || :
if [ -n "$pw" ]; then export RESTIC_PASSWORD="$pw" BORG_PASSPHRASE="$pw"; else export BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes; fi
[ -n "\${HOME-}" ] || HOME=/root; export HOME BORG_RSH='ssh -oBatchMode=yes' RSYNC_RSH='ssh -oBatchMode=yes' RESTIC_PROGRESS_FPS=0.1 TZ=UTC
exec </dev/null
mounted() { [ -z "$mount" ] || mountpoint -q -- "$mount"; }
must() { mounted || { echo "$mount is not mounted; nothing was done" >&2; exit 69; }; }`;

/** Progress that overwrites itself becomes lines, of which every fiftieth is kept. */
const THIN = `thin() { { code=$( { { "$@" 2>&1; echo $? >&3; } | tr '\\r' '\\n' |
  awk '/^ *[0-9].*(%| [OCDN] )/ { if (n++ % 50) next } /./ { print }' >&4; } 3>&1 ); } 4>&1; }`;

/** Words: the tool's argv after the paths that must be there and `--`. */
const SEEN = `${HEAD}
mounted || echo unmounted
while [ "$1" != -- ]; do [ -e "$1" ] || printf 'missing %s\\n' "$1"; shift; done; shift
[ -r "$state/verified" ] && printf 'verified %s\\n' "$(cat "$state/verified")"
[ -r "$state/last" ] && printf 'last %s\\n' "$(cat "$state/last")"
echo '== saved'; [ $# = 0 ] || { timeout 9 "$@" 2>&1 1>&3 | sed 's/^/error /'; } 3>&1; exit 0`;

const RUN = `${HEAD}
${THIN}
${SOURCE}
${BEGIN}
must; warns=$1 meant=$2; shift 2
begin "$@"; while [ "$1" != -- ]; do shift; done; shift
shrinks "$@"
began=$(date +%s); thin "$@"; case " $warns " in *" $code "*) echo "WARNING: it ended with exit $code: not everything could be read; see above"; code=0;; esac
if [ "$code" = 0 ]; then mkdir -p -- "$state" && printf %s "$filled" >"$state/filled" && echo "$began" >"$state/began" && date +%s >"$state/last.new" && mv -f -- "$state/last.new" "$state/last"; fi
exit "$code"`;

/**
 * Compares a copy by what rsync would do: what has other content under the same size and time is damaged; and so is what is missing or other in the copy, though
 * nobody touched it here since the last run began. What is new or changed here since then is not; where no run has noted when it began, it took less than a day.
 */
const COMPARE = `found=$("$@" 2>&1); code=$?; printf '%s\\n' "$found" | head -n 200
has() { printf '%s\\n' "$found" | grep -c "$1"; }
count() { printf '%s\\n' "$found" | sed -n "s/^Number of $1: \\([0-9.,]*\\).*/\\1/p"; }
since=$(cat "$state/began" 2>/dev/null) || since=$(($(cat "$state/last" 2>/dev/null || echo 86400) - 86400))
# rsync writes odd bytes as \\#ooo; %b wants \\0ooo.
lost=$(printf '%s\\n' "$found" | grep -v '^[<>]fc\\.\\.' | sed -nE 's/^[<>ch][fdLDS](\\+{9}|c[^ ]{8}) //p' | sed -E 's/\\\\/\\\\\\\\/g; s/\\\\\\\\#([0-7]{3})/\\\\0\\1/g' |
  while IFS= read -r f; do printf '%b\\000' "/\${f#/}"; done | xargs -0 stat -c '%Z %N' -- 2>/dev/null | awk -v s="$since" '$1 < s { sub(/^[0-9]+ /, ""); print }')
[ -z "$lost" ] || { echo 'missing or other in the copy, though nobody changed it here since:'; printf '%s\\n' "$lost" | head -n 20; }
bad=$(($(has '^[<>]fc\\.\\.') + $(printf '%s' "$lost" | grep -c .))); [ "$bad" = 0 ] || code=65
echo "$(has '^[<>*ch.]') differ, $bad of them damaged"
all=$(count files); [ -z "$all" ] || [ "$all" != "$(count 'created files')" ] || { echo 'nothing of it is in the copy'; code=65; }`;

const VERIFY = `${HEAD}
${THIN}
must; kind=$1; shift
if [ "$kind" = compare ]; then ${COMPARE}
else thin "$@"; fi
if [ "$code" = 0 ]; then mkdir -p -- "$state" && date +%s >"$state/verified.new" && mv -f -- "$state/verified.new" "$state/verified"; else rm -f -- "$state/verified"; fi
exit "$code"`;

const RESTORE = `${HEAD}
${THIN}
must; dir=$1 path=$2; shift 2
if [ -n "$(ls -A -- "$dir" 2>/dev/null)" ]; then echo "$dir is not empty; nothing was done" >&2; exit 73; fi
[ -d "$dir" ] || mkdir -p -- "$dir" || exit 73
cd -- "$dir" || exit 73
for w; do shift; [ "$w" = %into ] && w=$dir; set -- "$@" "$w"; done
thin "$@"; [ "$code" = 0 ] || exit "$code"
if [ -z "$(ls -A -- "$dir")" ] || { [ -n "$path" ] && [ ! -e "$dir$path" ] && [ ! -L "$dir$path" ]; }; then echo "it has no $path: nothing was restored" >&2; exit 66; fi
echo "restored to $dir"`;

/**
 * `FOLDER BESIDE PATH…`: what was restored whole beside it takes the place of what is there, path by path; folders above a path are not of the backup, and
 * stay as they are. Nothing ends it half-way.
 */
const PLACE = `set -u; trap '' HUP INT TERM; dir=\${1%/} stage=$2; shift 2; n=0
[ -d "$stage" ] || { echo "$stage is not there; nothing was written over" >&2; exit 73; }
# Nobody else's link leads what root writes to another place.
own() { d=$1; while [ "$d" != "\${dir:-/}" ]; do if [ -L "$d" ] && [ "$(stat -c %u -- "$d")" != 0 ]; then echo "$d is a link, and not root's" >&2; return 1; fi; d=$(dirname -- "$d"); done; }
# Of a whole root its entries, not the folder: that has its own rights and label.
put() { if [ -z "$p" ]; then find "$s" -mindepth 1 -maxdepth 1 -exec cp -a --remove-destination -t "$t/" -- {} +; else up=$(dirname -- "$t"); own "$up" && (umask 022; mkdir -p -- "$up") && cp -aT --remove-destination -- "$s" "$t"; fi; }
for p; do
  p=\${p%/} s=$stage\${p%/} t=$dir\${p%/}; [ -e "$s" ] || [ -L "$s" ] || { echo "it has no \${p:-/}: that is left as it is"; continue; }
  put || { echo "not all of \${p:-/} is in its place: restore it again" >&2; exit 74; }
  n=$((n + 1))
done
[ "$n" -gt 0 ] || { echo "it has none of these: nothing was written over" >&2; exit 66; }
echo "in place: $n"`;

/** Puts what was restored to a folder of its own into the place of what is there; not to be ended half-way. */
export function putInPlace(dir: string, stage: string, paths: readonly string[]): Argv {
  return shell('restore-put', PLACE, dir, stage, ...paths);
}

/** Removes that folder, and only such a one. */
export function clearStage(stage: string): Argv {
  return shell('restore-clear', `case $1 in */.hostler-restore-?*) rm -rf -- "$1";; esac`, stage);
}

/** Where it is restored to first when something is to be written over: beside it. */
export function stageOf(dir: string, ticket: string): string {
  return `${dir.replace(/\/$/, '')}/.hostler-restore-${ticket}`;
}

const DRY = `${HEAD}
timeout 9 "$@"`;

const PRUNE = `${HEAD}
${THIN}
must; thin "$@"; exit "$code"`;

/** What makes the words of a script: the backup's own name on its host, and what must be mounted. */
export function words(host: Pick<Host, 'name'>, backup: HostBackup): [string, string] {
  return [`${host.name}-${backup.name}`, backup.requiresMount ?? ''];
}

export const seenArgv = (tool: string, first: readonly string[], { paths }: HostBackup, argv: readonly string[]): Argv =>
  shell(`${tool}-seen`, SEEN, ...first, ...paths, '--', ...argv);
export const runArgv = (tool: string, first: readonly string[], warns: readonly number[], meant: boolean, { paths }: HostBackup, argv: Argv): Argv =>
  shell(`${tool}-run`, RUN, ...first, warns.join(' '), meant ? 'meant' : '', ...paths, '--', ...argv);
export const verifyArgv = (tool: string, first: readonly string[], kind: 'check' | 'compare', argv: Argv): Argv =>
  shell(`${tool}-verify`, VERIFY, ...first, kind, ...argv);
export const restoreArgv = (tool: string, first: readonly string[], into: string, path: string | undefined, argv: Argv): Argv =>
  shell(`${tool}-restore`, RESTORE, ...first, into, path ?? '', ...argv);
export const dryArgv = (tool: string, first: readonly string[], argv: Argv): Argv => shell(`${tool}-dry`, DRY, ...first, ...argv);
export const pruneArgv = (tool: string, first: readonly string[], argv: Argv): Argv => shell(`${tool}-prune`, PRUNE, ...first, ...argv);

/** The password, where there is one. */
export const passwordOf = ({ password }: HostBackup) => (password === undefined ? {} : { stdin: password });

/** `--keep-daily 7 …`, as restic and borg both take it; borg says `secondly` for nothing of ours. */
export const keepWords = (keep: HostBackup['keep']): string[] => Object.entries(keep).flatMap(([unit, n]) => [`--keep-${unit}`, String(n)]);

/** What the script printed before the tool's own answer, and that answer. */
export function parseHead(output: string): Omit<Seen, 'saved'> & { readonly last: number | undefined; readonly answer: string } {
  const at = output.indexOf('== saved\n');
  if (at < 0) throw new Error('no answer of the tool');
  const head = output.slice(0, at).split('\n');
  const lines = output.slice(at + '== saved\n'.length).split('\n');
  const number = (name: string) =>
    head.flatMap((line) => (/^\d+$/.test(line.slice(name.length + 1)) && line.startsWith(`${name} `) ? [Number(line.slice(name.length + 1))] : []))[0];
  const errors = lines.filter((line) => line.startsWith('error ')).map((line) => line.slice('error '.length));
  return {
    unmounted: head.includes('unmounted'),
    missing: head.flatMap((line) => (line.startsWith('missing ') ? [line.slice('missing '.length)] : [])),
    verifiedAt: number('verified'),
    last: number('last'),
    error: errors.length === 0 ? undefined : errors.join(' ').trim().slice(0, 300),
    answer: lines
      .filter((line) => !line.startsWith('error '))
      .join('\n')
      .trim(),
  };
}

/** What was saved, newest first; where the tool answered nothing that can be read, why. */
export function seenOf(output: string, parse: (answer: string) => readonly Saved[]): Seen {
  const { answer, last: _, error, ...rest } = parseHead(output);
  if (answer === '') return { ...rest, saved: [], error: error ?? 'it did not answer in time' };
  return { ...rest, error: undefined, saved: [...parse(answer)].sort((a, b) => b.at - a.at) };
}
