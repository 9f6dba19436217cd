import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';
import { ANEW } from './anew.ts';
import { sections } from './sections.ts';
import { shell } from './shell.ts';

/** A server that time is taken from. `offset` in seconds; `selected`: the one that is followed. */
export interface TimeSource {
  readonly name: string;
  readonly stratum: number | undefined;
  readonly offset: number | undefined;
  readonly reachable: boolean;
  readonly selected: boolean;
}

/** How a host keeps time. `by`: what keeps it; undefined: nothing that is known. `offset` in seconds, how far its clock is from the right time. */
export interface Clock {
  readonly by: 'chrony' | 'timesyncd' | 'ntpd' | undefined;
  readonly zone: string;
  readonly synced: boolean;
  readonly offset: number | undefined;
  readonly sources: readonly TimeSource[];
  /** Where chrony reads further servers from: a folder that its configuration names; undefined where it names none. */
  readonly folder: string | undefined;
}

const BODY = `echo "== zone"; timedatectl show -p Timezone --value 2>/dev/null || readlink /etc/localtime | sed 's#.*/zoneinfo/##'
echo "== synced"; timedatectl show -p NTPSynchronized --value 2>/dev/null
if pidof chronyd >/dev/null 2>&1; then
  echo "== by"; echo chrony; echo "== tracking"; timeout 5 chronyc -c -N tracking 2>&1; echo "== sources"; timeout 5 chronyc -c -N sources 2>/dev/null
  echo "== folder"; cat /etc/chrony/chrony.conf /etc/chrony.conf 2>/dev/null | sed -n 's/^[[:space:]]*sourcedir[[:space:]]*//p' | grep -v '^/run/' | head -n 1
elif pidof systemd-timesyncd >/dev/null 2>&1; then
  echo "== by"; echo timesyncd; echo "== timesync"; timeout 5 timedatectl show-timesync -p ServerName -p ServerAddress -p NTPMessage 2>/dev/null
elif pidof ntpd >/dev/null 2>&1; then
  echo "== by"; echo ntpd
fi; exit 0`;

/** How a host keeps time: timedatectl(1), chronyc(1) in its CSV form, systemd-timesyncd(8). */
export function clock(): Read<Clock> {
  return read({ argv: shell('host-clock', BODY), parse: parseClock });
}

export function parseClock(output: string): Clock {
  const of = sections(output);
  const by = of('by')[0];
  const common = { zone: of('zone')[0] ?? '?', synced: of('synced')[0] === 'yes', folder: of('folder')[0]?.replace(/\/$/, '') };
  if (by === 'chrony') {
    const tracking = of('tracking')[0]?.split(',') ?? [];
    if (tracking.length < 14) throw new Error(`chronyd does not answer: ${of('tracking')[0] ?? ''}`);
    // Field 5 is how far the system's clock is behind true time, and the last whether a second is added or the clock is not synchronised.
    const synced = tracking.at(-1) !== 'Not synchronised';
    return { ...common, by, synced, offset: synced ? Number(tracking[4]) : undefined, sources: of('sources').flatMap(chronySource) };
  }
  if (by === 'timesyncd') {
    const field = (name: string) =>
      of('timesync')
        .map((line) => new RegExp(`^${name}=(.+)$`).exec(line)?.[1])
        .find(Boolean);
    const name = field('ServerName') ?? field('ServerAddress');
    const stratum = Number(/Stratum=(\d+)/.exec(field('NTPMessage') ?? '')?.[1]) || undefined;
    const source = name === undefined ? [] : [{ name, stratum, offset: undefined, reachable: common.synced, selected: common.synced }];
    return { ...common, by, offset: undefined, sources: source };
  }
  return { ...common, by: by === 'ntpd' ? by : undefined, offset: undefined, sources: [] };
}

/** `MODE,STATE,NAME,STRATUM,POLL,REACH,LASTRX,OFFSET,…`: a state of `*` is followed, reach is octal, offset in seconds. */
function chronySource(line: string): TimeSource[] {
  const [mode, state, name, stratum, , reach, , offset] = line.split(',');
  if (mode === undefined || !/^[\^=#]$/.test(mode) || !name) return [];
  return [{ name, stratum: Number(stratum), offset: Number(offset), reachable: reach !== '0', selected: state === '*' }];
}

/** The time zones that a host knows, as `Europe/Berlin`. */
export function zones(): Read<readonly string[]> {
  return read({ argv: ['timedatectl', 'list-timezones', '--no-pager'], keepMs: 3_600_000, parse: (output) => output.split('\n').filter(Boolean) });
}

/** The time zone alone. */
export function zone(): Read<string> {
  return read({ argv: ['timedatectl', 'show', '-p', 'Timezone', '--value'], parse: (output) => output.trim() });
}

export function setZone(name: string): Argv {
  return ['timedatectl', 'set-timezone', name];
}

/**
 * `BY FILE HAD SERVER…`, and on standard input what stood in the file before: waits a minute and a half for one of them to be followed; if none is, puts the
 * file back, has it used, and fails.
 */
const PROVE = `set -u; ${ANEW}
by=$1 file=$2 had=$3; shift 3; old=$(cat; echo .); n=0; now=none
while [ $n -lt 90 ]; do
  if [ "$by" = chrony ]; then now=$(timeout 5 chronyc -c -N sources 2>/dev/null | sed -n 's/^[^,]*,\\*,\\([^,]*\\),.*/\\1/p' | head -n 1)
  elif [ "$(timedatectl show -p NTPSynchronized --value)" = yes ]; then now=$(timeout 5 timedatectl show-timesync -p ServerName --value 2>/dev/null); fi
  for one; do [ "$now" = "$one" ] && { echo "$one is followed"; exit 0; }; done
  n=$((n + 1)); sleep 1
done
if [ "$had" = yes ]; then printf %s "\${old%.}" >"$file"; else rm -f -- "$file"; fi
if [ "$by" = chrony ]; then chronyc reload sources; else anew restart systemd-timesyncd.service; fi
echo "none of $* is followed; put back as it was" >&2; exit 1`;

export function proveServers(by: string, file: string, had: boolean, servers: readonly string[]): Argv {
  return shell('ntp-prove', PROVE, by, file, had ? 'yes' : 'no', ...servers);
}
