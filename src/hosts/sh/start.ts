/** POSIX sh: start and follow: claims a step, begins its keeper, answers with state and output. Expects LIBRARY as `lib`, KEEPER as `keeping`. */
export const START = `set -u; mask=$(umask); umask 077; verb=$1; shift
if [ -d /var/lib/hostler/spool ] || [ -w /var/lib ]; then base=/var/lib/hostler; else base=$HOME/.local/state/hostler; fi
spool=$base/spool boot=-
{ read -r boot </proc/sys/kernel/random/boot_id; } 2>/dev/null
# a word for sh: word
quote() {
  word=; set -- "$1"
  while :; do case $1 in *\\'*) word=$word\${1%%\\'*}\\'\\\\\\'\\'; set -- "\${1#*\\'}" ;; *) break ;; esac; done
  word="'$word$1'"
}
# where input waits for the program: in memory, if this user has such a place
private() {
  if [ "$(id -u)" = 0 ] && mkdir -p /run/hostler 2>/dev/null; then inputs=/run/hostler; return 0; fi
  inputs=\${XDG_RUNTIME_DIR-}/hostler
  [ "$inputs" != /hostler ] && mkdir -p "$inputs" 2>/dev/null && return
  inputs=/dev/shm/hostler-$(id -u)
  mkdir "$inputs" 2>/dev/null || { [ -d "$inputs" ] && [ ! -L "$inputs" ] && [ -O "$inputs" ]; } || inputs=$d
}
claimed() { old=; { read -r _ old <"$d/step"; } 2>/dev/null; [ -n "$old" ]; }
header() { load || contained=-; echo "hostler-run 2 $boot $contained"; }
size() { size=0; [ ! -s "$d/out" ] || size=$(($(wc -c <"$d/out"))); }
# the run as it is now: is code ms
state() {
  code=- ms=0
  { read -r is code ms <"$d/exit"; } 2>/dev/null && { [ -n "$code" ] || code=$is is=exit ms=0; ms=$((ms * 10)); return 0; } # the first version wrote the code alone
  if ! load; then
    if claimed && [ "$old" != "$boot" ]; then is=rebooted; elif [ -d "$d/go" ]; then is=starting; else is=none; fi
    return
  fi
  [ "$kboot" = "$boot" ] || { is=rebooted; return 0; }
  clock; ms=$(((now - begun) * 10)) is=running
  ! same "$keeper" "$kstart" || return 0
  [ "$contained" = group ] || case $(systemctl is-active "hostler-$id.service" 2>/dev/null) in active | activating | deactivating | reloading) return 0 ;; esac
  ! find_members || return 0
  { read -r is code ms <"$d/exit"; } 2>/dev/null && { ms=$((ms * 10)); return 0; }
  is=gone; same "$dog" "$dstart" && kill "$dog" 2>/dev/null
}
# the bytes of the output from $1 to before $2
range() {
  [ "$2" -gt "$1" ] || return 0
  echo "out $1 $(($2 - $1))"
  if [ "$1" = 0 ]; then head -c "$2" "$d/out"
  else dd if="$d/out" bs=4096 skip=$(($1 / 4096)) count=$((($2 + 4095) / 4096 - $1 / 4096)) 2>/dev/null | tail -c +$(($1 % 4096 + 1)) | head -c $(($2 - $1))
  fi
  echo
}
# $1 from, $2 hold, $3: seconds until it must have begun
answer() {
  clock; hold=$((now + $2 * 100)) begin=$((now + $3 * 100)) nap=0.01
  while state; do
    case $is in
      running) [ $now -lt $hold ] || break ;;
      starting | none) clock; [ "$is" = starting ] || [ "$3" -gt 2 ] || break; [ $now -lt $begin ] || { [ "$is" = none ] || is=gone; break; } ;;
      *) break ;;
    esac
    nap
  done
  header; size
  if [ $is = running ]; then
    if [ $size -gt 131072 ]; then range "$1" 131072; range $((size - 2048)) $size; else range "$1" $size; fi
  elif [ $size -le 262144 ]; then range "$1" $size
  else range "$1" 131072; range $((size - 131072)) $size
  fi
  echo "end $is $code $size $ms"
}
# start ID LIMIT FROM HOLD STDIN PROGRAM ARG…
start_step() {
  limit=$1 from=$2 hold=$3 stdin=$4; shift 4
  [ -d "$spool" ] || mkdir -p "$spool" || exit 71
  mkdir "$d" 2>/dev/null || [ -d "$d" ] || exit 71
  if [ -d "$d/go" ] || [ -f "$d/run" ] || { claimed && [ "$old" != "$boot" ]; }; then answer "$from" "$hold" 2; return 0; fi
  in=
  if [ "$stdin" != 0 ]; then
    private; in=$inputs/$id.$$; (set -C; exec head -c "$stdin" >"$in")
    got=0; { got=$(wc -c <"$in"); } 2>/dev/null
    [ $((got)) = "$stdin" ] || [ -d "$d/go" ] || { rm -f "$in"; header; echo 'end none - 0 0'; return 0; }
  fi
  line="in=\\\${1-} launcher=\\\${2-}" at=$PWD
  for name in id d boot limit mask at; do
    eval "quote \\"\\$$name\\""; line="$line $name=$word"
  done
  line="$line
set --"
  for name; do quote "$name"; line="$line $word"; done
  { echo "# $boot" && export -p && printf '%s\\n' "$line" "$lib" "$keeping"; } >"$d/step.$$" && mv -f "$d/step.$$" "$d/step" || exit 71
  sync "$d/step" "$d" "$spool" 2>/dev/null
  launch
  answer "$from" "$hold" 10
}
# begins the keeper, by systemd where it rules, else as a session of its own; waits until it has begun or will not
launch() {
  echo 'hostler-run launching'
  if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null && [ "$(id -u)" = 0 ]; then
    shell=$(command -v sh) unit=hostler-$id.service
    said=$(systemd-run --quiet --collect --no-ask-password --unit="$unit" --description="Hostler step $id" -p KillMode=control-group -p SendSIGHUP=no \\
      -p IgnoreSIGPIPE=no -p TimeoutStopSec=10 -p RuntimeMaxSec=$((limit + 60)) -p StandardInput=null -p StandardOutput=null -p StandardError=null \\
      -p ExecStopPost="$shell $d/step -ended" "$shell" "$d/step" "$in" </dev/null 2>&1) && return
    case $said in
      *already*) clock; begin=$((now + 500)) nap=0.01; while [ ! -d "$d/go" ] && clock && [ $now -lt $begin ]; do nap; done ;;
      *) systemd-run --unit="$unit" "$shell" "$d/step" "$in" </dev/null >/dev/null 2>&1 && return ;;
    esac
    [ ! -d "$d/go" ] || { [ -z "$in" ] || rm -f "$in"; return 0; }
  fi
  setsid='trap "" HUP;'; ! command -v setsid >/dev/null || setsid=setsid
  # What is begun with & ignores INT and QUIT for ever: so it is begun in the foreground of a shell that is killed then.
  : "$({ sh -c "exec 3>&1; $setsid"' sh "$1/step" "$2" "$$" </dev/null >/dev/null 2>&1 | kill -9 $$' sh "$d" "$in"; } 2>/dev/null)"
}`;
