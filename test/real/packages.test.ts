import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import type { Ssh } from '../../src/hosts/ssh.ts';
import type { Image } from '../support/real/bookworm.ts';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { APT_WORLD, DNF_WORLD, ZYPPER_WORLD } from '../support/real/packages.ts';
import { BUILD_MS, SYSTEMD, type SystemdHost, startSystemd } from '../support/real/systemd.ts';

const HOLD = 'pkg hold real keptpkg';

type Line = readonly [string, ...string[]];
const sh = (script: string): Line => ['sh', '-c', script];
const RPMS: Line = ['rpm', '-q', '--qf', '%{NAME} %{VERSION}-%{RELEASE}\n', 'plain', 'urgent', 'keptpkg'];

/** What each of them calls the same things. */
const KINDS: readonly {
  readonly image: Image;
  readonly world: string;
  readonly versions: Line;
  readonly byHand: Line;
  readonly held: Line;
  readonly kernel: string;
  readonly urgent: string;
  readonly old: string;
  readonly plain: string;
  readonly cve: string;
  readonly pending: number;
}[] = [
  {
    ...{ image: 'admin', world: APT_WORLD, versions: ['dpkg-query', '-W', `-f=\${Package} \${Version}\n`, '--', 'plain', 'urgent', 'keptpkg'] },
    ...{ byHand: sh('apt-mark showmanual | grep -x -e plain -e urgent -e libnew'), held: ['apt-mark', 'showhold'], kernel: 'linux-image-6.1.0-2-amd64' },
    ...{ urgent: '1.0+deb12u1', old: '1.0', plain: '1.1', cve: 'not published', pending: 6 },
  },
  {
    ...{ image: 'dnf', world: DNF_WORLD, versions: RPMS, held: sh('grep -o ^keptpkg /etc/dnf/plugins/versionlock.list || :'), kernel: 'kernel' },
    ...{ byHand: sh("dnf -q -C repoquery --userinstalled --qf '%{name}' | grep -x -e plain -e urgent -e libnew") },
    ...{ urgent: '1.1-1', old: '1.0-1', plain: '1.1-1', cve: 'CVE-2025-0001', pending: 5 },
  },
  {
    ...{ image: 'zypper', world: ZYPPER_WORLD, versions: RPMS, held: sh("zypper -x locks | sed -n 's/.*<name>\\([a-z]*\\).*/\\1/p'"), kernel: 'kernel' },
    ...{ byHand: sh('grep -x -e plain -e urgent /var/lib/zypp/AutoInstalled || :'), urgent: '1.1-1', old: '1.0-1', plain: '1.1-1' },
    ...{ cve: 'CVE-2025-0001', pending: 5 },
  },
];

