import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConsoleFile } from '../../src/home.ts';
import type { Ssh } from '../../src/hosts/ssh.ts';
import { People } from '../support/bot.ts';
import { Folder } from '../support/processes.ts';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { freePort } from '../support/real/ports.ts';
import { processes, until } from '../support/real/processes.ts';
import { BUILD_MS, SYSTEMD, type SystemdHost, startSystemd } from '../support/real/systemd.ts';

const MORE = 60_000;

/** Another sshd in the machine, as the place backups go to, that root is let in to; and repositories. */
const VAULT = `set -e; mkdir -p /srv/data/sub /backup /mnt/absent; ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id
cat /root/.ssh/id.pub >>/root/.ssh/authorized_keys
printf 'Host vault\\n HostName 127.0.0.1\\n Port %s\\n IdentityFile /root/.ssh/id\\n StrictHostKeyChecking accept-new\\n LogLevel ERROR\\n' "$1" >/root/.ssh/config
systemd-run --quiet --unit vault /usr/sbin/sshd -D -o ListenAddress=127.0.0.1:$1 -o PidFile=none
n=0; until ssh vault true 2>/dev/null; do n=$((n + 1)); [ $n -lt 100 ]; sleep 0.1; done
chmod 751 /srv; echo first >/srv/data/a; head -c 3000000 /dev/urandom >/srv/data/sub/b; ln -s a /srv/data/link; mkdir /srv/other; echo other >/srv/other/a
export RESTIC_PASSWORD=right-password BORG_PASSPHRASE=right-password
# How long a key takes, every time, is measured once: on a computer that mostly stands still it is not long.
slow() { "$@" & while kill -STOP $! 2>/dev/null; do sleep 0.06; kill -CONT $! 2>/dev/null || :; sleep 0.02; done; wait $!; }
slow restic -q -r /backup/restic init & one=$!; slow restic -q -r sftp:vault:/backup/sftp init & other=$!
borg init -e repokey ssh://vault/backup/borg 2>/dev/null; wait $one; wait $other`;

/** States as they were made until now, without a tag and with a dash; and of one backup more, of which the names fit as well. */
const BEFORE = `set -e; export RESTIC_PASSWORD=right-password BORG_PASSPHRASE=right-password
restic -q -r /backup/restic backup /srv/data; borg create ssh://vault/backup/borg::real-borg-T0123456789A /srv/data; borg create ssh://vault/backup/borg::real-borg-old-T0123456789B /srv/other`;

const UNSURE = `set -e; export BORG_PASSPHRASE=right-password; cd /
for name in real-borg-T0123456789C real-borg-2-T0123456789D; do borg create ssh://vault/backup/borg::$name srv/other; done`;

