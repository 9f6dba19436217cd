/** Where a host keeps what it needs to go back, by the id of the change. */
export const REVERTS = '/var/lib/hostler/revert';

/*
 * In the folder of a change: `save/N` what was at the path in `save/N.path` (nothing, where it was absent), `restore` the command line that makes the host
 * use it, `boot` the boot in which it was armed, `armed` when that was done, `acting` the process that changes something just now, `over` a link that says who
 * came first (`keep` or `revert`), and at the end `reverted` with an exit status. All scripts are POSIX sh.
 */

/**
 * `FOLDER [boot|late|now]`: puts everything back, at most once a boot and never after it was kept. At a boot the files are enough: nothing has read them yet; and what
 * was never armed whole has changed nothing: who edits those files later must not lose that at some boot. What changes something meanwhile stays noted in `acting`.
 * The unit for a boot is started in the same boot, too, by whatever starts anything after a daemon-reload: then its timer watches, and where that is gone, it is as `now`.
 */
const REVERT = `set -u; d=$1 when=\${2:-now}; cd /
boot=$(cat /proc/sys/kernel/random/boot_id)
if [ "$when" != now ]; then
  if [ "$(cat "$d/boot" 2>/dev/null)" = "$boot" ]; then
    if [ ! -e "$d/armed" ] || systemctl --quiet is-active "hostler-revert-now-\${d##*/}.timer"; then exit 0; fi
    when=now
  elif [ ! -e "$d/armed" ]; then sh "$d/disarm"; exit 0; fi
fi
ln -s revert "$d/over" 2>/dev/null || [ "$(readlink "$d/over")" = revert ] || { sh "$d/disarm"; exit 0; }
if [ -e "$d/reverted" ]; then exit 0; fi
at=$d/at-$boot
if ! ln -s "$$" "$at" 2>/dev/null; then
  if kill -0 "$(readlink "$at")" 2>/dev/null; then exit 0; fi
  rm -f "$at"; ln -s "$$" "$at" 2>/dev/null || exit 0
fi
code=0
[ -e "$d/acting" ] && { kill -0 "$(cat "$d/acting")" 2>/dev/null || rm -f "$d/acting"; }
flush() { find "$@" '(' -type f -o -type d ')' -exec sync {} + 2>/dev/null || sync; }
for f in "$d"/save/*.path; do
  [ -e "$f" ] || continue
  p=$(cat "$f"; echo x); p=\${p%x}; s=\${f%.path}; t=$(dirname "$p")/.hostler-revert
  rm -rf "$t" "$t-old"
  if [ ! -e "$s" ] && [ ! -L "$s" ]; then rm -rf "$p" || code=$?; sync "$(dirname "$p")" 2>/dev/null || sync; continue; fi
  mkdir -p "$(dirname "$p")"; cp -a "$s" "$t" || { code=$?; continue; }
  if [ -d "$p" ] && [ ! -L "$p" ]; then
    if mv "$p" "$t-old" 2>/dev/null; then mv "$t" "$p" || code=$?; rm -rf "$t-old"
    else find "$p" -mindepth 1 -delete; cp -a "$t/." "$p/" || code=$?; rm -rf "$t"; fi
  else
    if [ -L "$p" ] || [ -d "$t" ]; then rm -f "$p"; fi
    mv -f "$t" "$p" || code=$?
  fi
  if [ -e "$p" ]; then flush "$p"; fi
  sync "$(dirname "$p")" 2>/dev/null || sync
done
if [ "$when" = boot ]; then
  if command -v netplan >/dev/null; then netplan generate || code=$?; fi
else sh "$d/restore" || code=$?; fi
echo "$code" >"$d/new"; sync "$d/new" 2>/dev/null || sync; mv "$d/new" "$d/reverted"
sh "$d/disarm"`;

