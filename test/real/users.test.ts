import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ssh } from '../../src/hosts/ssh.ts';
import { needs } from '../support/real/have.ts';
import { machineBot } from '../support/real/machinebot.ts';
import { BUILD_MS, SYSTEMD, type SystemdHost, startSystemd } from '../support/real/systemd.ts';

describe.skipIf(!needs([...SYSTEMD, 'ssh', 'ssh-keygen']))('accounts of a real Debian', () => {
  let machine: SystemdHost;
  let ssh: Ssh | undefined;
  let bot: Awaited<ReturnType<typeof machineBot>>;
  const dir = mkdtempSync(join(tmpdir(), 'hostler-users-'));
  const key = (name: string, ...how: string[]) => {
    execFileSync('ssh-keygen', ['-q', '-N', '', '-C', `${name}@example.org`, '-f', join(dir, name), ...how]);
    const [, fingerprint = ''] = execFileSync('ssh-keygen', ['-lf', join(dir, `${name}.pub`)], { encoding: 'utf8' }).split(' ');
    return { line: readFileSync(join(dir, `${name}.pub`), 'utf8').trim(), fingerprint };
  };
  beforeAll(async () => {
    machine = await startSystemd();
    bot = await machineBot(machine);
  }, BUILD_MS);
  afterAll(async () => {
    await bot?.close();
    await machine?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function on(...argv: [string, ...string[]]): Promise<string> {
    ssh ??= machine.ssh();
    const exec = await ssh.exec(argv, { timeoutMs: 20_000, cap: 100_000 });
    return exec.kind === 'exit' ? exec.stdout : exec.kind;
  }
  /** All that says who there is, without the backups that programs leave, and without homes. */
  const world = () =>
    on(
      'sh',
      '-c',
      'cat /etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/subuid /etc/subgid; find /home -printf "%p %u %g %m\\n" | sort; find /home -type f -path "*/.ssh/*" -exec ls -ln {} + -exec cat {} +',
    );
  const shadow = (name: string) => on('grep', `^${name}:`, '/etc/shadow');
  /** Whether OpenSSH lets them in by that key. */
  const mayEnter = (user: string, name: string) => {
    const options = ['BatchMode=yes', 'StrictHostKeyChecking=no', `UserKnownHostsFile=${join(dir, 'known')}`, 'IdentitiesOnly=yes', 'ConnectTimeout=10'];
    try {
      const words = [...options.flatMap((option) => ['-o', option]), '-i', join(dir, name), '-p', String(machine.port), `${user}@127.0.0.1`, 'echo in'];
      return execFileSync('ssh', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000 }).trim() === 'in';
    } catch {
      return false;
    }
  };

  it('adds one that only its key opens, locks it, and puts back exactly what was', async () => {
    const before = await world();
    const maria = key('maria', '-t', 'ed25519');
    const added = await bot.done(`user add maria m1 --comment "Maria Example" --groups users --key "${maria.line}"`);
    expect(await shadow('maria')).toMatch(/^maria:!:/);
    expect(mayEnter('maria', 'maria')).toBe(true);
    expect(await on('stat', '-c', '%U %a', '/home/maria/.ssh', '/home/maria/.ssh/authorized_keys')).toBe('maria 700\nmaria 600\n');
    expect((await bot.done('user list m1')).text).toMatch(/maria +1\d{3} +Maria Example +disabled +never +1 /);

    // A password of somebody else's making: a lock must give it back as it was.
    await on('sh', '-c', "usermod -p '$y$j9T$not$ahash' -e 2031-05-06 maria");
    const line = await shadow('maria');
    const locked = await bot.done('user lock maria m1');
    expect(locked.text).toContain('neither password nor key');
    expect(await shadow('maria')).toMatch(/^maria:!\$y\$j9T\$not\$ahash:.*:1:$/m);
    expect(mayEnter('maria', 'maria')).toBe(false);
    await bot.done(`undo ${locked.id}`);
    expect(await shadow('maria')).toBe(line);
    expect(mayEnter('maria', 'maria')).toBe(true);

    const ended = await bot.done('user expire maria m1 2020-01-01');
    expect(mayEnter('maria', 'maria')).toBe(false);
    await bot.done(`undo ${ended.id}`);
    expect(await shadow('maria')).toBe(line);
    await bot.done(`undo ${added.id}`);
    expect(await world()).toBe(before);
  }, 90_000);

  it('locks one that had no password at all, and unlocks it as it was', async () => {
    await on('useradd', '-m', 'olga');
    const line = await shadow('olga');
    const locked = await bot.done('user lock olga m1');
    expect(await shadow('olga')).toMatch(/^olga:!:.*:1:$/m);
    await bot.done(`undo ${locked.id}`);
    expect(await shadow('olga')).toBe(line);
    await bot.done('user remove olga m1 --confirm olga');
    expect(await on('sh', '-c', 'getent passwd olga; ls /home')).toBe('olga\n');
  }, 40_000);

  it('adds and removes keys as the account itself, and nothing else of the file changes', async () => {
    await on('useradd', '-m', '-s', '/bin/bash', 'ana');
    const [first, second] = [key('ana1', '-t', 'ed25519'), key('ana2', '-t', 'ecdsa')];
    const before = await world();
    const one = await bot.done(`user key add ana m1 "${first.line}"`);
    const between = await world();
    const two = await bot.done(`user key add ana m1 "from=\\"127.0.0.1\\" ${second.line}"`);
    expect(mayEnter('ana', 'ana1') && mayEnter('ana', 'ana2')).toBe(true);
    const shown = (await bot.done('user keys ana m1')).text;
    expect(shown).toContain(first.fingerprint);
    expect(shown).toContain(second.fingerprint);
    expect(shown).not.toContain(second.line.split(' ')[1]);
    await bot.done(`undo ${two.id}`);
    expect(await world()).toBe(between);
    expect(mayEnter('ana', 'ana2')).toBe(false);
    await bot.done(`undo ${one.id}`);
    expect(await world()).toBe(before);
  }, 60_000);

  it('refuses what is no key, a weak one, and whatever would keep the bot out', async () => {
    const weak = key('weak', '-t', 'rsa', '-b', '1024');
    const own = (await on('ssh-keygen', '-lf', '/root/.ssh/authorized_keys')).split(' ')[1];
    const refused = async (line: string) => (await bot.done(line, 'refused')).text;
    expect(await refused('user key add ana m1 "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA nonsense"')).toContain('no public SSH key');
    expect(await refused(`user key add ana m1 "${weak.line}"`)).toContain('too weak');
    expect(await refused(`user key remove root m1 ${own}`)).toContain('the bot itself');
    expect(await refused('user lock root m1')).toContain('the bot’s own account');
    expect(await refused('user remove daemon m1 --confirm daemon')).toContain('account of the system');
    expect(await refused('user remove ana m1 --confirm anna')).toContain('--confirm');
    expect(await refused('user lock an m1')).toContain('did you mean ana');
    expect(await refused('user add eva m1 --groups nosuch')).toContain('no group nosuch');
    expect(await refused('user add eva m1 --shell /bin/nosuch')).toContain('no login shell');
  }, 60_000);

  it('marks an empty password, and says who may become root', async () => {
    await on(
      'sh',
      '-c',
      "useradd -m open; usermod -p '' open; useradd -m boss; echo 'boss ALL=(ALL) ALL' >/etc/sudoers.d/boss || { mkdir /etc/sudoers.d; echo 'boss ALL=(ALL) ALL' >/etc/sudoers.d/boss; }",
    );
    expect((await bot.done('user list m1')).text).toMatch(/open +\d+ +EMPTY: anybody gets in/);
    expect((await bot.done('user sudo m1')).text).toMatch(/boss +sudoers/);
    expect((await bot.done('user who m1')).ticket?.state).toBe('done');
  }, 30_000);
});
