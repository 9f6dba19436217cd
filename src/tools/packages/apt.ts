import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { moment, sections } from '../sections.ts';
import { shell } from '../shell.ts';
import type { PackageManager, PackageView, Pending, Transaction, Upgrade } from './package.ts';

/** POSIX sh: `upgrade` or `dist-upgrade`. apt-get(8) with `-s` changes nothing. A kernel that is newer than the running one, of its flavour, wants a reboot. */
const PENDING = `echo "== upgrades"; timeout 9 apt-get -s -q -o Debug::NoLocking=true --with-new-pkgs "$1" 2>&1
held=$(apt-mark showhold) || exit 1; echo "== held"; printf '%s\\n' "$held"
echo "== lists"; ls /var/lib/apt/lists/*Release >/dev/null 2>&1 && stat -c %Y /var/lib/apt/lists /var/lib/apt/lists/partial 2>/dev/null | sort -n | tail -n 1
echo "== security"; apt-cache policy 2>/dev/null | grep -i 'release .*security' | head -n 1
echo "== audit"; dpkg --audit 2>&1 | head -n 40
echo "== reboot"; running=$(uname -r); newest=$(ls -v /boot/vmlinuz-*-"\${running##*-}" 2>/dev/null | tail -n 1)
if [ -e /run/reboot-required ]; then echo yes
elif [ -z "$newest" ]; then [ ! -e /etc/kernel/postinst.d/unattended-upgrades ] || echo no
elif [ "$newest" != "/boot/vmlinuz-$running" ] || [ -n "$(find "$newest" -newermt "$(uptime -s)" 2>/dev/null)" ]; then echo yes
else echo no; fi; exit 0`;

/** Versions by their words. */
const PREVIEW = 'timeout 9 apt-get -s -q -o Debug::NoLocking=true --no-remove install --only-upgrade -- "$@" 2>&1; exit 0';

/** Versions to install by their words; what was installed by dependency before stays so, and what comes in anew is so. */
const APPLY = `set -eu; export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l
by_hand=$(apt-mark showmanual)
apt-get -y -q -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold -o Dpkg::Options::=--force-confdef --no-remove install -- "$@"
for one; do name=\${one%%=*}; printf '%s\\n' "$by_hand" | grep -qxF -- "$name" || apt-mark -qq auto "$name"; done`;

/** Whether each has its version, and dpkg has nothing half done. */
const VERIFY = `set -u; bad=0
for one; do name=\${one%%=*} want=\${one#*=}
  has=$(dpkg-query -W -f='\${db:Status-Abbrev} \${Version}\\n' -- "$name" 2>/dev/null | sed -n 's/^[a-z]i *//p' | head -n 1)
  [ "$has" = "$want" ] || { echo "$name: $want wanted, \${has:-nothing} installed" >&2; bad=1; }
done
wrong=$(dpkg --audit); [ -z "$wrong" ] || { echo "$wrong" >&2; bad=1; }
[ ! -e /run/reboot-required ] || echo "a reboot is needed"
exit $bad`;

const SHOW = `echo "== policy"; apt-cache policy -- "$1" || exit 1; echo "== held"; apt-mark showhold -- "$1" 2>/dev/null; exit 0`;
const CHECK = `dpkg --audit 2>&1 | head -n 60; apt-get -s -q -o Debug::NoLocking=true check 2>&1 | grep -E '^(E:| )' | head -n 40; exit 0`;

