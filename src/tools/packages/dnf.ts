import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { moment, sections } from '../sections.ts';
import { shell } from '../shell.ts';
import type { PackageManager, PackageView, Pending, Transaction, Upgrade } from './package.ts';
import { parseInstalled, verifyRpm, withoutEpoch } from './rpm.ts';

/** What would be done: dnf(8) answers its own question with no, and exits with 1. The lists are not fetched for it. */
const PREVIEW = `out=$(timeout 9 dnf -C --assumeno upgrade "$@" 2>&1); code=$?; printf '%s\\n' "$out"; echo "== exit"; echo $code
echo "== installed"; rpm -qa --qf '%{NAME}|%{EVR}\\n'; exit 0`;

/** Options of `dnf updateinfo list`; a failure of dnf's is one. */
const ADVISORIES = 'exec timeout 9 dnf -q -C updateinfo list "$@"';
/** Whether there are advisories at all, and when the lists were fetched. */
const LISTS = `echo "== any"; timeout 9 dnf -q -C updateinfo list --all 2>/dev/null | head -n 1
echo "== lists"; stat -c %Y /var/cache/dnf/*/repodata/repomd.xml 2>/dev/null | sort -n | head -n 1; exit 0`;
/** What is held: the file of the plugin versionlock, where that is there. */
const HELD = `grep -v '^[[:space:]]*\\(#\\|$\\)' /etc/dnf/plugins/versionlock.list 2>/dev/null; [ ! -e /etc/dnf/plugins/versionlock.conf ] || echo there; exit 0`;
/** 1: a reboot is needed; nothing where the plugin that tells is not there. */
const REBOOT = `ls /usr/lib/python3*/*-packages/dnf-plugins/needs_restarting.py >/dev/null 2>&1 || exit 0; timeout 9 dnf -q -C needs-restarting -r >/dev/null 2>&1; echo $?`;

const SHOW = `echo "== installed"; rpm -q --qf '%{NAME}|%{EVR}\\n' -- "$1" 2>/dev/null
echo "== candidate"; timeout 9 dnf -q -C repoquery --latest-limit=1 --qf '%{name}|%{evr}|%{repoid}' -- "$1" 2>/dev/null
echo "== held"; grep -s -- "^$1-" /etc/dnf/plugins/versionlock.list; exit 0`;

const CHECK = 'timeout 9 dnf -q -C check 2>&1; exit 0';

/** The way of Red Hat and its kin: dnf of the fourth generation. */
export const dnf: PackageManager = {
  family: 'dnf',
  async pending(look, host): Promise<Pending> {
    const [transaction, secure, mends, { tellsSecurity, listsAt }, held, reboot] = await Promise.all([
      look.read(host, preview([])),
      look.read(host, advisories('--security')),
      look.read(host, advisories('--with-cve')),
      look.read(host, lists()),
      look.read(host, locks()),
      look.read(host, rebootNeeded()),
    ]);
    const security = new Set(secure.map(([, nvr]) => nvr));
    const upgrades = transaction.upgrades.map((one) => ({ ...one, security: security.has(key(one.name, one.to)) }));
    const cves = [...new Set(mends.flatMap(([id]) => (id.startsWith('CVE-') ? [id] : [])))].sort();
    return { ...transaction, upgrades, tellsSecurity, listsAt, cves: tellsSecurity ? cves : undefined, held, reboot };
  },
  preview: (look, host, wanted) => look.read(host, preview(wanted.map(({ exact }) => exact))),
  apply: ({ upgrades }) => ['dnf', '-y', '--setopt=metadata_expire=-1', 'upgrade', ...upgrades.map(({ exact }) => exact)],
  refresh: () => ['dnf', '-q', '-y', '--refresh', 'makecache'],
  verify: ({ upgrades }) => verifyRpm(upgrades),
  held: async (look, host) => (await look.read(host, locks())) ?? [],
  hold: (names) => ['dnf', '-q', '-C', 'versionlock', 'add', ...names],
  unhold: (names) => ['dnf', '-q', '-C', 'versionlock', 'delete', ...names],
  show: (look, host, name) => look.read(host, read({ argv: shell('dnf-show', SHOW, name), parse: parseDnfShow })),
  check: (look, host) => look.read(host, read({ argv: shell('dnf-check', CHECK), parse: parseCheck })),
};

function preview(exact: readonly string[]): Read<Transaction & { readonly broken: readonly string[] }> {
  return read({ argv: shell('dnf-preview', PREVIEW, ...exact), parse: parseDnf });
}

