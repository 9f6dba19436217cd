import type { Argv } from '../../core/types.ts';
import { shell } from '../shell.ts';
import type { Upgrade } from './package.ts';

/** Whether each `NAME VERSION-RELEASE` is installed, by rpm(8); an epoch is left out of both. */
const VERIFY = `set -u; bad=0
while [ $# -gt 1 ]; do
  rpm -q --qf '%{VERSION}-%{RELEASE}\\n' -- "$1" 2>/dev/null | grep -qxF -- "$2" || { echo "$1: $2 wanted, $(rpm -q -- "$1") installed" >&2; bad=1; }; shift 2
done
exit $bad`;

/** Fails unless each of these is installed. */
export function verifyRpm(upgrades: readonly Upgrade[]): Argv {
  return shell('rpm-verify', VERIFY, ...upgrades.flatMap(({ name, to }) => [name, withoutEpoch(to)]));
}

/** `1:2.0-3` without its epoch. */
export function withoutEpoch(version: string): string {
  return version.replace(/^\d+:/, '');
}

/** Versions of what is installed: `rpm -q --qf '%{NAME}|%{EVR}\n'`; the newest of several last. */
export function parseInstalled(output: string): ReadonlyMap<string, string> {
  return new Map(
    output.split('\n').flatMap((line) => {
      const [, name, version] = /^([^|\s]+)\|(\S+)$/.exec(line) ?? [];
      return name && version ? [[name, version.replace(/^\(none\):/, '')] as const] : [];
    }),
  );
}