describe.skipIf(!needs(SYSTEMD)).each(KINDS)('packages with the tools of the $image image', ({ image, world, versions, byHand, held, ...kind }) => {
  let machine: SystemdHost;
  let ssh: Ssh;
  let bot: RealBot;
  beforeAll(async () => {
    machine = await startSystemd({ image });
    ssh = machine.ssh();
    const made = await ssh.exec(['sh', '-c', world], { timeoutMs: 120_000, cap: 20_000 });
    expect(made, JSON.stringify(made)).toMatchObject({ kind: 'exit', code: 0 });
    bot = await realBot({ real: hostOf(machine) });
  }, BUILD_MS);
  afterAll(async () => {
    await bot?.close();
    await machine?.close();
  });

  const out = async (argv: Line) => {
    const exec = await ssh.exec(argv, { timeoutMs: 30_000, cap: 10_000 });
    return exec.kind === 'exit' ? exec.stdout.trim() : exec.kind;
  };
  const says = (line: string) => bot.says('alice', line, { ms: 60_000 });
  const approved = async (line: string): Promise<FlatCard> => bot.presses('bob', await says(line), 'approve');
  const row = (card: FlatCard) => card.blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []))[0] ?? [];

  it.runIf(image === 'admin')('tells lists that were never fetched from having no updates', async () => {
    await out(sh('rm -rf /var/lib/apt/lists/*'));
    expect(row(await says('pkg updates real'))).toContain('never fetched');
    const refused = await says('pkg apply real');
    expect(refused.ticket?.state).toBe('refused');
    expect(refused.text).toContain('no package lists yet');
  });

  it('fetches the lists and shows what there is', async () => {
    expect((await says('pkg refresh real')).ticket?.state).toBe('done');
    const card = await says('pkg updates real');
    const [, count, security, reboot, , cves, lists] = row(card);
    expect([count, security], card.text).toEqual([kind.pending, 1]);
    // A kernel that came in after the boot counts as such for dnf already.
    expect(reboot).toBe(image === 'dnf' ? 'needed' : `after the update: ${kind.kernel}`);
    expect(cves).toBe(kind.cve);
    expect(lists).toMatch(/^\d+ (s|min) old$/);
    expect(row(await says('pkg check real'))).toContain('well');
  });

  it('holds a package', async () => {
    expect(await out(held)).toBe('');
    expect((await says(HOLD)).ticket?.state).toBe('done');
    expect(await out(held)).toBe('keptpkg');
    expect((await says(HOLD)).text).toContain('already held');
  });

  it('shows a package, and refuses a name nobody knows', async () => {
    const { text } = await says('pkg show real urgent');
    expect(text).toContain(kind.old);
    expect(text).toContain(kind.urgent);
    expect((await says('pkg show real nosuchpackage')).ticket?.state).toBe('refused');
  });

  it('installs what is for security and nothing else, in the version on the card', async () => {
    const card = await says('pkg apply real --security');
    expect(card.ticket?.state, card.text).toBe('waiting');
    expect(card.text).toContain(kind.urgent);
    expect(card.text).not.toContain('plain');
    const done = await bot.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await out(versions)).split('\n').sort()).toEqual([`keptpkg ${kind.old}`, `plain ${kind.old}`, `urgent ${kind.urgent}`]);
  });

  it.runIf(image === 'admin')('refuses what is held, what has no update, and what is not there', async () => {
    expect((await says('pkg apply real --only keptpkg')).text).toContain('held at its version');
    expect((await says('pkg apply real --only urgent')).text).toContain('no update of urgent');
    expect((await says('pkg hold real nosuch')).text).toContain('not installed');
    expect((await says('pkg show real keptpkg')).text).toMatch(/held[^\n]*yes/);
  });

  it('installs the rest with what it needs, offers the reboot, and is up to date', async () => {
    const before = await out(byHand);
    const done = await approved('pkg apply real');
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await out(versions)).split('\n').sort()).toEqual([`keptpkg ${kind.old}`, `plain ${kind.plain}`, `urgent ${kind.urgent}`]);
    expect(done.buttons.map(({ label }) => label)).toContain('Reboot real');
    expect(await out(byHand)).toBe(before);
    const again = await says('pkg apply real');
    expect(again.ticket?.state).toBe('done');
    expect(again.text).toContain('already up to date');
    if (image !== 'zypper') expect(row(await says('pkg updates real'))[3]).toBe('needed');
  });

  it('lets go of what it held, and it is as before', async () => {
    expect((await says('pkg unhold real keptpkg')).ticket?.state).toBe('done');
    expect(await out(held)).toBe('');
  });

  it.runIf(image === 'admin')('says what was left half done, and installs nothing then', async () => {
    await out(
      sh(
        'd=$(mktemp -d); mkdir $d/DEBIAN; printf "Package: half\\nVersion: 1\\nArchitecture: all\\nMaintainer: N <n@example.org>\\nDescription: n\\n" >$d/DEBIAN/control; printf "#!/bin/sh\\nexit 1\\n" >$d/DEBIAN/postinst; chmod 755 $d/DEBIAN/postinst; dpkg-deb -b $d /root/half.deb; dpkg -i /root/half.deb',
      ),
    );
    expect((await says('pkg check real')).text).toContain('half');
    expect((await says('pkg updates real')).text).toContain('broken');
    expect((await says('pkg apply real')).text).toContain('are broken');
  });

  it.runIf(image === 'admin')('refuses a distribution it does not know', async () => {
    await out(sh('rm -f /etc/os-release; printf "ID=deepin\\nID_LIKE=debian\\nPRETTY_NAME=\\"Deepin 23\\"\\n" >/etc/os-release'));
    const other = await realBot({ other: hostOf(machine) });
    try {
      expect((await other.says('alice', 'pkg apply other')).text).toContain('which I do not know');
      expect((await other.says('alice', 'pkg updates other')).text).toContain('unknown system: Deepin 23');
    } finally {
      await other.close();
    }
  });
});