const SECTION: Readonly<Record<string, 'in' | 'out'>> = {
  Installing: 'in',
  Upgrading: 'in',
  'Installing dependencies': 'in',
  'Installing weak dependencies': 'in',
  Removing: 'out',
  'Removing dependent packages': 'out',
  'Removing unused dependencies': 'out',
};

/**
 * The table of a transaction: a heading that ends in a colon, and below it one package a line, ` NAME ARCH VERSION REPOSITORY SIZE`; what does not fit
 * goes on in the next line. Throws when there is neither a table nor the word that there is nothing to do.
 */
export function parseDnf(output: string): Transaction & { readonly broken: readonly string[] } {
  const [said = ''] = output.split(/^== exit$/m);
  const installed = parseInstalled(output.split(/^== installed$/m)[1] ?? '');
  const table = said.split(/^=+$/m)[2];
  const broken = said.split('\n').filter((line) => /^(Error:| ?Problem)/.test(line.trimStart()));
  if (table === undefined && !/^Nothing to do\.$/m.test(said) && broken.length === 0) throw new Error('not what dnf --assumeno prints');
  const upgrades: Upgrade[] = [];
  const removes: string[] = [];
  let way: 'in' | 'out' | undefined;
  for (const line of (table ?? '').replace(/\n {2,}(?!replacing)/g, ' ').split('\n')) {
    const heading = /^([A-Z][a-z ]+):$/.exec(line)?.[1];
    if (heading) way = SECTION[heading];
    const [, name, arch, to] = /^ (\S+) +(\S+) +(\S+) +\S+ +\S+/.exec(line) ?? [];
    if (!name || !arch || !to || way === undefined) continue;
    if (way === 'out') removes.push(name);
    else upgrades.push({ name, from: installed.get(name), to, exact: `${name}-${to}.${arch}`, security: false });
  }
  return { upgrades, removes, broken };
}

function advisories(option: '--security' | '--with-cve'): Read<readonly (readonly [id: string, nvr: string])[]> {
  return read({ argv: shell('dnf-advisories', ADVISORIES, option), parse: parseAdvisories });
}

/** `ADVISORY SEVERITY/TYPE NAME-VERSION-RELEASE.ARCH` a line. */
export function parseAdvisories(output: string): (readonly [id: string, nvr: string])[] {
  return output.split('\n').flatMap((line) => {
    const [, id, nvr] = /^[i ]*(\S+) +\S+ +(\S+)\.\w+\s*$/.exec(line) ?? [];
    return id && nvr ? [[id, nvr] as const] : [];
  });
}

function lists(): Read<Pick<Pending, 'tellsSecurity' | 'listsAt'>> {
  return read({
    argv: shell('dnf-lists', LISTS),
    parse: (output) => {
      const of = sections(output);
      return { tellsSecurity: of('any').length > 0, listsAt: moment(of('lists')[0]) };
    },
  });
}

function key(name: string, version: string): string {
  return `${name}-${withoutEpoch(version)}`;
}

/** A problem a line, and last how many there are. */
export function parseCheck(output: string): string[] {
  return output.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Error: Check discovered'));
}

function locks(): Read<readonly string[] | undefined> {
  return read({ argv: shell('dnf-held', HELD), parse: parseLocks });
}

/** A versionlock is `NAME-EPOCH:VERSION-RELEASE.*`; undefined where the plugin is not there. */
export function parseLocks(output: string): readonly string[] | undefined {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  if (!lines.includes('there')) return undefined;
  return [...new Set(lines.flatMap((line) => /^(\S+)-\d+:[^-]+-[^-]+$/.exec(line)?.[1] ?? []))];
}

function rebootNeeded(): Read<boolean | undefined> {
  return read({ argv: shell('dnf-reboot', REBOOT), parse: parseReboot });
}

/** Other statuses than 0 and 1 say only that dnf could not tell. */
export function parseReboot(output: string): boolean | undefined {
  const code = output.trim();
  return code === '1' ? true : code === '0' ? false : undefined;
}

export function parseDnfShow(output: string): PackageView {
  const of = sections(output);
  const [, candidate, source = ''] = of('candidate').at(-1)?.split('|') ?? [];
  const installed = [...parseInstalled(of('installed').join('\n')).values()].at(-1);
  return { installed, candidate, source, held: of('held').length > 0 };
}
