import type { Argv } from '../core/types.ts';
import { shell } from './shell.ts';
import type { Verb } from './systemctl-guard.ts';

/** What a unit is to be when all is done: running (or, for one that runs once, run), or not running. */
export type Held = 'active' | 'inactive';

/** Lines of the journal under what a failed unit says of itself. */
const STATUS = `status() { systemctl status "$1" --no-pager --full -n 20 2>&1 | head -c 6000; }`;

/** `systemctl VERB UNIT`; where it fails, what the unit and its journal say. systemctl(1). */
export function doUnit(verb: Verb, unit: string): Argv {
  return shell('unit-do', `${STATUS}\nsystemctl --no-ask-password "$1" "$2" && exit 0\ne=$?; status "$2"; exit $e`, verb, unit);
}

/** Sees that a unit is so and stays so for some seconds: not restarted, not another run of it. Else it says what the unit and its journal say, and fails. */
export function heldUnit(unit: string, held: Held, seconds = 2): Argv {
  return shell('unit-held', HELD, unit, held, String(seconds));
}

const HELD = `set -u; u=$1 want=$2 n=$3
${STATUS}
look() { s=$(systemctl show "$u" --property=ActiveState,SubState,Result,NRestarts,InvocationID,Type,RemainAfterExit,MainPID); a=$(get ActiveState); }
get() { printf '%s\\n' "$s" | sed -n "s/^$1=//p"; }
bad() { echo "$u: $1"; status "$u"; exit 1; }
once() { [ "$(get Type)" = oneshot ] && [ "$(get RemainAfterExit)" != yes ] && [ "$a" = inactive ] && [ "$(get Result)" = success ]; }
is() { if [ "$want" = active ]; then [ "$a" = active ] || once; else [ "$a" = inactive ] || [ "$a" = failed ]; fi; }
i=0; look
while [ $i -lt 60 ] && ! is; do
  case $a/$(get SubState) in activating/auto-restart*) bad 'it ends and is started again and again';; failed/*) bad 'it failed';; esac
  i=$((i + 1)); sleep 1; look
done
is || bad "it is $a, not $want"
before="$(get NRestarts) $(get InvocationID) $(get MainPID)"
sleep "$n"; look
is || bad "it was $want, and is $a after $n s"
[ "$want" = inactive ] || once || [ "$before" = "$(get NRestarts) $(get InvocationID) $(get MainPID)" ] || bad "it was started again within $n s"
echo "$a ($(get SubState)) for $n s"`;
