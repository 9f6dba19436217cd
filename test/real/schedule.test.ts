import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Folder } from '../support/processes.ts';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { BUILD_MS, SYSTEMD, type SystemdHost, startSystemd } from '../support/real/systemd.ts';

describe.skipIf(!needs(['redis-server or valkey-server', ...SYSTEMD]))('a backup that a host runs by itself', () => {
  let host: SystemdHost;
  let bot: RealBot;
  let folder: Folder;
  const run = (...argv: [string, ...string[]]) => host.ssh().exec(argv, { timeoutMs: 60_000, cap: 65_536 });
  const on = async (...argv: [string, ...string[]]) => {
    const done = await run(...argv);
    if (done.kind !== 'exit' || done.code !== 0) throw new Error(JSON.stringify(done));
    return done.stdout;
  };
  const does = async (line: string) => {
    const asked = await bot.says('alice', line);
    expect(asked.ticket?.state, asked.text).toBe('waiting');
    const end = await bot.presses('bob', asked, 'approve', { until: ({ ticket }) => ticket?.state === 'done' || ticket?.state === 'failed' });
    expect(end.ticket?.state, end.text).toBe('done');
    return end;
  };

  beforeAll(async () => {
    folder = new Folder();
    host = await startSystemd({ image: 'admin' });
    // A disk that comes and goes: the container mounts a tmpfs, which fstab(5) does not know.
    await on('sh', '-c', 'mkdir -p /srv/data /mnt/disk /backup && echo first >/srv/data/a && mount -t tmpfs disk /mnt/disk');
    const secret = folder.file('password');
    writeFileSync(secret, 'right-password\n');
    await on('sh', '-c', 'RESTIC_PASSWORD=right-password restic -q -r /backup/restic init; umask 077; echo right-password >/etc/restic-password');
    const backups = {
      root: { tool: 'rsync', repository: '/mnt/disk/rootfs', paths: ['/'], requiresMount: '/mnt/disk', exclude: ['/usr', '/var', '/boot'] },
      bare: { tool: 'rsync', repository: '/backup/bare', paths: ['/etc'] },
      safe: { tool: 'restic', repository: '/backup/restic', paths: ['/srv/data'], password: `file:${secret}` },
      fills: { tool: 'rsync', repository: '/backup/fills', paths: ['/'] },
    };
    bot = await realBot(JSON.parse(JSON.stringify({ real: { ...hostOf(host), backups } })));
  }, BUILD_MS + 60_000);
  afterAll(async () => {
    await bot?.close();
    await folder?.close();
    await host?.close();
  });

  it('is set, runs, refuses without its mount, and is gone when that is undone', async () => {
    const units = () => on('sh', '-c', 'find /etc/systemd /etc/hostler 2>/dev/null | sort');
    const before = await units();
    const set = await does('backup schedule real/root --at 04:21');
    expect(await on('systemctl', 'list-timers', '--all', '--no-pager')).toContain('rootfs-backup.timer');
    expect((await bot.says('alice', 'backup schedule real/root --at 04:21')).text).toContain('already runs');
    expect((await bot.says('alice', 'backup schedule real/root')).text).toMatch(/every day at 04:21, by rootfs-backup.service; next: \S+ \S+ 04:21/);
    expect(await on('systemctl', 'show', '-p', 'RequiresMountsFor', 'rootfs-backup.service')).toContain('/mnt/disk');

    await on('systemctl', 'start', 'rootfs-backup.service');
    expect(await on('cat', '/mnt/disk/rootfs/srv/data/a')).toBe('first\n');
    expect((await bot.says('alice', 'backup list real/root')).text).toContain('real/root');
    const ill = await bot.says('alice', 'doctor real --check root-backup-age');
    expect(ill.text).not.toContain('root backup');
    expect((await bot.says('alice', 'doctor real --check root-backup-mount')).text).not.toContain('has no RequiresMountsFor');

    await on('umount', '/mnt/disk');
    const refused = await run('systemctl', 'start', 'rootfs-backup.service');
    expect(refused).not.toMatchObject({ code: 0 });
    expect(await on('sh', '-c', 'ls -A /mnt/disk; journalctl -u rootfs-backup.service -o cat --no-pager')).toContain(
      '/mnt/disk is not mounted; nothing was done',
    );
    await on('mount', '-t', 'tmpfs', 'disk', '/mnt/disk');

    // The address of a repository may hold a password; the scripts of before were for all to read.
    const modes = () => on('stat', '-c', '%a %U', '/etc/hostler/backup', '/etc/hostler/backup/root.sh');
    expect(await modes()).toBe('700 root\n700 root\n');
    await on('chmod', '755', '/etc/hostler/backup', '/etc/hostler/backup/root.sh');
    const later = await does('backup schedule real/root --at 05:00');
    expect(await modes()).toBe('700 root\n700 root\n');
    expect(await on('systemctl', 'show', '-p', 'NextElapseUSecRealtime', 'rootfs-backup.timer')).toContain(' 05:00:00 ');
    await does(`undo ${later.id}`);
    expect(await on('systemctl', 'show', '-p', 'NextElapseUSecRealtime', 'rootfs-backup.timer')).toContain(' 04:21:00 ');
    await does(`undo ${set.id}`);
    expect((await units()).replace(/\/etc\/hostler\S*\n?/g, '').replace(/\/etc\/systemd\/system\/timers.target.wants\n/, '')).toBe(
      before.replace(/\/etc\/systemd\/system\/timers.target.wants\n/, ''),
    );
    expect((await bot.says('alice', 'backup schedule real/root')).text).toContain('no schedule');
  }, 60_000);

  it('takes its password from a file of root’s alone on the host, and no secret is written', async () => {
    const asked = await bot.says('alice', 'backup schedule real/safe --at 03:00');
    expect([asked.ticket?.state, asked.text]).toEqual(['refused', expect.stringContaining('I write no secret')]);
    await on('chmod', '644', '/etc/restic-password');
    expect((await bot.says('alice', 'backup schedule real/safe --at 03:00 --password-file /etc/restic-password')).text).toContain('not root’s alone');
    await on('chmod', '600', '/etc/restic-password');
    await does('backup schedule real/safe --at 03:00 --password-file /etc/restic-password');
    await on('systemctl', 'start', 'hostler-backup-safe.service');
    expect(await on('sh', '-c', 'RESTIC_PASSWORD=right-password restic -r /backup/restic snapshots --json --no-lock')).toContain('/srv/data');
    expect((await run('grep', '-r', 'right-password', '/etc/systemd', '/etc/hostler')).kind === 'exit').toBe(true);
    expect(await on('sh', '-c', 'grep -rl right-password /etc/systemd /etc/hostler || echo none')).toBe('none\n');
  }, 60_000);

  it('is refused where it would fill its own disk, and where the unit is someone else’s', async () => {
    expect((await bot.says('alice', 'backup schedule real/fills --at 03:00')).text).toContain('fill / with a copy of itself');
    mkdirSync(join(host.root, 'etc/systemd/system'), { recursive: true });
    await on('sh', '-c', "printf '[Service]\\nExecStart=/bin/true\\n' >/etc/systemd/system/hostler-backup-bare.service; systemctl daemon-reload");
    expect((await bot.says('alice', 'backup schedule real/bare --at 03:00')).text).toContain('is not mine');
  });
});
