import { read } from '../core/read.ts';
import type { Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** An array of md(4), as /proc/mdstat tells it. */
export interface MdArray {
  readonly name: string;
  /** `raid1`, `raid5`, …; empty where it does not run. */
  readonly level: string;
  readonly active: boolean;
  /** Its devices, with their marks: `(F)` failed, `(S)` spare. */
  readonly devices: readonly string[];
  /** Of how many how many are there; undefined where a level has no redundancy. */
  readonly wanted: number | undefined;
  readonly there: number | undefined;
  /** `recovery = 12.6% …`, `resync=DELAYED`; empty when nothing goes on. */
  readonly work: string;
}
/** What is found about RAID on a host. */
export interface Raid {
  readonly arrays: readonly MdArray[];
  /** `mdadm --detail` of each array, its `State :` line: `clean`, `clean, degraded, recovering`. */
  readonly states: ReadonlyMap<string, string>;
  /** Controllers' own programs that are there, with what they said. */
  readonly others: readonly { readonly program: string; readonly said: string }[];
}

/** Controllers' programs and a question to each that only reads: by what their makers publish. */
const LOOK = `[ ! -r /proc/mdstat ] || cat /proc/mdstat
for a in /sys/block/md*; do [ -e "$a/md" ] || continue; echo "== mdadm \${a##*/}"; timeout 4 mdadm --detail "/dev/\${a##*/}" 2>&1 | head -n 60; done
ask() { p=$1; shift; command -v "$p" >/dev/null 2>&1 || return 0; echo "== other $p"; timeout 6 "$p" "$@" 2>&1 </dev/null | head -c 6000; echo; }
ask ssacli ctrl all show config; for p in megacli MegaCli MegaCli64; do ask "$p" -LDInfo -Lall -aALL -NoLog; done; for p in storcli storcli64 perccli perccli64; do ask "$p" /call show; done; :`;

export function raid(): Read<Raid> {
  return read({ argv: shell('raid-show', LOOK), parse: parseRaid });
}

export function parseRaid(output: string): Raid {
  const [mdstat = '', ...parts] = output.split(/^== /m);
  const named = parts.map((part) => {
    const [kind = '', name = ''] = (part.split('\n')[0] ?? '').split(' ');
    return { kind, name, text: part.slice(part.indexOf('\n') + 1) };
  });
  return {
    arrays: parseMdstat(mdstat),
    states: new Map(named.filter(({ kind }) => kind === 'mdadm').map(({ name, text }) => [name, /^\s*State : (.*?)\s*$/m.exec(text)?.[1] ?? ''])),
    others: named.filter(({ kind }) => kind === 'other').map(({ name, text }) => ({ program: name, said: text.trim() })),
  };
}

export function parseMdstat(text: string): MdArray[] {
  return text
    .split(/^(?=md\S* : )/m)
    .filter((block) => block.startsWith('md'))
    .map((block) => {
      const [, name = '', state = '', rest = ''] = /^(md\S*) : (active|inactive)(.*)$/m.exec(block) ?? [];
      const words = rest.trim().split(/\s+/);
      const devices = words.filter((word) => /\[\d+\]/.test(word));
      const level = words.find((word) => /^(raid\d+|linear|multipath|faulty)$/.test(word)) ?? '';
      const [, wanted, there] = /\[(\d+)\/(\d+)\] \[[U_]+\]/.exec(block) ?? [];
      const work = /((?:resync|recovery|reshape|check|repair)\s*=\s*(?:[\d.]+%.*|DELAYED|PENDING|REMOTE))/.exec(block)?.[1] ?? '';
      return { name, level, active: state === 'active', devices, wanted: wanted ? Number(wanted) : undefined, there: there ? Number(there) : undefined, work };
    });
}
