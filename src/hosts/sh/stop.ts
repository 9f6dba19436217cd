/** POSIX sh: stop, with the proof that nothing is left, and expire. */
export const STOP = `# processes that may have left the run without a trace: session and name cleared, adopted where the keeper's orphans go
find_escaped() {
  escaped=
  [ "$contained" = group ] || return 0
  { read -r l </proc/1/stat; } 2>/dev/null || { escaped=0; return 0; }
  for e in $table; do
    p=\${e%%:*} e=\${e#*:}; e=\${e%%:*}
    [ "$e" = 1 ] || [ "$e" = "$adopter" ] || continue
    groups "$p"; [ "$text" = "$ktext" ] || continue
    l=; { read -r l </proc/"$p"/comm; } 2>/dev/null || continue
    case $l in sshd | sshd-session | dropbear) continue ;; esac
    is_other "$p" || escaped="$escaped $p"
  done
}
# whether it is a keeper or a caller of this runner, belongs to another run, or is gone
is_other() {
  living "$1" || return 0
  { tr '\\0' ' ' </proc/"$1"/cmdline | grep -qE ' hostler-run (start|follow|stop|expire) |/hostler/spool/[A-Za-z0-9-]+/step '; } 2>/dev/null && return 0
  { tr '\\0' '\\n' </proc/"$1"/environ | grep -q '^HOSTLER_RUN='; } 2>/dev/null
}
show() {
  for p; do
    if [ "$p" = 0 ]; then echo 'alive 0 what else runs on this host cannot be seen'; continue; fi
    l=$({ head -c 200 /proc/"$p"/cmdline | tr '\\000-\\037\\177' ' '; } 2>/dev/null)
    [ -n "$l" ] || { read -r l </proc/"$p"/comm; l="[$l]"; } 2>/dev/null
    echo "alive $p $l"
  done
}
finish() { clock; echo "end $1 $code $size $(((now - asked) * 10))"; }
stop_step() {
  clock; asked=$now; [ -d "$spool" ] || mkdir -p "$spool" || exit 71
  mkdir "$d" 2>/dev/null || [ -d "$d" ] || exit 71
  [ -e "$d/exit" ] || : >"$d/stop" || exit 71
  if ! load && { ! claimed || [ "$old" = "$boot" ]; }; then
    # The keeper writes down the run, then looks whether it was stopped, and only then begins: this one never will.
    mkdir "$d/go" 2>/dev/null; record stopped - 0
  fi
  state; header; size
  case $is in running | stopped) ;; *) finish "$is"; return ;; esac
  load || { finish stopped; return 0; }
  { read -r l; read -r ktext; } <"$d/run"
  [ "$kboot" = "$boot" ] || { finish stopped; return 0; }
  kill -CONT "$keeper" 2>/dev/null
  sweep "$1"
  clock; begin=$((now + 300)) nap=0.01
  while [ ! -e "$d/exit" ] && same "$keeper" "$kstart" && clock && [ $now -lt $begin ]; do nap; done
  [ -e "$d/exit" ] || find_members || ! same "$keeper" "$kstart" || { kill -KILL "$keeper"; kill "$dog"; } 2>/dev/null
  clock; begin=$((now + 200)) nap=0.01; [ "$contained" = group ] || begin=$((now + 500))
  while :; do
    left=; ! find_members || { signal KILL; left=$members; }
    all=; [ "$contained" = group ] || tree "$unit"
    for p in $all; do ! living "$p" || case " $left " in *" $p "*) ;; *) left="$left $p" ;; esac; done
    find_escaped; left="$left $escaped"
    clock; [ "\${left#"\${left%%[! ]*}"}" != '' ] && [ $now -lt $begin ] || break
    nap
  done
  size
  if [ "\${left#"\${left%%[! ]*}"}" != '' ]; then show $left; finish unproven; return 0; fi
  same "$dog" "$dstart" && ! same "$keeper" "$kstart" && kill "$dog" 2>/dev/null
  clock; record stopped - $((now - begun)); state
  finish "$is"
}
# removes what ended, or began before the host did, more than $1 days ago
expire() {
  count=0; private
  for d in "$spool"/*; do
    id=\${d##*/}
    case $id in *[!A-Za-z0-9-]*) continue ;; esac
    [ -d "$d" ] && [ ! -L "$d" ] || continue
    if [ -e "$d/exit" ] || { claimed && [ "$old" != "$boot" ] && [ "$old" != - ]; }; then
      [ "$1" = 0 ] || [ -n "$(find "$d" -prune -mtime +$(($1 - 1)) 2>/dev/null)" ] || continue
      mv "$d" "$spool/.gone-$id" && rm -rf "$spool/.gone-$id" "$inputs/$id".* && count=$((count + 1))
    fi
  done
  rm -rf "$spool"/.gone-*
  echo "expired $count"
}`;
