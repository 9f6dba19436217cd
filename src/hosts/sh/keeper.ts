/** POSIX sh: begins a step when it is the first to, sees to its limit, and writes down its end by rename. */
export const KEEPER = `umask 077
if [ "$in" = -ended ]; then
  # systemd had to end the keeper
  case \${EXIT_CODE-killed} in killed | dumped) ;; *) exit 0 ;; esac
  load && ! falling || exit 0
  clock; kind=exit; [ "\${SERVICE_RESULT-}" != timeout ] || [ $((now - begun)) -lt $((limit * 100)) ] || kind=timeout; [ ! -e "$d/stop" ] || kind=stopped
  record $kind 137 $((now - begun)); exit 0
fi
cd "$at" 2>/dev/null || cd /
fallen=; trap '' HUP PIPE INT
keeper=$$ contained=group unit=; dog=0
mkdir "$d/go" 2>/dev/null || { [ -z "$in" ] || rm -f "$in"; exit 0; }
clock; begun=$now
look $$; kstart=$start
groups $$
case $text in *"/hostler-$id.service"*)
  IFS=';'
  for l in $text; do
    l=\${l#*:}
    case \${l%%:*} in '') roots='/sys/fs/cgroup;/sys/fs/cgroup/unified' ;; name=systemd) roots=/sys/fs/cgroup/systemd ;; *) roots= ;; esac
    for r in $roots; do [ ! -e "$r\${l#*:}/cgroup.procs" ] || unit=$r\${l#*:} contained=unit; done
  done
  unset IFS ;;
esac
# the watchdog
(
  trap 'kill -KILL \${!-} 2>/dev/null; exit 0' TERM; exec 3>&- </dev/null >/dev/null 2>&1
  while [ ! -e "$d/exit" ] && clock && left=$((begun + limit * 100 - now)) && [ $left -gt 0 ]; do
    [ $left -lt 6000 ] || left=6000
    sleep $(((left + 99) / 100)) & wait $!
    same "$keeper" "$kstart" || find_members || exit 0
  done
  [ ! -e "$d/exit" ] || exit 0
  trap '' TERM
  read -r dog _ </proc/self/stat
  mkdir "$d/timeout"; sweep 10
  same "$keeper" "$kstart" || { clock; record timeout 137 $((now - begun)); }
) &
dog=$!; trap 'fallen=1' TERM
look $dog && dstart=$start
adopter=$launcher n=0
while look $$; adopter=$parent; [ "$adopter" = "$launcher" ] && [ $n -lt 50 ]; do n=$((n + 1)); sleep 0.01 2>/dev/null || sleep 1; done
printf '%s\\n' "$keeper $kstart $boot $contained $dog $dstart $begun $adopter $unit" "$text" >"$d/run.$$" && mv "$d/run.$$" "$d/run" || { kill $dog 2>/dev/null; exit 1; }
exec 3>&-
if [ -e "$d/stop" ]; then
  kill $dog 2>/dev/null; wait $dog; record stopped - 0; [ -z "$in" ] || rm -f "$in"; exit 0
fi
(
  trap - HUP PIPE INT TERM
  look self; read -r p _ </proc/self/stat; echo "$p $start" >"$d/pid"
  if [ -n "$in" ]; then
    [ -r "$in" ] || { echo 'hostler: the input is gone'; exit 71; }
    exec <"$in"; rm -f "\${in%.*}".*
  fi
  umask "$mask"; HOSTLER_RUN=$id; export HOSTLER_RUN
  command -v setsid >/dev/null && command -v "$1" >/dev/null && exec setsid "$@"
  exec "$@"
) </dev/null >>"$d/out" 2>&1
code=$?
[ ! -d "$d/timeout" ] || wait $dog
[ -z "$fallen" ] || ! falling || { kill $dog 2>/dev/null; exit 0; }
clock; kind=exit; [ ! -d "$d/timeout" ] || kind=timeout; [ ! -e "$d/stop" ] || kind=stopped
record $kind $code $((now - begun))
kill $dog 2>/dev/null; wait $dog
exit 0`;
