/** POSIX sh: what caller and keeper share: clock, processes, who belongs to a run, ending it. Expects `id` and `d`, the claim folder. */
export const LIBRARY = `# seconds since boot, in hundredths: now
clock() { read -r now _ </proc/uptime; now=$((\${now%.*} * 100 + 1\${now#*.} - 100)); }
# one process: state parent group session threads start
look() {
  s=; { while read -r l || [ -n "$l" ]; do s="$s $l"; done </proc/"$1"/stat; } 2>/dev/null
  set -- \${s##*) }; [ $# -ge 20 ] || return 1
  state=$1 parent=$2 group=$3 session=$4 threads=\${18} start=\${20}
}
living() { look "$1" && case $state in Z | X | x) [ "$threads" -gt 1 ] ;; esac; }
same() { [ -n "$1" ] && living "$1" && [ "$start" = "$2" ]; }
# sleeps, longer every time
nap() {
  sleep $nap 2>/dev/null || { nap=1; sleep 1; }
  case $nap in 0.01) nap=0.02 ;; 0.02) nap=0.04 ;; 0.04) nap=0.08 ;; 0.08) nap=0.16 ;; 0.16) nap=0.25 ;; esac
}
groups() { text=; { while read -r l; do text="$text$l;"; done </proc/"$1"/cgroup; } 2>/dev/null; }
# what the keeper wrote about the run
load() {
  keeper=; { read -r keeper kstart kboot contained dog dstart begun adopter unit <"$d/run"; } 2>/dev/null; [ -n "$keeper" ] || return 1
  contained=\${contained:-group} begun=\${begun:-0} # what the first version wrote
}
# pids in a control group and below it
tree() {
  { while read -r l; do all="$all $l"; done <"$1/cgroup.procs"; } 2>/dev/null
  for l in "$1"/*/ "$1"/.[!.]*/; do [ -d "$l" ] && tree "\${l%/}"; done
}
# pids that carry the name of the run
named() {
  list=
  if printf 'a\\0b\\0' | grep -qzxF b 2>/dev/null; then
    list=$(cd /proc && grep -lzxF "HOSTLER_RUN=$id" [0-9]*/environ 2>/dev/null) || :
  else
    for l in /proc/[0-9]*; do
      { tr '\\0' '\\n' <"$l/environ" | grep -qxF "HOSTLER_RUN=$id"; } 2>/dev/null && list="$list \${l#/proc/}/environ"
    done
  fi
  all=; for l in $list; do all="$all \${l%/environ}"; done
}
# everything of the run that lives, but its keeper and watchdog: members; and the whole table of processes
find_members() {
  prog=0 pstart=0; { read -r prog pstart <"$d/pid"; } 2>/dev/null
  named; [ "$contained" = group ] || tree "$unit"
  all="$all " sess=none; [ "$prog" = 0 ] || ! look "$prog" || [ "$start" = "$pstart" ] || prog=0
  [ "$prog" = 0 ] || sess=$prog
  table= members=' '
  for p in /proc/[0-9]*; do
    p=\${p#/proc/}; living "$p" && [ "$start" -ge "$kstart" ] || continue
    [ "$p" != "$keeper" ] && [ "$p" != "$dog" ] && [ "$parent" != "$dog" ] || continue
    table="$table $p:$parent:$start"
    [ "$parent" != "$keeper" ] || [ "$p" = "$prog" ] || continue
    if [ "$session" = $sess ] || [ "$group" = $sess ] || [ "$p" = "$prog" ]; then members="$members$p "
    else case $all in *" $p "*) members="$members$p " ;; esac
    fi
  done
  grown=$members
  while [ -n "$grown" ]; do
    grown=
    for e in $table; do
      p=\${e%%:*} e=\${e#*:}
      case $members in *" \${e%%:*} "*) case $members in *" $p "*) ;; *) grown=1 members="$members$p " ;; esac ;; esac
    done
  done
  [ "$members" != ' ' ]
}
# to each of them once; a whole process group at once, where that does no harm
signal() {
  kill -"$1" $members 2>/dev/null
  case $1 in STOP | KILL) [ "$prog" = 0 ] || kill -"$1" -- -"$prog" 2>/dev/null ;; esac
}
# TERM, $1 seconds, then KILL for 10 seconds; false when something is left
sweep() {
  find_members || return 0
  signal TERM; signal CONT; clock; term_end=$((now + $1 * 100)) nap=0.01
  while clock; [ $now -lt $term_end ]; do nap; find_members || return 0; done
  kill_end=$((now + 1000)) nap=0.01
  while find_members; do
    clock; [ $now -lt $kill_end ] || return 1
    signal STOP; signal KILL
    if [ "$contained" = unit ] && [ $((kill_end - now)) -lt 500 ]; then
      { echo 1 >"$unit/cgroup.kill"; } 2>/dev/null || systemctl kill --signal=KILL "hostler-$id.service" 2>/dev/null
    fi
    nap
  done
  return 0
}
# writes down the end, the first one only
record() { [ -e "$d/exit" ] || { echo "$1 $2 $3" >"$d/exit.$$" && mv "$d/exit.$$" "$d/exit"; } }
# whether the host is going down
falling() {
  if [ -d /run/systemd/system ]; then
    # no answer at all is asked for again: systemd is busy
    n=0
    while [ $n -lt 5 ]; do
      case $(systemctl is-system-running 2>/dev/null) in
        running | degraded | starting | initializing | maintenance) return 1 ;;
        '') n=$((n + 1)); sleep 0.2 2>/dev/null || sleep 1 ;;
        *) return 0 ;;
      esac
    done
  else
    case $(runlevel 2>/dev/null) in *[06]) ;; *) return 1 ;; esac
  fi
}`;
