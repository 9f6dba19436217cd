import { readFileSync, writeFileSync } from 'node:fs';
import { processes } from '../support/real/processes.ts';

/**
 * What the declared programs run: `effect.sh TAG TICKS MODE`. It appends one line to a file for each thing that happens, and can be
 * found under /proc by CHAOS_TAG in the environment of everything it starts. `$HOME/.chaos` says which host this is, and the file.
 */
const SCRIPT = `#!/bin/sh
[ "\${CHAOS_TAG-}" = "$1" ] || { CHAOS_TAG=$1; export CHAOS_TAG; exec "$0" "$@"; }
read -r host file <"$HOME/.chaos" || exit 9
note() { echo "$tag $host $1" >>"$file"; }
tag=$1 n=0
case $3 in
work)
  note begin
  while [ $n -lt "$2" ]; do n=$((n + 1)); echo "tick $n of $2"; sleep 0.2; done
  note end
  ;;
nap) note begin; while [ $n -lt 900 ]; do n=$((n + 1)); echo "nap $n"; sleep 1; done; note end ;;
stubborn) trap '' TERM INT HUP; note begin; while [ $n -lt 900 ]; do n=$((n + 1)); echo "no $n"; sleep 1; done; note end ;;
brood) note begin; setsid sleep 900 & (trap '' TERM; sleep 900) & sleep 900; note end ;;
esac
echo "done $tag"
`;

/** Writes the program; its path. */
export function writeProgram(file: string): string {
  writeFileSync(file, SCRIPT, { mode: 0o755 });
  return file;
}

/** What happened on a host, in the order in which it happened. */
export interface Line {
  readonly tag: string;
  readonly host: string;
  readonly what: string;
}

/** Everything that the programs wrote into their file. */
export function readLines(file: string): Line[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [tag = '', host = '', what = ''] = line.split(' ');
      return { tag, host, what };
    });
}

/** Processes of a run of the program under this tag that are alive; what runs it is not counted. */
export function alive(tag: string): number[] {
  return processes('environ', (text) => text.split('\0').includes(`CHAOS_TAG=${tag}`));
}
