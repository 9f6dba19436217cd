import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ssh } from '../../src/hosts/ssh.ts';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { ownFolders } from '../support/real/processes.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';

const PROGRAMS = ['root', 'losetup', 'lsblk', 'blkid', 'findmnt', 'wipefs', 'sfdisk', 'growpart', 'mkfs.ext4', 'mkfs.xfs', 'smartctl', 'unshare'] as const;
const runs = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8' }).trim();

// Loop devices of this computer on files of this test; mounts and /etc are of a namespace that goes with its sshd.
describe.skipIf(!needs(PROGRAMS))('disks of a real host', { timeout: 90_000 }, () => {
  let dir: string;
  let sshd: Sshd;
  let ssh: Ssh | undefined;
  let bot: RealBot;
  const loops: string[] = [];
  const attach = (name: string, mib: number, ...more: string[]) => {
    const file = join(dir, name);
    writeFileSync(file, '');
    truncateSync(file, mib * 2 ** 20);
    const loop = runs('losetup', '-f', '--show', ...more, file);
    loops.push(loop);
    return loop;
  };
  /** In the namespace of the host. */
  const there = async (...argv: [string, ...string[]]) => {
    ssh ??= sshd.ssh();
    const done = await ssh.exec(argv, { timeoutMs: 20_000, cap: 100_000 });
    return done.kind === 'exit' ? done.stdout : JSON.stringify(done);
  };
  const says = (line: string) => bot.says('alice', line);
  const does = async (line: string) => {
    const card = await says(line);
    return card.ticket?.state === 'waiting' ? bot.presses('bob', card, 'approve') : card;
  };
  const undoes = async (id: string) => does(`undo ${id}`);

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'hostler-disks-'));
    const etc =
      'mount -t tmpfs none /mnt && cp -a /etc /mnt/etc && mount --bind /mnt/etc /etc && mkdir /mnt/srv && mount --bind /mnt/srv /srv && printf "# nothing yet\\n" >/etc/fstab';
    sshd = await startSshd({ within: ownFolders(etc) ?? ['false'] });
    bot = await realBot({ real: hostOf(sshd) });
  }, 60_000);
  afterAll(async () => {
    await bot?.close();
    await sshd?.close();
    for (const loop of loops) runs('losetup', '-d', loop);
    if (dir) rmSync(dir, { recursive: true, force: true });
  });

  it('formats only what is empty, then mounts it for good, and both ways back leave things as they were', async () => {
    const loop = attach('one', 64);
    const named = (device: string) => `disk format real ${device} --type ext4 --label data --confirm ${device}`;
    expect((await says(`disk format real ${loop} --type ext4 --label data --confirm /dev/other`)).text).toContain('says /dev/other');
    const held = openSync(loop, 'r+');
    const kept = await says(named(loop));
    closeSync(held);
    expect([kept.ticket?.state, kept.text]).toEqual(['refused', expect.stringContaining(`(${process.pid})`)]);
    const made = await does(named(loop));
    expect(made.ticket?.state, made.text).toBe('done');
    expect(runs('blkid', '-p', '-s', 'TYPE', '-o', 'value', loop)).toBe('ext4');
    const again = await says(named(loop));
    expect(again.ticket?.state).toBe('refused');
    expect(again.text).toContain('ext4');

    const uuid = runs('blkid', '-p', '-s', 'UUID', '-o', 'value', loop);
    const before = await there('cat', '/etc/fstab');
    const mounted = await does(`disk mount real ${loop} /srv/data --persist`);
    expect(mounted.ticket?.state, mounted.text).toBe('done');
    expect(await there('findmnt', '-n', '-o', 'SOURCE,FSTYPE', '/srv/data')).toMatch(new RegExp(`^${loop}\\s+ext4`));
    expect(await there('cat', '/etc/fstab')).toBe(`${before}UUID=${uuid} /srv/data ext4 defaults,nofail 0 2\n`);
    expect((await says(`disk mount real ${loop} /srv/data --persist`)).text).toContain('already');
    expect((await says('disk list real')).text).toContain('/srv/data');
    expect((await says('disk usage real')).text).toContain('/srv/data');

    const undone = await undoes(mounted.id);
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect(await there('findmnt', '-n', '/srv/data')).toBe('');
    expect(await there('cat', '/etc/fstab')).toBe(before);

    // And the other way round: unmounting, taken back.
    await does(`disk mount real ${loop} /srv/data --options noatime --persist`);
    const table = await there('cat', '/etc/fstab');
    const options = await there('findmnt', '-n', '-o', 'OPTIONS', '/srv/data');
    const gone = await does('disk unmount real /srv/data --forget');
    expect(gone.ticket?.state, gone.text).toBe('done');
    const back = await undoes(gone.id);
    expect(back.ticket?.state, back.text).toBe('done');
    expect(await there('cat', '/etc/fstab')).toBe(table);
    expect(await there('findmnt', '-n', '-o', 'OPTIONS', '/srv/data')).toBe(options);

    // What is in a folder is not hidden unawares, and a link is no way around.
    await there('sh', '-c', 'mkdir /srv/full; echo here >/srv/full/file; ln -s /etc/ssh /srv/link');
    expect((await says(`disk mount real ${loop} /srv/full`)).text).toMatch(/not empty \(1\).*--over/s);
    expect((await says(`disk mount real ${loop} /srv/link`)).text).toContain('/etc/ssh');
    const hidden = await does(`disk mount real ${loop} /srv/full --over`);
    expect(hidden.ticket?.state, hidden.text).toBe('done');
    const shown = await does('disk unmount real /srv/full');
    expect(shown.ticket?.state, shown.text).toBe('done');
    expect((await undoes(shown.id)).ticket?.state).toBe('done');
    await undoes(hidden.id);
    expect(await there('cat', '/srv/full/file')).toBe('here\n');

    // Somebody stands in it: named, and nothing is done.
    const busy = sshd.ssh().exec(['sh', '-c', 'cd /srv/data && exec sleep 20'], { timeoutMs: 30_000, cap: 1000 });
    await expect.poll(async () => (await says('disk unmount real /srv/data')).text, { timeout: 10_000 }).toMatch(/in use by sleep \(\d+\)/);
    expect(await there('findmnt', '-n', '-o', 'SOURCE', '/srv/data')).toContain(loop);
    await there('pkill', '-x', '-f', 'sleep 20');
    await busy;
  });

  it('never formats a disk with a partition, a signature or swap on it', async () => {
    const parted = attach('parted', 64);
    execFileSync('sfdisk', ['-q', parted], { input: 'label: gpt\n,32M\n' });
    const lines = { [parted]: 'gpt', [attach('swap', 32)]: 'swap' };
    runs('mkswap', loops.at(-1) ?? '');
    for (const [device, what] of Object.entries(lines)) {
      const card = await says(`disk format real ${device} --type xfs --label x --confirm ${device}`);
      expect(card.ticket?.state).toBe('refused');
      expect(card.text).toContain(what);
    }
    expect(runs('wipefs', '-n', parted)).toContain('gpt');
  });

  it('grows a partition and the XFS on it into the room that came behind it', async () => {
    const loop = attach('grow', 400, '-P');
    execFileSync('sfdisk', ['-q', loop], { input: 'label: gpt\n,320M\n' });
    runs('partx', '-u', loop);
    runs('mkfs.xfs', '-q', '-L', 'www', `${loop}p1`);
    await there('mkdir', '-p', '/srv/www');
    await there('mount', `${loop}p1`, '/srv/www');
    truncateSync(join(dir, 'grow'), 600 * 2 ** 20);
    runs('losetup', '-c', loop);
    const size = async () => Number(await there('df', '--output=size', '-B1', '/srv/www').then((text) => text.split('\n')[1]));
    const before = await size();
    const card = await says('disk grow real /srv/www');
    expect(card.text).toContain('CHANGE: partition=1');
    const grown = await bot.presses('bob', card, 'approve');
    expect(grown.ticket?.state, grown.text).toBe('done');
    expect(await size()).toBeGreaterThan(before + 200 * 2 ** 20);
    expect((await says('disk grow real /srv/www')).text).toContain('all the room there is already');
    await there('umount', '/srv/www');
  });

  it('says that a disk has no SMART rather than that it is well', async () => {
    const loop = attach('plain', 16);
    const card = await says(`disk smart real --device ${loop}`);
    expect(card.text).toContain('no SMART');
    expect(card.text).toContain('Unable to detect device type');
  });

  it('leaves fstab as it was when what is to be written is worse', async () => {
    const { putFstab } = await import('../../src/tools/disks/fstab.ts');
    const before = await there('cat', '/etc/fstab');
    const [program, ...args] = putFstab();
    const done = await sshd.ssh().exec([program, ...args], { timeoutMs: 10_000, cap: 10_000, stdin: `${before}this is no line\n` });
    expect(done).toMatchObject({ kind: 'exit', code: 1 });
    expect(await there('cat', '/etc/fstab')).toBe(before);
    expect(readFileSync('/etc/fstab', 'utf8')).not.toContain('/srv/data');
  });
});
