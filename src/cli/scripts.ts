/** The script that all others use. It asks for nothing but a POSIX shell and curl; the secret is in a file that root alone may read. */
const NOTIFY = String.raw`#!/bin/sh
# Tells the bot that something is wrong, or is over. usage:
#   hostler-notify firing|resolved|once critical|warning|notice FINGERPRINT TITLE [NAME=VALUE]... <TEXT
set -eu
[ "$#" -ge 4 ] || { echo "usage: hostler-notify firing|resolved|once SEVERITY FINGERPRINT TITLE [NAME=VALUE]... <TEXT" >&2; exit 2; }
json() {
  LC_ALL=C tr -d '\000-\010\013-\037\177' | LC_ALL=C tr '\011' ' ' | LC_ALL=C sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' |
    LC_ALL=C awk 'NR > 1 { printf "%s", "\\n" } { printf "%s", $0 }'
}
word() { printf '%s' "$1" | json; }
host=$(uname -n)
status=$1 severity=$2 fingerprint=$3 title=$4
shift 4
once=false
[ "$status" != once ] || { status=firing once=true; }
labels="\"host\":\"$(word "$host")\""
for label in "$@"; do labels="$labels,\"$(word "${'$'}{label%%=*}")\":\"$(word "${'$'}{label#*=}")\""; done
text=$(tail -c 1900 | json)
printf '{"title":"%s","text":"%s","severity":"%s","status":"%s","once":%s,"fingerprint":"%s","labels":{%s}}' \
  "$(word "$title")" "$text" "$(word "$severity")" "$status" "$once" "$(word "$host $fingerprint")" "$labels" |
  curl --config "${'$'}{HOSTLER_NOTIFY_CONF:-/etc/hostler/notify.conf}" --silent --show-error --fail --output /dev/null \
    --max-time 10 --retry 6 --retry-connrefused --retry-max-time 30 --header 'content-type: application/json' --data-binary @-
`;

const CRON = `#!/bin/sh
# Runs a command, and tells the bot when it fails, and when it is well again. usage: hostler-cron NAME COMMAND [ARGUMENT]...
set -u
name=$1
shift
tell() { /usr/local/sbin/hostler-notify "$1" warning "cron $name" "cron: $name$2" job="$name" || :; }
# Where there is no room to keep what it says, it runs all the same.
out=$(mktemp 2>/dev/null) || out=
if [ -n "$out" ]; then
  trap 'rm -f "$out"' EXIT
  dd if=/dev/zero of="$out" bs=65536 count=1 2>/dev/null || { rm -f "$out" && out=; }
fi
if [ -n "$out" ]; then
  "$@" >"$out" 2>&1
  code=$?
  cat "$out"
else
  "$@"
  code=$?
fi
if [ "$code" -eq 0 ]; then
  tell resolved '' </dev/null
elif [ -n "$out" ]; then
  tell firing " failed with $code" <"$out"
else
  echo 'There was no room to keep what it said.' | tell firing " failed with $code"
fi
exit "$code"
`;

const UNIT = `#!/bin/sh
# Tells the bot that a unit has failed, and stays until it has not any more.
set -u
unit=$1
systemctl status --no-pager --lines 15 -- "$unit" 2>&1 |
  /usr/local/sbin/hostler-notify firing warning "systemd $unit" "systemd: $unit failed" unit="$unit" || :
while :; do
  case $(systemctl show --property ActiveState --value -- "$unit") in
    active | inactive) break ;;
  esac
  sleep "${'$'}{HOSTLER_LOOK:-10}"
done
/usr/local/sbin/hostler-notify resolved warning "systemd $unit" "systemd: $unit" unit="$unit" </dev/null
`;

const SMARTD = String.raw`#!/bin/sh
# Tells the bot what smartd(8) found; its variables are those of smartd.conf(5), "-M exec".
set -u
severity=critical
case ${'$'}{SMARTD_FAILTYPE:-} in EmailTest) severity=notice ;; Temperature | Usage) severity=warning ;; esac
printf '%s\n' "${'$'}{SMARTD_FULLMESSAGE:-${'$'}{SMARTD_MESSAGE:-}}" |
  exec /usr/local/sbin/hostler-notify once "$severity" "smartd ${'$'}{SMARTD_DEVICESTRING:-${'$'}{SMARTD_DEVICE:-}} ${'$'}{SMARTD_FAILTYPE:-}" \
    "smartd: ${'$'}{SMARTD_FAILTYPE:-} of ${'$'}{SMARTD_DEVICESTRING:-${'$'}{SMARTD_DEVICE:-}}" device="${'$'}{SMARTD_DEVICE:-}" failtype="${'$'}{SMARTD_FAILTYPE:-}"
`;