/** The unit that puts the files back when the host boots before the change was kept: before anything configures links or a firewall from them. */
const UNIT = `[Unit]
Description=Put back a change that was not kept
DefaultDependencies=no
After=local-fs.target
RequiresMountsFor=${REVERTS}
Wants=network-pre.target
Before=network-pre.target nftables.service netfilter-persistent.service iptables.service firewalld.service ufw.service
Before=systemd-networkd.service networking.service NetworkManager.service wicked.service network.service
Conflicts=shutdown.target
Before=shutdown.target

[Service]
Type=oneshot
ExecStart=/bin/sh $d/revert $d boot

[Install]
WantedBy=sysinit.target`;

/** As `UNIT`, for what is in no file that can be read so early: the whole is run, as soon as the unit that gives access to it is up. */
const LATE_UNIT = `[Unit]
Description=Put back a change that was not kept
After=$late

[Service]
Type=oneshot
ExecStart=/bin/sh $d/revert $d late

[Install]
WantedBy=multi-user.target`;

/** `ID SECONDS[@UNIT] COUNT PATH… ARGV…`: with UNIT, ARGV is run at a boot, too, once that is up. Saves the paths, and has the host put them back and run ARGV when the time is over, or when it boots before. Nothing of it stays when it fails. */
export const ARM = `set -eu; id=$1 after=\${2%%@*} late=\${2#"\${2%%@*}"} n=$3; shift 3; late=\${late#@}; umask 077; all=${REVERTS} d=${REVERTS}/$id
mkdir -p "$all"; boot=$(cat /proc/sys/kernel/random/boot_id)
for o in "$all"/*; do
  if [ -e "$o/armed" ] && [ ! -L "$o/over" ] && [ "$(cat "$o/boot")" = "$boot" ]; then echo "another change is not decided yet: \${o##*/}" >&2; exit 1; fi
done
find "$all" -mindepth 1 -maxdepth 1 -mtime +30 -exec sh -c '[ ! -e "$1/disarm" ] || sh "$1/disarm"; rm -rf "$1"' sh {} ';' 2>/dev/null || :
mkdir "$d"; printf %s "$boot" >"$d/boot"
trap 'code=$?; [ "$code" = 0 ] || { [ ! -e "$d/disarm" ] || sh "$d/disarm"; rm -rf "$d"; }' EXIT
mkdir "$d/save"; i=0
while [ "$i" -lt "$n" ]; do
  p=$1; shift; i=$((i + 1)); printf %s "$p" >"$d/save/$i.path"
  if [ -e "$p" ] || [ -L "$p" ]; then cp -a "$p" "$d/save/$i"; fi
done
quote() { r=; set -- "$1"; while :; do case $1 in *\\'*) r=$r\${1%%\\'*}"'\\\\''"; set -- "\${1#*\\'}" ;; *) break ;; esac; done; r="'$r$1'"; }
line=; for word; do quote "$word"; line="$line $r"; done
printf '%s\\n' "\${line:-:}" >"$d/restore"
cat >"$d/revert" <<'END'
${REVERT}
END
u=/etc/systemd/system/hostler-revert-$id.service w=/etc/systemd/system/sysinit.target.wants/hostler-revert-$id.service; [ -z "$late" ] || w=/etc/systemd/system/multi-user.target.wants/hostler-revert-$id.service
if [ -d /run/systemd/system ] && command -v systemd-run >/dev/null; then
  printf '%s\\n' "rm -f '$w' '$u'" "systemctl stop 'hostler-revert-now-$id.timer' 2>/dev/null || :" >"$d/disarm"
  if [ -z "$late" ]; then cat >"$u" <<END
${UNIT}
END
  else cat >"$u" <<END
${LATE_UNIT}
END
  fi
  chmod 644 "$u"; mkdir -p "\${w%/*}"; ln -sn "$u" "$w"
  find "$d" "$u" "\${w%/*}" '(' -type f -o -type d ')' -exec sync {} + 2>/dev/null || sync
  systemd-run --quiet --on-active="$after" --timer-property=AccuracySec=100ms --unit="hostler-revert-now-$id" /bin/sh "$d/revert" "$d"
  echo "goes back by itself in $after s unless it is kept, and at a reboot"
else
  echo : >"$d/disarm"
  unset HOSTLER_RUN; (trap '' HUP; exec setsid sh -c 'sleep "$1"; exec sh "$2/revert" "$2"' sh "$after" "$d" </dev/null >/dev/null 2>&1) &
  echo "goes back by itself in $after s unless it is kept; without systemd not at a reboot"
fi
: >"$d/armed"; sync "$d/armed" 2>/dev/null || sync`;