describe.skipIf(!needs(['redis-server or valkey-server', ...SYSTEMD]))('backups of a real host', () => {
  let folder: Folder;
  let host: SystemdHost;
  let ssh: Ssh | undefined;
  let hosts: Record<string, unknown>;
  let bot: RealBot;
  const at = (path: string) => join(host.root, path);
  const on = async (...argv: [string, ...string[]]) => {
    ssh ??= host.ssh();
    const done = await ssh.exec(argv, { timeoutMs: 60_000, cap: 65_536 });
    if (done.kind !== 'exit' || done.code !== 0) throw new Error(JSON.stringify(done));
    return done.stdout;
  };
  const says = (line: string) => bot.says('alice', line, { ms: MORE });
  const approved = async (line: string) => {
    const card = await says(line);
    expect(card.ticket?.state, card.text).toBe('waiting');
    await bot.presses('bob', card, 'approve', { until: () => true });
    return { card, done: await bot.sees('bob', card.id, ({ ticket }) => ticket?.state === 'done' || ticket?.state === 'failed', MORE) };
  };
  const snapshots = async (repository = '/backup/restic') =>
    JSON.parse(await on('env', 'RESTIC_PASSWORD=right-password', 'restic', '-r', repository, 'snapshots', '--json', '--no-lock')) as {
      short_id: string;
      paths: string[];
    }[];

  beforeAll(async () => {
    folder = new Folder();
    const port = await freePort();
    host = await startSystemd({ image: 'admin' });
    await on('sh', '-c', VAULT, 'sh', String(port));
    const right = folder.file('right');
    const wrong = folder.file('wrong');
    writeFileSync(right, 'right-password\n');
    writeFileSync(wrong, 'wrong-password\n');
    const paths = ['/srv/data'];
    const secret = { paths, password: `file:${right}` };
    const backups = {
      local: { tool: 'restic', repository: '/backup/restic', ...secret, keep: { last: 1 } },
      sftp: { tool: 'restic', repository: 'sftp:vault:/backup/sftp', ...secret },
      borg: { tool: 'borg', repository: 'ssh://vault/backup/borg', ...secret, keep: { last: 1 } },
      both: { tool: 'restic', repository: '/backup/restic', ...secret, paths: ['/srv/data', '/srv/other'] },
      'borg-old': { tool: 'borg', repository: 'ssh://vault/backup/borg', ...secret, paths: ['/srv/other'] },
      copy: { tool: 'rsync', repository: 'vault:/backup/rsync', paths },
      disk: { tool: 'rsync', repository: '/backup/disk', paths: ['/mnt/disk/in'] },
      'disk-restic': { tool: 'restic', repository: '/backup/restic', ...secret, paths: ['/mnt/disk'] },
      'disk-borg': { tool: 'borg', repository: 'ssh://vault/backup/borg', ...secret, paths: ['/mnt/disk', '/srv/other'] },
      many: { tool: 'rsync', repository: '/backup/many', paths: ['/srv/many'] },
      wrong: { tool: 'restic', repository: '/backup/restic', paths: ['/srv'], password: `file:${wrong}` },
      none: { tool: 'borg', repository: '/backup/none', ...secret },
      unmounted: { tool: 'restic', repository: '/backup/restic', ...secret, paths: ['/srv'], requiresMount: '/mnt/absent' },
      gone: { tool: 'restic', repository: '/backup/restic', password: `file:${right}`, paths: ['/srv/data', '/srv/gone'] },
    };
    // Written out whole: a configuration file takes no aliases.
    hosts = JSON.parse(JSON.stringify({ real: { ...hostOf(host), backups } }));
    bot = await realBot(hosts);
  }, BUILD_MS + MORE);
  afterAll(async () => {
    await bot?.close();
    await folder?.close();
    await host?.close();
  });

  it(
    'are made by restic, by restic over sftp, by borg and by rsync over ssh, listed in one table, and restored to a new folder, bytes and all',
    async () => {
      for (const name of ['local', 'sftp', 'borg', 'copy']) {
        const made = await says(`backup run real/${name}`);
        expect(made.ticket?.state, made.text).toBe('done');
      }
      const list = await says('backup list real/local real/sftp real/borg real/copy');
      for (const name of ['local', 'sftp', 'borg', 'copy']) expect(list.text).toMatch(new RegExp(`^real/${name} +2\\d\\d\\d-`, 'm'));
      for (const name of ['local', 'borg', 'copy']) {
        const { done } = await approved(`backup restore real/${name} --to /restore/${name}`);
        expect(done.ticket?.state, done.text).toBe('done');
        expect(await on('diff', '-r', '--no-dereference', '/srv/data', `/restore/${name}/srv/data`)).toBe('');
      }
      const { done } = await approved('backup restore real/borg --path /srv/data/a --to /restore/part');
      expect(done.ticket?.state, done.text).toBe('done');
      expect(readdirSync(at('restore/part/srv/data'))).toEqual(['a']);
      const nothing = await approved('backup restore real/local --path /srv/data/never --to /restore/never');
      expect(nothing.done.ticket?.state, nothing.done.text).toBe('failed');
      expect(nothing.done.text).toContain('nothing was restored');
    },
    3 * MORE,
  );

  it(
    'over what is there only when confirmed, and nothing is touched before',
    async () => {
      writeFileSync(at('srv/data/a'), 'changed by hand\n');
      const over = await says('backup restore real/local --over');
      expect(over.text).toContain('say --confirm real/local to write over it');
      const full = await says('backup restore real/local --to /restore/local');
      expect(full.text).toContain('/restore/local on real is not empty; nothing was done');
      expect(readFileSync(at('srv/data/a'), 'utf8')).toBe('changed by hand\n');
      // Who may pass the folders above, which no backup is of, stays as it was: borg makes them for itself, with rights for nobody else.
      const folders = () => on('stat', '-c', '%a %U %n', '/', '/srv', '/srv/data', '/tmp');
      const before = await folders();
      for (const [line, name] of [
        ['backup restore real/local --over --confirm real/local', 'restic'],
        ['backup restore real/borg --over --path /srv/data/a --confirm real/borg', 'borg'],
      ] as const) {
        writeFileSync(at('srv/data/a'), `changed by hand before ${name}\n`);
        const { card, done } = await approved(line);
        expect(card.text).toContain('WRITTEN OVER');
        expect(done.ticket?.state, done.text).toBe('done');
        expect(readFileSync(at('srv/data/a'), 'utf8')).toBe('first\n');
        expect(await folders(), name).toBe(before);
      }
    },
    3 * MORE,
  );

  it(
    'are refused with the reason: a wrong password, no repository, no mount, a path that is not there, a locked repository',
    async () => {
      expect((await says('backup run real/wrong')).text).toContain('the password of the configuration is not the repository’s');
      expect((await says('backup run real/none')).text).toContain('borg init -e repokey /backup/none');
      expect((await says('backup run real/unmounted')).text).toContain('/mnt/absent is not mounted on real');
      expect((await says('backup run real/gone')).text).toContain('there is no /srv/gone on real');
      expect((await says('backup run real/nosuch')).text).toContain('there is no backup “real/nosuch”');
      mkdirSync(at('backup/borg/lock.exclusive'));
      writeFileSync(at('backup/borg/lock.exclusive/other.1-0'), '');
      const locked = await says('backup run real/borg');
      expect(locked.ticket?.state, locked.text).toBe('failed');
      expect(locked.text).toContain('the repository is locked');
      await on('borg', 'break-lock', '/backup/borg');
      expect(await snapshots()).toHaveLength(1);
    },
    3 * MORE,
  );

  it(
    'are pruned as the card says: what the dry run names goes, and nothing else, whoever shares the repository; a mirror has nothing to prune',
    async () => {
      await on('sh', '-c', BEFORE);
      await says('backup run real/both real/borg-old');
      await says('backup run real/local real/borg');
      const before = await snapshots();
      expect(before.map(({ paths }) => paths.length)).toEqual([1, 1, 2, 1]);
      const archives = async () =>
        (JSON.parse(await on('env', 'BORG_PASSPHRASE=right-password', 'borg', 'list', '--json', 'ssh://vault/backup/borg')).archives as { name: string }[]).map(
          ({ name }) => name.replace(/:T.*/, ':T'),
        );
      const list = await says('backup list real/local real/both real/borg real/borg-old');
      const listed = (name: string) => list.text.match(new RegExp(`^real/${name} `, 'gm'))?.length;
      expect(['local', 'both', 'borg', 'borg-old'].map(listed), list.text).toEqual([3, 1, 3, 2]);
      expect(await archives()).toEqual(['real:borg:T', 'real-borg-T0123456789A', 'real-borg-old-T0123456789B', 'real:borg-old:T', 'real:borg:T']);
      for (const name of ['local', 'borg']) {
        const { card, done } = await approved(`backup prune real/${name}`);
        expect(card.text).toContain('removed (2)');
        if (name === 'local') expect(card.text).toMatch(new RegExp(`REMOVE.*${before[0]?.short_id}`));
        expect(done.ticket?.state, done.text).toBe('done');
      }
      expect((await snapshots()).map(({ short_id }) => short_id)).toEqual([before[2]?.short_id, before[3]?.short_id]);
      expect(await archives()).toEqual(['real-borg-old-T0123456789B', 'real:borg-old:T', 'real:borg:T']);
      // Where another backup's names fit, too, what has such a name is nobody's for sure: it stays, and that is said.
      await on('sh', '-c', UNSURE);
      const left = await says('backup prune real/borg');
      expect(left.text).toContain('nothing to remove');
      expect(left.text).toMatch(/may be another backup’s by their paths, tags or old names: real-borg-T0123456789C;/);
      expect((await says('backup prune real/copy --keep-last 1')).text).toContain('it keeps one state, so there is nothing to prune');
    },
    3 * MORE,
  );

  it(
    'are verified; of a damaged one it is said',
    async () => {
      await says('backup run real/copy'); // all of it, after what was restored over it
      // What is new or changed here since it was copied is no damage of the copy.
      writeFileSync(at('srv/data/new'), 'new\n');
      writeFileSync(at('srv/data/a'), 'changed since\n');
      for (const name of ['local', 'borg', 'copy']) {
        const good = await says(`backup verify real/${name}`);
        expect(good.ticket?.state, good.text).toBe('done');
      }
      expect((await says('backup truth real')).text).toMatch(/^real\/local.* good$/m);
      const damage = (file: string) => {
        const bytes = readFileSync(file);
        bytes[5000] = (bytes[5000] ?? 0) ^ 255;
        writeFileSync(file, bytes);
      };
      const largest = (folderOf: string) =>
        (readdirSync(folderOf, { recursive: true, encoding: 'utf8' }) as string[])
          .map((name) => join(folderOf, name))
          .filter((file) => statSync(file).isFile())
          .sort((a, b) => statSync(b).size - statSync(a).size)[0] ?? '';
      damage(largest(at('backup/restic/data')));
      damage(largest(at('backup/borg/data')));
      await on(
        'sh',
        '-c',
        'f=/backup/rsync/srv/data/sub/b; touch -r $f /tmp/t; printf X | dd of=$f bs=1 seek=5000 conv=notrunc 2>/dev/null; touch -r /tmp/t $f',
      );
      const bad = async (name: string, ...said: string[]) => {
        const seen = await says(`backup verify real/${name} --again`);
        expect(seen.ticket?.state, seen.text).toBe('failed');
        for (const words of said) expect(seen.text).toContain(words);
      };
      await bad('local', 'repository contains errors');
      await bad('borg', 'Data integrity error');
      await bad('copy', '1 of them damaged');
      // A copy that lost what was in it, which is still here as it was.
      await on('rm', '/backup/rsync/srv/data/sub/b', '/backup/rsync/srv/data/link');
      await bad('copy', '2 of them damaged', "'/srv/data/sub/b'");
      await on('rm', '-r', '/backup/rsync/srv');
      await bad('copy', 'nothing of it is in the copy');
      expect((await says('backup truth real')).text).toMatch(/^real\/copy.* never verified$/m);
    },
    3 * MORE,
  );

  it(
    'are not made of a disk that is not there, of nothing, or so that a copy loses most of what it has, unless that is meant',
    async () => {
      const sh = (script: string) => on('sh', '-c', script);
      const refused = async (line: string, ...said: string[]) => {
        const card = await says(line);
        expect(card.ticket?.state, card.text).not.toBe('done');
        for (const words of said) expect(card.text).toContain(words);
      };
      await sh('mkdir -p /mnt/disk /srv/many; mount -t tmpfs disk /mnt/disk; mkdir /mnt/disk/in; touch /mnt/disk/in/a; cd /srv/many; touch $(seq 20)');
      for (const name of ['disk', 'disk-restic', 'disk-borg', 'many']) {
        const made = await says(`backup run real/${name}`);
        expect(made.ticket?.state, made.text).toBe('done');
      }
      const states = (await snapshots()).length;

      // As the host's own configuration says that it is mounted; below it lies what was there before it.
      await sh("umount /mnt/disk; mkdir /mnt/disk/in; cp /etc/fstab /tmp/fstab; echo 'disk /mnt/disk tmpfs noauto 0 0' >>/etc/fstab");
      for (const name of ['disk', 'disk-borg']) await refused(`backup run real/${name}`, '/mnt/disk is not mounted on real', 'mount it first');
      await sh("cp /tmp/fstab /etc/fstab; printf '[Mount]\\nWhat=disk\\nWhere=/mnt/disk\\nType=tmpfs\\n' >/etc/systemd/system/mnt-disk.mount");
      await refused('backup run real/disk', '/mnt/disk is not mounted on real');
      await sh('rm /etc/systemd/system/mnt-disk.mount');

      // As nothing says that it should be.
      await refused('backup run real/disk', 'there is no file in /mnt/disk/in on real', '--confirm real/disk');
      await refused('backup run real/disk-restic', 'there is no file in /mnt/disk on real', '--confirm real/disk-restic');
      await refused(
        'backup run real/disk-borg',
        '/mnt/disk held files at the last backup, and holds none now',
        'backup run real/disk-borg --confirm real/disk-borg',
      );
      expect(existsSync(at('backup/disk/mnt/disk/in/a'))).toBe(true);
      expect(await snapshots()).toHaveLength(states);
      const { done } = await approved('backup run real/disk-borg --confirm real/disk-borg');
      expect([done.ticket?.state, done.text]).toEqual(['done', expect.stringContaining('WARNING: there is no file in /mnt/disk')]);

      // A copy of which most would go, asked for or by its timer; what is replaced is no loss.
      const copied = () => readdirSync(at('backup/many/srv/many')).length;
      await sh('cd /srv/many; rm $(seq 6 20)');
      await refused('backup run real/many', 'of the copy 15 would go', 'backup run real/many --confirm real/many');
      const timer = await approved('backup schedule real/many --at 03:00');
      expect(timer.done.ticket?.state, timer.done.text).toBe('done');
      await sh('! systemctl start hostler-backup-many.service');
      expect(await sh('journalctl -u hostler-backup-many.service -o cat --no-pager')).toContain('of the copy 15 would go');
      await sh("echo 'disk /srv tmpfs noauto 0 0' >>/etc/fstab; ! systemctl start hostler-backup-many.service; cp /tmp/fstab /etc/fstab");
      expect(await sh('journalctl -u hostler-backup-many.service -o cat --no-pager')).toContain('/srv/many is on /srv, which is not mounted; nothing was done');
      expect(copied()).toBe(20);
      const smaller = await approved('backup run real/many --confirm real/many');
      expect(smaller.done.ticket?.state, smaller.done.text).toBe('done');
      await sh('cd /srv/many; for f in *; do mv $f new-$f; done; systemctl start hostler-backup-many.service');
      expect(readdirSync(at('backup/many/srv/many'))).toEqual(['new-1', 'new-2', 'new-3', 'new-4', 'new-5']);
      expect((await says('backup run real/many --confirm real/disk')).text).toContain('--confirm names real/disk, which this does not back up');
    },
    3 * MORE,
  );

  it(
    'are made once when the worker is killed in the middle',
    async () => {
      const { url } = await folder.redis('redis', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction');
      const config = folder.config('config.yaml', {
        ...{ practice: true, sites: { lab: {} }, hosts },
        people: { alice: { name: 'Alice', roles: ['operator'] } },
        roles: { operator: { grants: [{ commands: ['*'], hosts: ['*'], upTo: 'high' }] } },
      });
      const start = (home: string, ...words: string[]) => folder.hostler([...words, '--redis', url], { home: folder.file(home) });
      const desk = start('desk', 'desk', '--config', config).says('is ready', MORE);
      await Promise.all([desk, start('gateway', 'gateway', '--port', '0').says('is ready', MORE)]);
      const first = await start('worker1', 'worker', '--site', 'lab').says('is ready', MORE);
      const console = readConsoleFile(folder.file('gateway'));
      if (!console) throw new Error('the gateway has written no console.json');
      const people = new People(console);
      const before = (await snapshots('/backup/sftp')).length;
      writeFileSync(at('srv/data/new'), randomBytes(40_000_000));
      const card = await people.says('alice', 'backup run real/sftp', { until: ({ ticket }) => ticket?.state === 'running', ms: MORE });
      const running = () =>
        processes('cmdline', (text) => text.startsWith('restic\0-r\0sftp:vault:/backup/sftp\0backup')).filter((pid) => host.pids().includes(pid));
      await until('restic', () => running().length > 0);
      for (const pid of running()) process.kill(pid, 'SIGSTOP');
      first.child.kill('SIGKILL');
      await until('the end of the worker', () => first.child.signalCode !== null);
      for (const pid of running()) process.kill(pid, 'SIGCONT');
      await start('worker2', 'worker', '--site', 'lab').says('is ready', MORE);
      const done = await people.sees('alice', card.id, undefined, MORE);
      people.close();
      expect(done.ticket?.state, done.text).toBe('done');
      expect(await snapshots('/backup/sftp')).toHaveLength(before + 1);
      expect(existsSync(at('var/lib/hostler/backups/real-sftp/last'))).toBe(true);
    },
    4 * MORE,
  );
});