const ZED = String.raw`#!/bin/sh
# Tells the bot of vdevs that change their state, and of data that is lost; its variables are those of zed(8).
set -u
vdev=${'$'}{ZEVENT_VDEV_PATH:-${'$'}{ZEVENT_VDEV_GUID:-}}
case ${'$'}{ZEVENT_SUBCLASS:-} in
  statechange)
    case ${'$'}{ZEVENT_VDEV_STATE_STR:-} in
      DEGRADED | FAULTED | REMOVED | UNAVAIL) status=firing severity=critical ;;
      ONLINE) status=resolved severity=notice ;;
      *) exit 0 ;;
    esac
    thing="vdev $vdev" title="zfs: $vdev of ${'$'}{ZEVENT_POOL:-} is ${'$'}{ZEVENT_VDEV_STATE_STR:-}" ;;
  data) status=once severity=critical thing=data title="zfs: data of ${'$'}{ZEVENT_POOL:-} cannot be read" ;;
  *) exit 0 ;;
esac
printf '%s\n' "${'$'}{ZEVENT_TIME_STRING:-} ${'$'}{ZEVENT_CLASS:-} eid ${'$'}{ZEVENT_EID:-}" |
  exec /usr/local/sbin/hostler-notify "$status" "$severity" "zed ${'$'}{ZEVENT_POOL:-} $thing" "$title" pool="${'$'}{ZEVENT_POOL:-}" vdev="$vdev"
`;

const NOTIFY_UNIT = `[Unit]
Description=Tell the bot that %i failed
[Service]
ExecStart=/usr/local/sbin/hostler-unit %i
`;

const FOR_ALL = `[Unit]
OnFailure=hostler-notify@%n.service
`;

/** What can be set up to tell the bot, by hosts that have no more than a shell and curl. */
export const SNIPPETS = ['cron', 'systemd', 'smartd', 'zed'] as const;
export type Snippet = (typeof SNIPPETS)[number];

/** A file that a snippet makes. */
export interface ScriptFile {
  readonly path: string;
  readonly mode: string;
  readonly content: string;
}

/** The files of a snippet. `url`: of the hook. */
export function filesOf(snippet: Snippet): readonly ScriptFile[] {
  const script = (path: string, content: string) => ({ path, mode: '755', content });
  const notify = script('/usr/local/sbin/hostler-notify', NOTIFY);
  switch (snippet) {
    case 'cron':
      return [notify, script('/usr/local/sbin/hostler-cron', CRON)];
    case 'systemd':
      return [
        notify,
        script('/usr/local/sbin/hostler-unit', UNIT),
        { path: '/etc/systemd/system/hostler-notify@.service', mode: '644', content: NOTIFY_UNIT },
        { path: '/etc/systemd/system/service.d/hostler.conf', mode: '644', content: FOR_ALL },
        // Else the failure of telling would be told, and so on: systemd.unit(5), example "Top level drop-ins with template units".
        { path: '/etc/systemd/system/hostler-notify@.service.d/hostler.conf', mode: '644', content: '' },
      ];
    case 'smartd':
      return [notify, script('/usr/local/sbin/hostler-smartd', SMARTD)];
    case 'zed':
      return [notify, script('/etc/zfs/zed.d/all-hostler.sh', ZED)];
  }
}

const AFTER: Readonly<Record<Snippet, readonly string[]>> = {
  cron: ['# in a crontab, before the command:', '#   17 3 * * * root /usr/local/sbin/hostler-cron backup /usr/local/sbin/backup'],
  systemd: [
    'systemctl daemon-reload',
    '# every service that fails is told; for some only, put the same two lines into their own drop-ins instead of service.d',
  ],
  smartd: [
    '# in /etc/smartd.conf, then restart smartd; `-M test` tells once at its start:',
    '#   DEVICESCAN -a -m <nomailer> -M exec /usr/local/sbin/hostler-smartd',
    '# on Debian, instead: ln -s /usr/local/sbin/hostler-smartd /etc/smartmontools/run.d/20hostler',
  ],
  zed: ['systemctl restart zfs-zed'],
};

/** A snippet as lines for a shell of root. The secret is typed, and stands in one file that root alone may read. */
export function snippet(which: Snippet, url: string): string {
  const files = filesOf(which).map(({ path, mode, content }) =>
    [`mkdir -p ${path.slice(0, path.lastIndexOf('/'))}`, `cat >${path} <<'HOSTLER'`, `${content}HOSTLER`, `chmod ${mode} ${path}`].join('\n'),
  );
  return `${[
    '# paste into a shell of root; then type the secret of this source: it goes into /etc/hostler/notify.conf, which root alone may read',
    '{ mkdir -p /etc/hostler',
    ...ASKED,
    // Between quotes of curl's file, a quote and a backslash have one before them: curl(1), "--config".
    `(umask 077; printf 'url = "%s"\\nheader = "x-hostler-secret: %s"\\n' '${url}' "$(printf %s "$secret" | sed 's/[\\"]/\\\\&/g')" >/etc/hostler/notify.conf)`,
    'unset secret',
    ...files,
    '}',
    ...AFTER[which],
  ].join('\n')}\n`;
}

/** The secret is asked for, so that it is in no list of processes and no history of a shell. All is between braces: else what is pasted after it would be it. */
export const ASKED: readonly string[] = ['secret=$'.concat('{HOSTLER_SECRET:-}'), '[ -n "$secret" ] || { printf "secret: "; IFS= read -r secret </dev/tty; }'];
