/** What filters what comes in to a host: who manages that, the ports of its sshd, and the rules as the programs print them, or that one of them could not. POSIX sh. */
export const READ = `[ "$(id -u)" = 0 ] || { echo 'only root can read the rules' >&2; exit 1; }
echo "== managers"
for u in firewalld ufw; do systemctl is-active -q "$u" 2>/dev/null && echo "$u"; done
pve=; unread=; if command -v pve-firewall >/dev/null; then pve=$(pve-firewall status 2>/dev/null) || unread="exit $?"; pve=$(echo "$pve" | sed -n 's/^Status: //p'); echo "pve-firewall $pve"; fi
for p in nft iptables ip6tables; do command -v "$p" >/dev/null && echo "has $p"; done
[ -d /run/systemd/system ] && echo "has systemd"
for u in nftables netfilter-persistent iptables; do systemctl is-enabled -q "$u" 2>/dev/null && echo "saved $u"; done
echo "== ssh"; set -- \${SSH_CONNECTION:-}; echo "\${4:-}"; sshd -T 2>/dev/null | sed -n 's/^port //p'
[ -z "$unread" ] || echo "== unread pve-firewall $unread"
ask() {
  part=$1; shift; echo "== $part"; command -v "$1" >/dev/null || return 0
  { why=$("$@" 2>&1 >&3) || { code=$?; printf '\\n== unread %s %s\\n' "$part" "$(printf '%s' "\${why:-exit $code}" | tr '\\n' ' ' | head -c 500)"; }; } 3>&1 | head -c 200000
}
ask nft nft -a list ruleset; for p in iptables ip6tables; do ask "$p" "$p-save"; done
case $pve in enabled/running*)
  n=$(uname -n); n=\${n%%.*}; echo "== pve"; echo "node $n"
  echo "options $(timeout 4 pvesh get "/nodes/$n/firewall/options" --output-format json | tr -d '\\n')"
  echo "rules $(timeout 4 pvesh get "/nodes/$n/firewall/rules" --output-format json | tr -d '\\n' | head -c 200000)" ;;
esac; exit 0`;

/**
 * `add|remove|back PROTO PORT RULE…`: puts rules first into their gates, or takes them out; `back` puts in only what is for no time, or for one that is not over. A rule is one word, `TAG accept|drop FROM|- GATE…`: it has the comment TAG.
 * A gate is `nft:FAMILY:TABLE:CHAIN`, `iptables` or `ip6tables`, `own`: a table of the bot's own, made for it and removed when it is empty, or `pve:NODE`: the
 * rules of a node of Proxmox VE, which everyone in the cluster may change meanwhile: places are asked anew each time, and a digest says that they are still true;
 * a cluster that just boots may have no quorum yet. Doing it twice does no harm. POSIX sh.
 */
export const SET = `set -euf; op=$1 proto=$2 port=$3; shift 3
spec() {
  r=; case $from in -) ;; *:*) r="ip6 saddr $from " ;; *) r="ip saddr $from " ;; esac
  r="$r$proto dport $port $verdict comment \\"$tag\\""
}
handles() { nft -a list chain "$@" 2>/dev/null | sed -n "s/.* comment \\"$tag\\" # handle \\([0-9]*\\)\\$/\\1/p"; }
through_nft() {
  if [ "$op" = add ]; then [ -n "$(handles "$@")" ] || { spec; nft insert rule "$@" "$r"; }
  else for h in $(handles "$@"); do nft delete rule "$@" handle "$h"; done; fi
}
through_ipt() {
  p=$1; set -- -p "$proto" -m "$proto" --dport "$port" -m comment --comment "$tag" -j "$(echo "$verdict" | tr a-z A-Z)"
  if [ "$from" != - ]; then set -- -s "$from" "$@"; fi
  if [ "$op" = add ]; then "$p" -w 5 -C INPUT "$@" 2>/dev/null || "$p" -w 5 -I INPUT 1 "$@"
  else while "$p" -w 5 -C INPUT "$@" 2>/dev/null; do "$p" -w 5 -D INPUT "$@"; done; fi
}
pve_at() {
  pvesh get "/nodes/$1/firewall/rules" --output-format json | perl -MJSON::PP -e 'local $/; my @mine = grep { ($_->{comment} // "") eq $ARGV[0] } @{decode_json(<STDIN>)};
    my ($last) = sort { $b->{pos} <=> $a->{pos} } @mine; print $last->{pos}, " ", $last->{digest} // "" if $last' "$tag"
}
through_pve() {
  n=$1 i=0
  if [ "$op" = add ]; then
    at=$(pve_at "$n")
    if [ -z "$at" ]; then
      set -- --type in --action "$(echo "$verdict" | tr a-z A-Z)" --proto "$proto" --dport "$port" --enable 1 --pos 0 --comment "$tag"
      if [ "$from" != - ]; then set -- "$@" --source "$from"; fi
      until why=$(pvesh create "/nodes/$n/firewall/rules" "$@" 2>&1 >/dev/null); do
        case $why in *quorum*) i=$((i + 1)) ;; *) i=15 ;; esac
        [ "$i" -lt 15 ] || { echo "$why" >&2; exit 1; }
        sleep 2
      done
    fi
  else while :; do
    if at=$(pve_at "$n"); then
      [ -n "$at" ] || break
      set -- $at
      if pvesh delete "/nodes/$n/firewall/rules/$1" \${2:+--digest "$2"} >/dev/null; then continue; fi
    fi
    i=$((i + 1)); [ "$i" -lt 15 ] || { echo "the rule $tag of $n cannot be taken out" >&2; exit 1; }
    sleep 2
  done; fi
  i=0; while pve-firewall status 2>/dev/null | grep -q 'pending changes'; do
    i=$((i + 1)); [ "$i" -lt 20 ] || { echo 'pve-firewall does not take the rules up' >&2; [ "$op" = remove ] || exit 1; break; }
    sleep 1
  done
}
rule() {
  tag=$1 verdict=$2 from=$3; shift 3
  for gate; do case $gate in
    iptables|ip6tables) through_ipt "$gate" ;;
    own)
      if [ "$op" = add ]; then nft add table inet hostler; nft 'add chain inet hostler input { type filter hook input priority -5; policy accept; }'; fi
      through_nft inet hostler input
      if [ "$op" = remove ] && ! nft list chain inet hostler input 2>/dev/null | grep -q ' comment '; then nft delete table inet hostler 2>/dev/null || :; fi ;;
    pve:*) through_pve "\${gate#pve:}" ;;
    nft:*) through_nft $(echo "\${gate#nft:}" | tr : ' ') ;;
  esac; done
}
# While the time of a rule lasts its timer's file stands; it may end just while the rule is put back.
lasts() { case $tag in *-x) [ -e "/run/hostler/$tag" ] || { [ -e "/var/lib/hostler/expire/$tag" ] && [ ! -e "/var/lib/hostler/expire/$tag.over" ]; } ;; esac; }
for one; do
  if [ "$op" != back ]; then rule $one; continue; fi
  tag=\${one%% *}
  if lasts; then op=add; rule $one; lasts || { op=remove; rule $one; }; op=back; fi
done`;

