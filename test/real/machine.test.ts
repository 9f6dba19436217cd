import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Argv } from '../../src/core/types.ts';
import type { Ssh } from '../../src/hosts/ssh.ts';
import { needs } from '../support/real/have.ts';
import { processes, until } from '../support/real/processes.ts';
import { BUILD_MS, SYSTEMD, type SystemdHost, startSystemd } from '../support/real/systemd.ts';

async function ask(ssh: Ssh, ...argv: Argv): Promise<string> {
  const done = await ssh.exec(argv, { timeoutMs: 20_000, cap: 65_536 });
  if (done.kind !== 'exit' || done.code !== 0) throw new Error(JSON.stringify(done));
  return done.stdout.trim();
}

describe.skipIf(!needs(SYSTEMD))('a machine booted by systemd', () => {
  let host: SystemdHost;
  let ssh: Ssh;
  beforeAll(async () => {
    host = await startSystemd();
    ssh = host.ssh();
  }, BUILD_MS + 60_000);
  afterAll(() => host?.close());

  it('runs, and runs units', async () => {
    expect(await ask(ssh, 'systemctl', 'is-system-running', '--wait')).toBe('running');
    expect(await ask(ssh, 'systemd-run', '--quiet', '--wait', '--pipe', '--unit', 'probe', 'grep', '^0::', '/proc/self/cgroup')).toBe(
      '0::/system.slice/probe.service',
    );
  });

  it('has its own processes and files, seen from here', async () => {
    await ask(ssh, 'systemd-run', '--quiet', '--unit', 'sleeper', 'sleep', '4711');
    const sleepers = () => {
      const all = processes('cmdline', (text) => text.split('\0')[1] === '4711');
      return host.pids().filter((pid) => all.includes(pid));
    };
    await until('the sleeper', () => sleepers().length === 1); // systemd-run does not wait for its exec
    await ask(ssh, 'systemctl', 'stop', 'sleeper');
    expect(sleepers()).toEqual([]);
    writeFileSync(join(host.root, 'var/lib/note'), 'from outside');
    expect(await ask(ssh, 'cat', '/var/lib/note')).toBe('from outside');
    expect(existsSync('/var/lib/note')).toBe(false);
  });

  it.each(['reboot', 'kill'] as const)('has another boot id and the same files after %s', async (how) => {
    const before = await ask(host.ssh(), 'cat', '/proc/sys/kernel/random/boot_id');
    await ask(host.ssh(), 'sh', '-c', 'echo kept >/var/lib/kept && echo gone >/run/gone');
    await host[how]();
    const after = host.ssh();
    expect(await ask(after, 'cat', '/proc/sys/kernel/random/boot_id')).not.toBe(before);
    expect(await ask(after, 'cat', '/proc/sys/kernel/random/boot_id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await ask(after, 'cat', '/var/lib/kept')).toBe('kept');
    expect(existsSync(join(host.root, 'run/gone'))).toBe(false);
    expect(await ask(after, 'systemctl', 'is-system-running', '--wait')).toBe('running');
  });

  it.each(['v1', 'host'] as const)('can have other control groups (%s), beside another machine, and leaves nothing behind', async (cgroups) => {
    const other = await startSystemd({ cgroups });
    const pids = other.pids();
    const name = other.claim().replace(/-0$/, '');
    const folders = () =>
      [tmpdir(), '/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd']
        .filter((folder) => existsSync(folder))
        .flatMap((folder) => readdirSync(folder).map((entry) => join(folder, entry.toLowerCase())))
        .filter((path) => basename(path) === name);
    expect(folders().length).toBeGreaterThan(1);
    try {
      const groups = await ask(other.ssh(), 'systemd-run', '--quiet', '--wait', '--pipe', '--unit', 'probe', 'cat', '/proc/self/cgroup');
      expect(groups).toMatch(/:(name=systemd)?:\/system\.slice\/probe\.service$/m);
    } finally {
      await other.close();
    }
    expect(pids.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    expect(folders()).toEqual([]);
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain('hostler-systemd-');
  });
});
