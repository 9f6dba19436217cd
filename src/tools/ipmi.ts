import type { Bmc } from '../core/declared.ts';
import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** What a power switch says. */
export type Power = 'on' | 'off';
/** Why it cannot be told: in ipmitool's own words. */
export type PowerRead = { readonly power: Power } | { readonly trouble: string };

/** What can be asked of a power switch, by ipmitool's names. `soft`: the operating system is told to end. */
export type PowerAction = 'on' | 'off' | 'cycle' | 'soft';

/** The password is the first line of standard input, and reaches ipmitool by its environment: it is in no list of arguments. `-N 1 -R 2` bounds a silent one. */
const HEAD = `IFS= read -r IPMI_PASSWORD || [ -n "$IPMI_PASSWORD" ] || { echo "no password" >&2; exit 1; }
export IPMI_PASSWORD
ipmi() { timeout 9 ipmitool -I lanplus -N 1 -R 2 -H "$at" -p "$port" -U "$user" -E "$@" 2>&1; }
at=$1 port=$2 user=$3; shift 3`;

/** Host, port and user: 623 unless the address ends with another. */
function words({ address, user }: Bmc): string[] {
  const [, at = address, port = '623'] = /^([^:]+):(\d+)$/.exec(address) ?? [];
  return [at, port, user];
}

function asked<T>(bmc: Bmc, name: string, what: string, parse: Read<T>['parse']): Read<T> {
  return read({ argv: shell(name, `${HEAD}\n${what}`, ...words(bmc)), exits: [1, 124], stdin: bmc.password, parse });
}

/** Whether the machine has power: `ipmitool chassis power status`. */
export function powerOf(bmc: Bmc): Read<PowerRead> {
  return asked(bmc, 'bmc-status', 'ipmi chassis power status', parsePower);
}

export function parsePower(output: string): PowerRead {
  const power = /^Chassis Power is (on|off)$/m.exec(output)?.[1];
  if (power === 'on' || power === 'off') return { power };
  const said = output.split('\n').filter((line) => line.trim() !== '' && !/IANA PEN/.test(line));
  return { trouble: said.at(-1)?.slice(0, 200) ?? 'no answer' };
}

/** What the sensors say, as `ipmitool sdr elist` prints it. */
export function sensors(bmc: Bmc): Read<string> {
  return asked(bmc, 'bmc-sensors', 'ipmi sdr elist | head -n 200', (output) => output);
}

/** Presses the switch. */
export function press(bmc: Bmc, action: PowerAction): Argv {
  return shell('bmc-press', `${HEAD}\nipmi chassis power "$1"`, ...words(bmc), action);
}

/** Asks until the power is so, at most so many seconds. */
export function untilPower(bmc: Bmc, power: Power, seconds: number): Argv {
  const body = `${HEAD}\nwant=$1 left=$2
while :; do
  said=$(ipmi chassis power status) || said="$said (failed)"
  case $said in *"Power is $want"*) echo "$said"; exit 0;; esac
  [ "$left" -gt 0 ] || { echo "$said"; exit 1; }
  sleep 2; left=$((left - 2))
done`;
  return shell('bmc-until', body, ...words(bmc), power, String(seconds));
}