/**
 * `ID ARGV…`: changes something, unless that was put back already: who comes late, as after a crash, must not change what nobody watches any more.
 * What was put back while it went on is noted, for `SETTLE` to put it back once more.
 */
export const ACT = `set -u; d=${REVERTS}/$1; shift
[ -e "$d/armed" ] && [ "$(cat "$d/boot")" = "$(cat /proc/sys/kernel/random/boot_id)" ] || { echo 'it is not armed: nothing is changed' >&2; exit 1; }
late() { echo 'it was put back already: nothing is changed' >&2; exit 1; }
[ ! -L "$d/over" ] || late
echo "$$" >"$d/acting" || exit 1
[ ! -L "$d/over" ] || { rm -f "$d/acting"; late; }
code=0; "$@" || code=$?
if [ -L "$d/over" ]; then echo 'it was put back meanwhile' >&2; exit 1; fi
rm -f "$d/acting"; exit "$code"`;

/** `ID`: keeps the change; fails when it was taken back already. */
export const KEEP = `set -u; d=${REVERTS}/$1
[ -e "$d/armed" ] || { echo 'it was never armed' >&2; exit 1; }
ln -s keep "$d/over" 2>/dev/null || [ "$(readlink "$d/over")" = keep ] || { echo 'it was put back already' >&2; exit 1; }
sync "$d" 2>/dev/null || sync; sh "$d/disarm"; rm -rf "$d/save"`;

/** `ID`: `none` where nothing was armed; else `armed`, `kept` or `reverted CODE`; `lost` when a reboot has disarmed it. */
export const STATE = `d=${REVERTS}/$1
if [ "$(readlink "$d/over")" = keep ]; then echo kept; elif [ -e "$d/reverted" ]; then echo "reverted $(cat "$d/reverted")"; elif [ ! -e "$d/armed" ]; then echo none
elif [ "$(cat "$d/boot")" = "$(cat /proc/sys/kernel/random/boot_id)" ]; then echo armed; else echo lost; fi`;

/**
 * `ID`: as `STATE`, and what was learned of neighbours and of packets' sizes is forgotten: a change that has cut the host off goes on for minutes with
 * what the old way has taught it (an address left on a port of a new bridge, for one), and must not prove itself by that.
 */
export const STANDS = `{ ip neigh flush all; ip route flush cache; ip -6 route flush cache; } >/dev/null 2>&1 || :
${STATE}`;

/** `ID`: puts it back now, unless that was decided. */
export const BACK = `d=${REVERTS}/$1; [ -e "$d/armed" ] || exit 0; sh "$d/revert" "$d"; [ ! -e "$d/reverted" ] || [ "$(cat "$d/reverted")" = 0 ]`;

/** `ID`: says how it ended; what a reboot has disarmed is put back, and what was changed while it was put back, once more. Fails when it was not put back whole. */
export const SETTLE = `d=${REVERTS}/$1
if [ -e "$d/reverted" ] && [ -e "$d/acting" ]; then rm -rf "$d/acting" "$d/reverted" "$d"/at-*; fi
state() {
${STATE}
}
s=$(state "$1"); case $s in lost|armed) sh "$d/revert" "$d"; s=$(state "$1") ;; esac
echo "$s"; case $s in kept) sh "$d/disarm"; rm -rf "$d/save" ;; 'reverted 0') rm -rf "$d/save" ;; none) ;; *) exit 1 ;; esac`;
