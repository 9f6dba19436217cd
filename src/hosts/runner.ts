import { HostError } from '../core/errors.ts';
import type { Argv, ExecStep, Outcome } from '../core/types.ts';
import { say } from '../core/words.ts';
import { secret } from './secret.ts';
import type { Exec, Ssh } from './ssh.ts';

/**
 * What runs on the host, in POSIX `sh`, called as `hostler-run ID LIMIT ARGV…`.
 * Its first act is `mkdir SPOOL/ID`: the durable claim that this step is performed once. Who comes second waits for the end
 * of the first and reports the same. Output goes to a file, so that a lost connection stops nothing; the exit status appears
 * by rename. The answer is one line, `hostler-run 1 STATE DETAIL SIZE`, and the output, at most 256 kB of it: head and tail.
 */
export const SCRIPT = `set -u; mask=$(umask); umask 077; id=$1; limit=$2; shift 2
if [ -w /var/lib ]; then base=/var/lib/hostler; else base=$HOME/.local/state/hostler; fi
d=$base/spool/$id; boot=; [ -r /proc/sys/kernel/random/boot_id ] && read -r boot </proc/sys/kernel/random/boot_id
started() { s=; { read -r s </proc/"$1"/stat; } 2>/dev/null || return 1; s=\${s##*) }; set -- $s; echo "\${20-}"; }
[ -d "$base/spool" ] || mkdir -p "$base/spool" || exit 71
state=exit
if mkdir "$d" 2>/dev/null; then
  trap '' HUP PIPE
  echo "$$ $(started $$) $boot" >"$d/run.new" && mv "$d/run.new" "$d/run"
  t=$(date +%s); tool=; timeout -k 10 5 true 2>/dev/null && tool="timeout -k 10 $limit"
  (trap - PIPE; umask "$mask"; exec $tool "$@") >"$d/out" 2>&1
  code=$?
  case $code in 137 | 143) [ $(($(date +%s) - t)) -lt "$limit" ] || code=124 ;; esac
  echo $code >"$d/exit.new"; mv "$d/exit.new" "$d/exit"
else
  [ -d "$d" ] || exit 71
  n=0
  while [ ! -f "$d/exit" ]; do
    pid= began= on=; { read -r pid began on <"$d/run"; } 2>/dev/null
    if [ -z "$pid" ]; then n=$((n + 1)); [ $n -lt 25 ] || { state=gone; break; }
    elif [ "$on" != "$boot" ]; then [ -f "$d/exit" ] || state=rebooted; break
    elif [ "$(started "$pid")" != "$began" ]; then sleep 1; [ -f "$d/exit" ] || state=gone; break
    fi
    sleep 0.2 2>/dev/null || sleep 1
  done
fi
code=-; [ "$state" = exit ] && read -r code <"$d/exit"
size=0; [ -f "$d/out" ] && size=$(wc -c <"$d/out")
echo "hostler-run 1 $state $code" $size
if [ "$size" -le 262144 ]; then [ ! -f "$d/out" ] || cat "$d/out"; else head -c 131072 "$d/out"; tail -c 131072 "$d/out"; fi
exit 0`;

/** Most bytes of a step's output that leave the host; more than the runner prints. */
const CAP = 300_000;
/** Time for the runner itself beyond the step's own limit, in milliseconds. */
const GRACE = 30_000;
/** Longest a step may take when it says nothing, in milliseconds. */
export const DEFAULT_LIMIT = 600_000;

/** The runner's argv for a step: the same for every attempt, so that a second attempt finds the claim of the first. */
export function runnerArgv(id: string, limitMs: number, argv: Argv): Argv {
  return ['sh', '-c', SCRIPT, 'hostler-run', id, String(Math.ceil(limitMs / 1000)), ...argv];
}

/**
 * Performs an exec step at most once, or finds out what became of it. May be called again after any failure.
 * Throws HostError `lost` when the end could not be learned: call again. Any other HostError: nothing was begun by this call.
 */
export async function perform(ssh: Ssh, id: string, step: ExecStep): Promise<Outcome> {
  const limit = step.timeoutMs ?? DEFAULT_LIMIT;
  const began = Date.now();
  const stdin = step.stdin === undefined || typeof step.stdin === 'string' ? step.stdin : secret(step.stdin);
  const exec = await ssh.exec(runnerArgv(id, limit, step.argv), { timeoutMs: limit + GRACE, cap: CAP, ...(stdin === undefined ? {} : { stdin }) });
  if (exec.kind === 'lost' || exec.kind === 'timeout') throw lost(step.on.host, exec.kind === 'lost' ? exec.why : 'no end was reported in time');
  if (wasKilled(exec)) throw lost(step.on.host, 'what reports the end was killed');
  return outcome(exec, limit, Date.now() - began);
}

/** The runner itself was killed before it could answer: the step may go on without it. */
function wasKilled(exec: Extract<Exec, { stdout: string }>): boolean {
  return !exec.stdout.startsWith('hostler-run 1 ') && (exec.kind === 'signal' || (exec.kind === 'exit' && exec.code > 128));
}

function lost(host: string, why: string): HostError {
  return new HostError('lost', host, { words: { en: 'the connection was lost: {why}', zh: '连接已丢失：{why}' }, with: { why } });
}

/** Reads the runner's answer. */
export function outcome(exec: Extract<Exec, { stdout: string }>, limitMs: number, ms: number): Outcome {
  const [, state, code, size] = /^hostler-run 1 (exit|rebooted|gone) (\d+|-) (\d+)\n/.exec(exec.stdout) ?? [];
  if (state === undefined || size === undefined) {
    const why = (exec.stderr || exec.stdout).trim().slice(0, 300);
    return { kind: 'exit', code: exec.kind === 'exit' && exec.code !== 0 ? exec.code : 70, output: why, ms };
  }
  const output = exec.stdout.slice(exec.stdout.indexOf('\n') + 1);
  if (state === 'rebooted') return { kind: 'rebooted', output };
  if (state === 'gone')
    return { kind: 'gone', why: say({ en: 'the process on the host is gone and left no exit status', zh: '主机上的进程已消失，没有留下退出码' }) };
  const status = Number(code);
  const signal = SIGNALS[status - 128];
  if (status === 124) return { kind: 'timeout', afterMs: limitMs, output };
  if (signal !== undefined) return { kind: 'signal', signal, output, ms };
  const cut = Number(size) > 262_144 ? Number(size) - 262_144 : 0;
  return { kind: 'exit', code: status, output, ms, ...(cut > 0 ? { cut } : {}) };
}

/** Signals a shell reports as 128 + n: signal(7). */
const SIGNALS: Readonly<Record<number, string>> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  4: 'ILL',
  6: 'ABRT',
  7: 'BUS',
  8: 'FPE',
  9: 'KILL',
  11: 'SEGV',
  13: 'PIPE',
  14: 'ALRM',
  15: 'TERM',
};