/** Debian's way, and that of what comes from it. `full`: upgrades as `dist-upgrade` does, as Proxmox VE wants it. */
export function apt(full: boolean): PackageManager {
  return {
    family: 'apt',
    pending: (look, host) => look.read(host, pendingApt(full)),
    preview: (look, host, wanted) => look.read(host, previewApt(wanted)),
    apply: ({ upgrades }) => shell('apt-apply', APPLY, ...upgrades.map(({ exact }) => exact)),
    refresh: () => ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300', '--error-on=any', 'update'],
    verify: ({ upgrades }) => shell('apt-verify', VERIFY, ...upgrades.map(({ exact }) => exact)),
    held: (look, host) => look.read(host, read({ argv: ['apt-mark', 'showhold'], parse: (output) => output.split('\n').filter(Boolean) })),
    hold: (names) => ['apt-mark', 'hold', '--', ...names],
    unhold: (names) => ['apt-mark', 'unhold', '--', ...names],
    show: (look, host, name) => look.read(host, read({ argv: shell('apt-show', SHOW, name), parse: parseAptShow })),
    check: (look, host) =>
      look.read(host, read({ argv: shell('apt-check', CHECK), parse: (output) => output.split('\n').filter((line) => line.trim() !== '') })),
  };
}

function pendingApt(full: boolean): Read<Pending> {
  return read({ argv: shell('apt-pending', PENDING, full ? 'dist-upgrade' : 'upgrade'), parse: parseApt });
}

function previewApt(wanted: readonly Upgrade[]): Read<Transaction> {
  const names = wanted.map(({ exact }) => exact);
  return read({
    argv: shell('apt-preview', PREVIEW, ...names),
    parse: (output) => parsePreview(output),
  });
}

/** Throws with what apt-get said where it cannot be done. */
function parsePreview(output: string): Transaction {
  const lines = output.split('\n');
  const error = lines.find((line) => line.startsWith('E: '));
  if (error) throw new Error(error);
  return parseInst(lines);
}

export function parseApt(output: string): Pending {
  const of = sections(output);
  const lines = of('upgrades');
  const errors = lines.filter((line) => line.startsWith('E: '));
  return {
    ...parseInst(lines),
    held: of('held'),
    listsAt: moment(of('lists')[0]),
    reboot: of('reboot')[0] === undefined ? undefined : of('reboot')[0] === 'yes',
    tellsSecurity: of('security').length > 0,
    cves: undefined,
    broken: [...errors, ...of('audit')],
  };
}

/** `Inst NAME [OLD] (NEW ORIGIN:VERSION/SUITE, … [ARCH])` and `Remv NAME [OLD]`: what `apt-get -s` prints. Throws when it is nothing of apt's. */
export function parseInst(lines: readonly string[]): Transaction {
  const upgrades = lines.flatMap((line): Upgrade[] => {
    const [, name, from, to, origins] = /^Inst (\S+) (?:\[(\S+)\] )?\((\S+) (.*)\)/.exec(line) ?? [];
    return name && to ? [{ name, from, to, exact: `${name}=${to}`, security: /security/i.test(origins ?? '') }] : [];
  });
  const summed = lines.some((line) => /^\d+ upgraded, \d+ newly installed/.test(line)) || lines.some((line) => line.startsWith('E: '));
  if (!summed) throw new Error('not what apt-get -s prints');
  return { upgrades, removes: lines.flatMap((line) => /^Remv (\S+)/.exec(line)?.[1] ?? []) };
}

/** `apt-cache policy NAME`, apt-cache(8): nothing at all for a name nobody knows. */
export function parseAptShow(output: string): PackageView {
  const of = sections(output);
  const lines = of('policy');
  const field = (name: string) => {
    const value = lines.map((line) => new RegExp(`^  ${name}: (.*)$`).exec(line)?.[1]).find(Boolean);
    return value === '(none)' ? undefined : value;
  };
  const candidate = field('Candidate');
  const at = lines.findIndex((line) => /^( {5}| \*\*\* )\S/.test(line) && line.slice(5).split(' ')[0] === candidate);
  const source = /^ +-?\d+ (.*)$/.exec(at < 0 ? '' : (lines[at + 1] ?? ''))?.[1] ?? '';
  return { installed: field('Installed'), candidate, source: source.replace(/ Packages$/, ''), held: of('held').length > 0 };
}
