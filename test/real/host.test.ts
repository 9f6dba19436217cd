import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import type { Ssh } from '../../src/hosts/ssh.ts';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { until } from '../support/real/processes.ts';
import { BUILD_MS, SYSTEMD, type SystemdHost, startSystemd } from '../support/real/systemd.ts';

describe.skipIf(!needs(SYSTEMD))('a real host', () => {
  let machine: SystemdHost;
  let ssh: Ssh;
  let bot: RealBot;
  beforeAll(async () => {
    machine = await startSystemd({ image: 'admin' });
    ssh = machine.ssh();
    bot = await realBot({ real: hostOf(machine) });
  }, BUILD_MS);
  afterAll(async () => {
    await bot?.close();
    await machine?.close();
  });

  const out = async (...argv: [string, ...string[]]) => {
    const exec = await ssh.exec(argv, { timeoutMs: 30_000, cap: 10_000 });
    return exec.kind === 'exit' ? exec.stdout.trim() : exec.kind;
  };
  const says = (line: string) => bot.says('alice', line, { ms: 60_000 });
  const rows = (card: FlatCard) => card.blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []));
  const bootId = () => out('cat', '/proc/sys/kernel/random/boot_id');

  it('says what it is and what it is made of', async () => {
    const info = await says('host info real');
    const [, system, kernel, , processor, memory, virtual] = rows(info)[0] ?? [];
    expect(system, info.text).toBe(/^PRETTY_NAME="(.*)"$/m.exec(await out('cat', '/etc/os-release'))?.[1]);
    expect(kernel).toBe(`${await out('uname', '-r')} ${await out('uname', '-m')}`);
    expect(processor).toMatch(new RegExp(`^${await out('nproc')} × \\S`));
    expect(memory).toMatch(/^\d[\d.]* [MG]iB$/);
    expect(virtual).toBe('systemd-nspawn');
    const made = await says('host hardware real');
    expect(made.ticket?.state, made.text).toBe('done');
    expect(made.text).toContain('sockets');
  });

  it('says what is not well, and what to do', async () => {
    await out('systemd-run', '--unit=broken', 'false');
    await until('the unit failed', async () => (await out('systemctl', 'is-failed', 'broken.service')) === 'failed');
    await out('touch', '/run/reboot-required');
    const card = await says('host health real');
    expect(card.text).toContain('failed: broken.service');
    expect(card.text).toContain('`svc show broken.service real`'.replaceAll('`', ''));
    expect(card.text).toContain('a reboot is needed');
    await out('sh', '-c', 'systemctl reset-failed; rm /run/reboot-required');
    expect((await says('host health real')).text).not.toContain('broken.service');
  });

  it('sets a time zone, and takes it back', async () => {
    const before = await out('timedatectl', 'show', '-p', 'Timezone', '--value');
    const done = await says('host timezone set Asia/Shanghai real');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(await out('date', '+%z')).toBe('+0800');
    expect((await says('host timezone set Asia/Shanghai real')).text).toContain('already Asia/Shanghai');
    expect((await says('host timezone set Asia/Shangai real')).text).toContain('Asia/Shanghai');
    await bot.presses('alice', done, 'undo');
    await until('the old zone', async () => (await out('timedatectl', 'show', '-p', 'Timezone', '--value')) === before);
  });

  it('renames it, in /etc/hosts too, and takes it back', async () => {
    await out('sh', '-c', 'printf "127.0.0.1\\tlocalhost\\n127.0.1.1\\t$(hostname).example.org $(hostname) # own\\n192.0.2.1\\t$(hostname)\\n" >/etc/hosts');
    const [old, hosts] = [await out('hostname'), await out('cat', '/etc/hosts')];
    const waits = await says('host rename real renamed');
    const done = await bot.presses('bob', waits, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(await out('hostname')).toBe('renamed');
    expect(await out('cat', '/etc/hostname')).toBe('renamed');
    expect(await out('cat', '/etc/hosts')).toContain('127.0.1.1\trenamed.example.org renamed # own');
    expect(await out('cat', '/etc/hosts')).toContain(`192.0.2.1\t${old}`);
    const back = await says(`host rename real ${old}`);
    await bot.presses('bob', back, 'approve');
    expect([await out('hostname'), await out('cat', '/etc/hosts')]).toEqual([old, hosts]);
  });

  it('is not renamed while it is a member of a cluster', async () => {
    await out('mkdir', '-p', '/var/lib/etcd/member');
    expect((await says('host rename real other')).text).toContain('member of a cluster (etcd)');
    await out('rm', '-r', '/var/lib/etcd');
  });

  it('takes back a shutdown that somebody announced', async () => {
    expect((await says('host cancel real')).text).toContain('no shutdown is announced');
    await out('shutdown', '-P', '+30');
    const refused = await says('host reboot real');
    expect(refused.text).toContain('goes down already: poweroff');
    const done = await says('host cancel real');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(await out('sh', '-c', 'cat /run/systemd/shutdown/scheduled 2>/dev/null')).toBe('');
  });

  it('takes the reboot back when the request is cancelled before it goes down', async () => {
    const before = await bootId();
    const running = await bot.presses('bob', await says('host reboot real --delay 20m'), 'approve', {
      until: ({ text }) => text.includes('1/2') || text.includes('1/3'),
    });
    expect(await out('cat', '/run/systemd/shutdown/scheduled')).toContain('MODE=reboot');
    const ended = await bot.presses('alice', running, 'cancel');
    expect(ended.ticket?.state, ended.text).toBe('cancelled');
    expect(await out('sh', '-c', 'cat /run/systemd/shutdown/scheduled 2>/dev/null')).toBe('');
    expect(await bootId()).toBe(before);
  });

  it('takes the time from a server that answers, and gives it up again', async () => {
    // Loopback addresses of its own, as the network is this computer's.
    const address = `127.${process.pid % 250}.${1 + (Math.floor(process.pid / 250) % 250)}.77`;
    const [good, path] = [address, '/etc/chrony/sources.d/hostler.sources'];
    await write(
      '/root/server.conf',
      `local stratum 3\nbindaddress ${good}\nallow 127.0.0.0/8\ncmdport 0\nbindcmdaddress /run/server.sock\npidfile /run/server.pid\n`,
    );
    await write('/etc/chrony/chrony.conf', 'sourcedir /etc/chrony/sources.d\nport 0\ncmdport 0\n');
    expect((await says('host ntp set real 192.0.2.1')).text).toContain('neither chrony nor systemd-timesyncd runs');
    await out('systemd-run', '--unit=server', 'chronyd', '-d', '-x', '-f', '/root/server.conf');
    await out('systemd-run', '--unit=client', 'chronyd', '-d', '-x');
    await until('chronyd', async () => (await out('chronyc', '-c', 'tracking')).includes(','));
    expect(rows(await says('host ntp show real'))[0]).toEqual(['real', 'chrony', 'NO', '-', '', '-', '']);
    const done = await says(`host ntp set real ${good}`);
    expect(done.ticket?.state, done.text).toBe('done');
    const shown = await says('host ntp show real');
    const [, by, , server, stratum, offset, state] = rows(shown)[0] ?? [];
    expect([by, server, stratum, state], shown.text).toEqual(['chrony', good, 3, 'followed']);
    expect(offset).toMatch(/^-?\d+\.\d{3} ms$/);
    expect((await says(`host ntp set real ${good}`)).text).toContain(`already asks ${good}`);
    await bot.presses('alice', done, 'undo');
    await until('the file is gone', async () => (await out('sh', '-c', `[ -e ${path} ] || echo gone`)) === 'gone');
    await until('chrony has no servers', async () => (await out('chronyc', '-c', 'sources')) === '');
    await out('systemctl', 'stop', 'server', 'client');
  });

  it('proves a reboot by another boot id', async () => {
    const before = await bootId();
    const waits = await says('host reboot real --delay 20m');
    const done = bot.presses('bob', waits, 'approve');
    await until('it is announced', async () => (await out('sh', '-c', 'cat /run/systemd/shutdown/scheduled 2>/dev/null')).includes('reboot'));
    await machine.reboot(); // nobody waits for the minute
    expect((await done).ticket?.state).toBe('done');
    expect(await bootId()).not.toBe(before);
  });

  it('switches it off only for who says its name twice, and sees that it no longer answers', async () => {
    expect((await says('host shutdown real --confirm rael')).text).toContain('is not the name');
    const waits = await says('host shutdown real --confirm real --delay 20m');
    expect(waits.text).toContain('NOBODY CAN SWITCH IT ON FROM HERE');
    const done = bot.presses('bob', waits, 'approve');
    await until('it is announced', async () => (await out('sh', '-c', 'cat /run/systemd/shutdown/scheduled 2>/dev/null')).includes('poweroff'));
    await out('systemctl', 'poweroff', '--no-block');
    expect((await done).ticket?.state).toBe('done');
  });

  const write = (path: string, text: string) => out('sh', '-c', 'printf "%s" "$2" >"$1"', 'sh', path, text);
});