/** `TAG SECONDS ARGV…`: runs ARGV when the time is over, by the host itself. systemd would replace what looks like a variable, so that it is given a file. POSIX sh. */
export const EXPIRE = `set -eu; tag=$1 after=$2; shift 2; umask 077; mkdir -p /run/hostler; f=/run/hostler/$tag
quote() { r=; set -- "$1"; while :; do case $1 in *\\'*) r=$r\${1%%\\'*}"'\\\\''"; set -- "\${1#*\\'}" ;; *) break ;; esac; done; r="'$r$1'"; }
line=; for word; do quote "$word"; line="$line $r"; done
printf '%s\\n' "rm -f '$f';$line" >"$f"
if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then systemd-run --quiet --collect --on-active="$after" --timer-property=AccuracySec=1s --unit="$tag" /bin/sh "$f"
else unset HOSTLER_RUN; (trap '' HUP; exec setsid sh -c 'sleep "$1"; exec sh "$2"' sh "$after" "$f" </dev/null >/dev/null 2>&1) & fi`;

/** As `EXPIRE`, for rules that outlive a reboot: so does the timer, which makes up for what it missed; it is tried again until it works. Needs systemd. POSIX sh. */
export const EXPIRE_LASTING = `set -eu; tag=$1 after=$2; shift 2; umask 077; d=/var/lib/hostler/expire u=/etc/systemd/system; mkdir -p "$d"
quote() { r=; set -- "$1"; while :; do case $1 in *\\'*) r=$r\${1%%\\'*}"'\\\\''"; set -- "\${1#*\\'}" ;; *) break ;; esac; done; r="'$r$1'"; }
line=; for word; do quote "$word"; line="$line $r"; done
gone="rm -f '$d/$tag' '$d/$tag.over' '$u/$tag.timer' '$u/$tag.service' '$u/timers.target.wants/$tag.timer'"
printf '%s\\n' "set -e; : >'$d/$tag.over';$line" "$gone" "systemctl --no-block stop '$tag.timer'" >"$d/$tag"
when=$(date -u -d "@$(($(date +%s) + after))" '+%Y-%m-%d %H:%M:%S UTC')
printf '%s\\n' '[Unit]' "Description=Take out the firewall rule $tag" '[Timer]' "OnCalendar=$when" AccuracySec=1s Persistent=true >"$u/$tag.timer"
printf '%s\\n' '[Unit]' "Description=Take out the firewall rule $tag" After=pve-cluster.service '[Service]' Type=oneshot "ExecStart=/bin/sh $d/$tag" Restart=on-failure RestartSec=60 >"$u/$tag.service"
chmod 644 "$u/$tag.timer" "$u/$tag.service"; mkdir -p "$u/timers.target.wants"; ln -sf "$u/$tag.timer" "$u/timers.target.wants/$tag.timer"
systemctl daemon-reload; systemctl start "$tag.timer"`;

/** `TAG`: the host does not run it any more. POSIX sh. */
export const STAY = `t=$1 u=/etc/systemd/system; rm -f "/run/hostler/$t" "/var/lib/hostler/expire/$t" "/var/lib/hostler/expire/$t.over" "$u/$t.timer" "$u/$t.service" "$u/timers.target.wants/$t.timer"
systemctl stop "$t.timer" 2>/dev/null || :`;
