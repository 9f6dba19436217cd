import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ssh } from '../../src/hosts/ssh.ts';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { ownFolders, until } from '../support/real/processes.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';

// zfs-fuse is an old ZFS (pool version 23) with an old command line: what a new one has more is asked for and done without.
describe.skipIf(!needs(['root', 'zfs-fuse', 'zpool', 'zfs', 'unshare']))('ZFS of a real host', { timeout: 90_000 }, () => {
  let dir: string;
  let sshd: Sshd;
  let ssh: Ssh | undefined;
  let bot: RealBot;
  const there = async (script: string, ...words: string[]) => {
    ssh ??= sshd.ssh();
    const done = await ssh.exec(['sh', '-c', `{ ${script}; } 2>&1`, 'sh', ...words], { timeoutMs: 30_000, cap: 100_000 });
    return done.kind === 'exit' ? done.stdout : JSON.stringify(done);
  };
  const says = (line: string) => bot.says('alice', line);
  const does = async (line: string) => {
    const card = await says(line);
    return card.ticket?.state === 'waiting' ? bot.presses('bob', card, 'approve') : card;
  };
  const snapshots = async () => (await there('zfs list -H -t snapshot -o name')).trim().split('\n');

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'hostler-zfs-'));
    for (const name of ['a', 'b']) {
      writeFileSync(join(dir, name), '');
      truncateSync(join(dir, name), 128 * 2 ** 20);
    }
    sshd = await startSshd({ within: ownFolders('mount -t tmpfs none /mnt') ?? ['false'] });
    await there(
      'mkdir -p /run/zfs /run/lock /var/lib/zfs; (setsid sh -c "exec zfs-fuse -n --no-kstat-mount" >"$1/log" 2>&1 </dev/null & echo $! >"$1/pid")',
      dir,
    );
    await until('zfs-fuse', async () => (await there('zpool list')).includes('no pools'));
    await there('zpool create -m /mnt/tank tank mirror "$1/a" "$1/b" && zfs create tank/data && echo first >/mnt/tank/data/file', dir);
    bot = await realBot({ real: hostOf(sshd) });
  }, 60_000);
  afterAll(async () => {
    await bot?.close();
    if (sshd) await there('zpool destroy -f tank; kill "$(cat "$1/pid")"; umount -l /mnt', dir);
    await sshd?.close();
    if (dir) rmSync(dir, { recursive: true, force: true });
  });

  it('tells a pool that is well from one that is degraded, and which device it is', async () => {
    const well = await says('zfs list real');
    expect(well.text).toMatch(/tank.*ONLINE.*never/);
    await there('zpool offline tank "$1/b"', dir);
    const bad = await says('zfs list real');
    expect(bad.text).toContain('⚠ DEGRADED');
    expect(bad.text).toContain('taken offline by the administrator');
    expect(bad.text).toContain(`${dir}/b OFFLINE`);
    await there('zpool online tank "$1/b"', dir);
  });

  it('scrubs, and sees the end of it', async () => {
    const card = await does('zfs scrub real tank');
    expect(card.ticket?.state, card.text).toBe('done');
    expect((await says('zfs list real')).text).toMatch(/(scrub|resilver) completed/);
  });

  it('snapshots and takes that back; rolls back, but never over newer snapshots', async () => {
    const before = await snapshots();
    const taken = await does('zfs snapshot real tank/data one');
    expect(taken.ticket?.state, taken.text).toBe('done');
    expect(await snapshots()).toContain('tank/data@one');
    const undone = await does(`undo ${taken.id}`);
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect(await snapshots()).toEqual(before);

    await does('zfs snapshot real tank/data one');
    await there('echo second >/mnt/tank/data/file');
    await does('zfs snapshot real tank/data two');
    const refused = await says('zfs rollback real tank/data@one --confirm tank/data@one');
    expect(refused.ticket?.state).toBe('refused');
    expect(refused.text).toContain('tank/data@two');
    await does('zfs destroy real tank/data@two --confirm tank/data@two');
    const back = await does('zfs rollback real tank/data@one --confirm tank/data@one');
    expect(back.ticket?.state, back.text).toBe('done');
    expect((await there('cat /mnt/tank/data/file')).trim()).toBe('first');
    expect((await says('zfs snapshots real tank/data')).text).toContain('tank/data@one');
    expect((await says('zfs datasets real tank')).text).toContain('/mnt/tank/data');
  });

  it('names what there is when something is asked of what is not', async () => {
    const card = await says('zfs scrub real tonk');
    expect(card.ticket?.state).toBe('refused');
    expect(card.text).toContain('tank');
    expect((await says('zfs destroy real tank/data --confirm tank/data')).ticket?.state).toBe('refused');
    expect((await says('zfs amplification real')).ticket?.state).toBe('done');
  });
});
