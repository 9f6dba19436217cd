import { read } from '../core/read.ts';
import type { Argv, ExecStep, Step, Target, WaitStep } from '../core/types.ts';
import { say } from '../core/words.ts';

/** POSIX sh: `ID SECONDS ARGV…`: when the time is over and nobody kept the change, runs ARGV. By systemd where it runs, else by a process of its own. */
const ARM = `set -eu; id=$1 after=$2; shift 2; umask 077; d=/var/lib/hostler/revert/$id
mkdir -p /var/lib/hostler/revert; mkdir "$d"; cat /proc/sys/kernel/random/boot_id >"$d/boot"
quote() { r=; set -- "$1"; while :; do case $1 in *\\'*) r=$r\${1%%\\'*}"'\\\\''"; set -- "\${1#*\\'}" ;; *) break ;; esac; done; r="'$r$1'"; }
line=; for word; do quote "$word"; line="$line $r"; done
printf 'cd /; mkdir "%s/over" || exit 0; code=0; %s || code=$?; echo "$code" >"%s/new"; mv "%s/new" "%s/reverted"\\n' "$d" "$line" "$d" "$d" "$d" >"$d/revert"
if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
  systemd-run --quiet --on-active="$after" --timer-property=AccuracySec=100ms --unit="hostler-revert-$id" sh "$d/revert"
else
  unset HOSTLER_RUN; (trap '' HUP; exec setsid sh -c 'sleep "$1"; exec sh "$2"' sh "$after" "$d/revert" </dev/null >/dev/null 2>&1) &
fi`;

/** POSIX sh: `ID`: keeps the change; fails when it was taken back already. */
const KEEP = `d=/var/lib/hostler/revert/$1; mkdir "$d/over" 2>/dev/null || [ -e "$d/kept" ] || { echo "taken back already" >&2; exit 1; }
: >"$d/kept"; if [ -d /run/systemd/system ]; then systemctl stop "hostler-revert-$1.timer" 2>/dev/null || :; fi`;

/** POSIX sh: `ID`: `armed`, `kept`, or `reverted CODE`; fails when a reboot has disarmed it. */
const STATE = `d=/var/lib/hostler/revert/$1; if [ -e "$d/kept" ]; then echo kept; elif [ -e "$d/reverted" ]; then read -r code <"$d/reverted"; echo "reverted $code"
elif [ -d "$d" ] && cmp -s "$d/boot" /proc/sys/kernel/random/boot_id; then echo armed; else echo 'the host rebooted before it was put back' >&2; exit 1; fi`;

/** A change that undoes itself unless it proves itself. */
export interface Confirmed {
  readonly on: Target;
  /** Names it on the host: letters, digits and dashes; from the request, never from the clock. */
  readonly id: string;
  /** What puts everything back. It must do no harm when there is nothing to put back. */
  readonly restore: Argv;
  /** Seconds until it is put back by itself. */
  readonly afterS: number;
  readonly act: readonly Step[];
  /** What must be seen for the change to be kept. */
  readonly probe: readonly WaitStep[];
}

/** What became of a change that was to prove itself: `armed`, `kept` or `reverted CODE`; an error when a reboot has disarmed it. */
export const confirmState = (id: string) => read({ argv: ['sh', '-c', STATE, 'sh', id], parse: (output) => output.trim() });

/**
 * Commit-confirmed: arms a timer on the host itself that restores, acts, probes, and only then disarms it. Whatever goes wrong between,
 * a lost connection, a dead bot, a probe that fails, a cancel: the host puts itself back, and the run waits until it is seen to have.
 */
export function confirmed({ on, id, restore, afterS, act, probe }: Confirmed): Step[] {
  const exec = (why: ExecStep['why'], argv: Argv): ExecStep => ({ kind: 'exec', on, why, argv, timeoutMs: 60_000 });
  return [
    exec(say({ en: 'arm: back in {s} s unless it is kept', zh: '布防：{s} 秒内未确认则恢复' }, { s: afterS }), [
      'sh',
      '-c',
      ARM,
      'sh',
      id,
      String(afterS),
      ...restore,
    ]),
    ...act,
    ...probe,
    exec(say({ en: 'keep it', zh: '确认保留' }), ['sh', '-c', KEEP, 'sh', id]),
    {
      kind: 'wait',
      on,
      always: true,
      why: say({ en: 'until it is kept or put back', zh: '直到已保留或已恢复' }),
      read: { argv: confirmState(id).argv },
      until: { isNot: 'armed' },
      everyMs: 500,
      timeoutMs: (afterS + 60) * 1000,
    },
  ];
}
