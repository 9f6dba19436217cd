import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { closeAll, ownFolders, runs, start, stop, until } from '../support/real/processes.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';

/** a 192.0.2.1/24 ── 192.0.2.254 router 198.51.100.254 ── 198.51.100.1/24 b, each in a network of its own. */
const able = needs(['root', 'sshd', 'ssh-keygen', 'unshare', 'nsenter', 'ip', 'nft', 'ping', 'bash']);

let nets: ReturnType<typeof start>[] = [];
const hosts: Sshd[] = [];
const dir = mkdtempSync(join(tmpdir(), 'hostler-netcheck-'));
let bot: RealBot | undefined;
const within = (net: number, ...argv: string[]) => runs('nsenter', `--net=/proc/${nets[net]?.pid}/ns/net`, ...argv);
const [A, R, B] = [0, 1, 2] as const;

beforeAll(async () => {
  if (!able) return;
  nets = [A, R, B].map(() => start(['unshare', '--net', 'sleep', 'infinity']));
  await until('networks of their own', () => nets.every(({ pid }) => runs('readlink', `/proc/${pid}/ns/net`) !== runs('readlink', '/proc/self/ns/net')));
  within(R, 'ip', 'link', 'add', 'toa', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(nets[A]?.pid));
  within(R, 'ip', 'link', 'add', 'tob', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(nets[B]?.pid));
  for (const net of [A, R, B]) within(net, 'ip', 'link', 'set', 'lo', 'up');
  for (const [net, dev, address] of [
    [R, 'toa', '192.0.2.254/24'],
    [R, 'tob', '198.51.100.254/24'],
    [A, 'eth0', '192.0.2.1/24'],
    [B, 'eth0', '198.51.100.1/24'],
  ] as const) {
    within(net, 'ip', 'address', 'add', address, 'dev', dev);
    within(net, 'ip', 'link', 'set', dev, 'up');
  }
  within(A, 'ip', 'route', 'add', 'default', 'via', '192.0.2.254');
  within(B, 'ip', 'route', 'add', 'default', 'via', '198.51.100.254');
  within(R, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward');
  // Each sshd listens on this computer's loopback, and what it is asked to run runs in the host's own network.
  for (const [net, names] of [
    [A, '198.51.100.1 b\n'],
    [B, '192.0.2.9 a\n'],
  ] as const) {
    const file = join(dir, String(net));
    writeFileSync(file, names);
    const folders = ownFolders(`mount --bind ${file} /etc/hosts`);
    hosts.push(
      await startSshd({
        ...(folders ? { within: folders } : {}),
        also: `ForceCommand exec nsenter --net=/proc/${nets[net]?.pid}/ns/net sh -c "$SSH_ORIGINAL_COMMAND"`,
      }),
    );
  }
  const [a, b] = hosts;
  if (!a || !b) throw new Error('no hosts');
  bot = await realBot({ a: { ...hostOf(a), at: '192.0.2.1' }, b: { ...hostOf(b), at: '198.51.100.1' } });
}, 60_000);
afterAll(async () => {
  await closeAll(bot, ...hosts).finally(() => Promise.all(nets.map(stop)));
  rmSync(dir, { recursive: true, force: true });
});

const check = async (line: string) => (await bot?.says('alice', line))?.text ?? '';

it.runIf(able)(
  'finds two hosts that reach each other, and a port that only one of them has',
  async () => {
    const listener = start(['nsenter', `--net=/proc/${nets[B]?.pid}/ns/net`, process.execPath, '-e', 'require("net").createServer().listen(5432)']);
    await expect.poll(() => within(B, 'ss', '-Hltn', 'sport', '=', '5432')).toContain('5432');
    const text = await check('net check a b --ports 5432');
    expect(text).toContain('from b to a closed: 5432');
    expect(text).toContain('b resolves a to 192.0.2.9, not to 192.0.2.1');
    expect(text).toMatch(/came back +3\/3 +3\/3/);
    expect(text).toMatch(/path MTU +1500 of 1500 +1500 of 1500/);
    expect(text).toContain('eth0 via 192.0.2.254 src 192.0.2.1');
    expect(text).toMatch(/port 5432 +open +refused/);
    await stop(listener);
  },
  30_000,
);

it.runIf(able)(
  'tells a path that swallows large packets from one that says so',
  async () => {
    within(R, 'ip', 'link', 'set', 'tob', 'mtu', '1400');
    within(
      R,
      'nft',
      'add table ip hole; add chain ip hole out { type filter hook output priority 0; }; add rule ip hole out icmp type destination-unreachable drop',
    );
    const hole = await check('net check a b');
    expect(hole).toContain('from a to b packets above 1400 bytes vanish without a word');
    expect(hole).toMatch(/path MTU +1400 of 1500/);
    within(R, 'nft', 'delete table ip hole');
    within(B, 'ip', 'link', 'set', 'eth0', 'mtu', '1400');
    const told = await check('net check a b');
    expect(told).toContain('from a to b packets of at most 1400 bytes pass');
    expect(told).not.toContain('vanish');
    expect(told).toMatch(/path MTU +1400 of 1500 +1400 of 1400/);
    within(R, 'ip', 'link', 'set', 'tob', 'mtu', '1500');
  },
  30_000,
);

it.runIf(able)(
  'says where it ends: a firewall on one side, nobody on the wire, no route, an address that is no host',
  async () => {
    within(
      B,
      'nft',
      'add table ip wall; add chain ip wall in { type filter hook input priority 0; }; add rule ip wall in icmp type echo-request drop; add rule ip wall in tcp flags syn drop',
    );
    expect(await check('net check a b --ports 22')).toContain('a does not reach b, the other way works: look for a firewall between them');
    within(B, 'nft', 'delete table ip wall');
    expect(await check('net check a 192.0.2.77')).toContain('a does not reach 192.0.2.77: 192.0.2.77 does not answer on eth0 (ARP)');
    within(A, 'ip', 'route', 'del', 'default');
    expect(await check('net check a b')).toContain('a has no route to b: Network is unreachable');
    expect(await check('net check a 192.0.2.254')).toContain('a reaches 192.0.2.254');
    expect(await check('net check a a')).toContain('name two');
  },
  60_000,
);
