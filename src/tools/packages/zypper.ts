import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { moment, sections } from '../sections.ts';
import { shell } from '../shell.ts';
import type { PackageManager, PackageView, Pending, Transaction, Upgrade } from './package.ts';
import { verifyRpm } from './rpm.ts';

/** zypper(8) with `-x` answers in XML. 104: there is no such package. */
const QUIET = ['zypper', '-x', '-n', '--no-refresh'] as const;

const STATE = `locks=$(zypper -x -n locks) || exit 1; echo "== locks"; printf '%s\\n' "$locks"
echo "== reboot"; zypper -n needs-rebooting >/dev/null 2>&1; echo $?
echo "== lists"; stat -c %Y /var/cache/zypp/raw/*/repodata /var/cache/zypp/raw/*/content 2>/dev/null | sort -n | head -n 1; exit 0`;

/** SUSE's way. */
export const zypper: PackageManager = {
  family: 'zypper',
  async pending(look, host): Promise<Pending> {
    // One after the other: zypper lets nobody else in while it works.
    const { upgrades, removes, broken } = await look.read(host, preview(['update', '--dry-run']));
    const secure = await look.read(host, preview(['patch', '--dry-run', '--category', 'security']));
    const { tellsSecurity, cves } = await look.read(host, patches());
    const state = await look.read(host, stateOf());
    const security = new Set(secure.upgrades.map(({ exact }) => exact));
    return { upgrades: upgrades.map((one) => ({ ...one, security: security.has(one.exact) })), removes, broken, tellsSecurity, cves, ...state };
  },
  preview: (look, host, wanted) => look.read(host, preview(['update', '--dry-run', '--', ...wanted.map(({ exact }) => exact)])),
  apply: ({ upgrades }) => ['zypper', '-n', '--no-refresh', 'update', '--', ...upgrades.flatMap(({ exact, from }) => (from === undefined ? [] : [exact]))],
  refresh: () => ['zypper', '-n', 'refresh'],
  verify: ({ upgrades }) => verifyRpm(upgrades),
  held: async (look, host) => (await look.read(host, stateOf())).held,
  hold: (names) => ['zypper', '-n', 'addlock', '--', ...names],
  unhold: (names) => ['zypper', '-n', 'removelock', '--', ...names],
  async show(look, host, name): Promise<PackageView> {
    const argv = ['zypper', '-x', '-n', '--no-refresh', 'search', '-s', '--match-exact', '-t', 'package', '--', name] as const;
    const found = await look.read(host, read({ argv, exits: [104], parse: parseSearch }));
    const { held } = await look.read(host, stateOf());
    return { ...found, held: held.includes(name) };
  },
  check: (look, host) => look.read(host, read({ argv: [...QUIET, 'verify', '--dry-run'], exits: [4, 8], parse: parseVerify })),
};

/** Exit 4 is trouble with dependencies; 100 and up: 102 a reboot is suggested, 103 zypper itself comes first. */
function preview(words: readonly string[]): Read<Transaction & { readonly broken: readonly string[] }> {
  return read({ argv: ['timeout', '9', ...QUIET, ...words], exits: [4, 100, 101, 102, 103], parse: parseSummary });
}

/** `<install-summary>`: what comes below `to-upgrade`, `to-install` and `to-remove`. Throws when there is neither that nor a problem. */
export function parseSummary(output: string): Transaction & { readonly broken: readonly string[] } {
  const broken = [...output.matchAll(/<description>(Problem: [^\n<]*)/g), ...output.matchAll(/<message type="error">([^<]*)/g)].map(([, text = '']) =>
    plain(text),
  );
  if (!output.includes('<install-summary') && broken.length === 0) throw new Error('not what zypper -x prints');
  const of = (name: string) => new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(output)?.[1] ?? '';
  const solvables = (text: string) => elements(text, 'solvable').filter(({ type }) => type === 'package');
  const upgrades = ['to-upgrade', 'to-install', 'to-downgrade'].flatMap((name) =>
    solvables(of(name)).map(({ name = '', edition = '', ...more }): Upgrade => {
      return { name, from: more['edition-old'], to: edition, exact: `${name}=${edition}`, security: false };
    }),
  );
  return { upgrades, removes: solvables(of('to-remove')).map(({ name = '' }) => name), broken };
}

function patches(): Read<Pick<Pending, 'tellsSecurity' | 'cves'>> {
  return read({ argv: [...QUIET, 'list-patches', '--all'], parse: parsePatches });
}

/** `<update kind="patch" status="needed" category="security">` with `<issue type="cve" id="…">`. */
export function parsePatches(output: string): Pick<Pending, 'tellsSecurity' | 'cves'> {
  const all = [...output.matchAll(/<update kind="patch"([^>]*)>([\s\S]*?)<\/update>/g)];
  const needed = all.filter(([, head = '']) => head.includes('status="needed"'));
  const cves = needed.flatMap(([, , body = '']) => elements(body, 'issue').flatMap(({ type, id }) => (type === 'cve' && id ? [id] : [])));
  return { tellsSecurity: all.length > 0, cves: all.length > 0 ? [...new Set(cves)].sort() : undefined };
}

interface State {
  readonly held: readonly string[];
  readonly reboot: boolean | undefined;
  readonly listsAt: number | undefined;
}

function stateOf(): Read<State> {
  return read({ argv: shell('zypper-state', STATE), parse: parseState });
}

/** `needs-rebooting` exits with 102 where a reboot is needed, and 0 where not. */
export function parseState(output: string): State {
  const of = sections(output);
  const code = of('reboot')[0];
  const held = [
    ...of('locks')
      .join('\n')
      .matchAll(/<name>([^<]*)<\/name>/g),
  ].map(([, name = '']) => plain(name));
  return { held, reboot: code === '102' ? true : code === '0' ? false : undefined, listsAt: moment(of('lists')[0]) };
}

/** `<solvable status="installed" …>` and others; the newest comes first. */
export function parseSearch(output: string): Omit<PackageView, 'held'> {
  const all = elements(output, 'solvable');
  const installed = all.find(({ status }) => status === 'installed');
  const [newest] = all;
  return { installed: installed?.edition, candidate: newest?.edition, source: newest?.repository ?? '' };
}

/** What `zypper verify` would have to mend. */
export function parseVerify(output: string): string[] {
  const { broken, upgrades, removes } = output.includes('<install-summary') || output.includes('Problem: ') ? parseSummary(output) : NOTHING;
  return [...broken, ...upgrades.map(({ name }) => name), ...removes];
}
const NOTHING = { broken: [], upgrades: [], removes: [] };

/** The attributes of every element of that name. */
function elements(text: string, name: string): Readonly<Record<string, string>>[] {
  return [...text.matchAll(new RegExp(`<${name}\\s([^>]*?)/?>`, 'g'))].map(([, attributes = '']) =>
    Object.fromEntries([...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, plain(value)])),
  );
}

function plain(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&apos;/g, "'")
    .replace(/&amp;/g, '&');
}
