import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { portOf, runs, start, stop, until } from './processes.ts';
import { SYSTEMD, type SystemdHost, type SystemdOptions, startSystemd } from './systemd.ts';

/** What `needs` must find for a host with a network of its own. */
export const NETNS = [...SYSTEMD, 'ip', 'nsenter'] as const;

/**
 * A whole host with a network of its own, and what is around it: a client, from which the bot reaches its sshd, behind a gateway.
 *
 *     client 198.51.100.2 ── 198.51.100.1 gateway 192.0.2.1 ── eth0 192.0.2.10 host
 *
 * The host's link is `eth0`, its gateway 192.0.2.1; the gateway also is 203.0.113.1, which is reached by no other way.
 */
export interface NetHost {
  readonly machine: SystemdHost;
  /** Of the configuration of a bot. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the namespaces, for `ip netns`. */
  readonly names: { readonly host: string; readonly gateway: string; readonly client: string };
  /** Runs a program as root in the host, by no network; its output. Throws when it fails. */
  exec(...argv: readonly [string, ...string[]]): string;
  /** Runs a program of this computer in one of the namespaces; its output. Throws when it fails. */
  at(where: 'host' | 'gateway' | 'client', ...argv: readonly [string, ...string[]]): string;
  /** Whether a new connection from the client is greeted by sshd within so many milliseconds. */
  answers(ms?: number): Promise<boolean>;
  /** Gives the host's link its address and route, as it had them at the start; after a reboot, too. */
  address(): void;
  close(): Promise<void>;
}

/** Dials from another network for whoever connects to a socket in the file system. */
const DIALER = `const net = require('node:net'); const [path, host, port] = process.argv.slice(1);
net.createServer({ allowHalfOpen: true }, (near) => {
  const far = net.connect({ host, port: Number(port), allowHalfOpen: true });
  const timer = setTimeout(() => far.destroy(), 4000);
  far.once('connect', () => clearTimeout(timer));
  for (const [a, b] of [[near, far], [far, near]]) { a.pipe(b); a.on('error', () => b.destroy()); a.once('close', () => b.destroy()); }
}).listen(path)`;

/** How its link is configured, by ifupdown2, which is the only one to configure it. */
const INTERFACES = `auto lo
iface lo inet loopback

auto eth0
iface eth0 inet static
    address 192.0.2.10/24
    gateway 192.0.2.1
`;
const OTHERS = ['NetworkManager.service', 'systemd-networkd.service', 'systemd-networkd.socket'] as const;

/** Starts one; root only. */
export async function startNetHost(options: Omit<SystemdOptions, 'net'> = {}): Promise<NetHost> {
  const dir = mkdtempSync(join(tmpdir(), 'hostler-net-'));
  const mark = `hostler-${process.pid}-${Math.random().toString(36).slice(2, 6)}`;
  const names = { host: `${mark}h`, gateway: `${mark}g`, client: `${mark}c` };
  const all = Object.values(names);
  const ip = (...args: string[]) => runs('ip', ...args);
  const open = new Set<Socket>();
  const undo: (() => Promise<unknown> | unknown)[] = [];
  const close = async () => {
    for (const one of undo.splice(0).reverse()) await one();
  };
  try {
    undo.push(() => rmSync(dir, { recursive: true, force: true }));
    sweep(ip('netns', 'list'));
    for (const name of all) {
      ip('netns', 'add', name);
      undo.push(() => ip('netns', 'del', name));
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    ip('-n', names.gateway, 'link', 'add', 'lan', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', names.host);
    ip('-n', names.gateway, 'link', 'add', 'wan', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', names.client);
    for (const [link, address] of [
      ['lan', '192.0.2.1/24'],
      ['wan', '198.51.100.1/24'],
      ['lo', '203.0.113.1/32'],
    ] as const) {
      ip('-n', names.gateway, 'addr', 'add', address, 'dev', link);
      ip('-n', names.gateway, 'link', 'set', link, 'up');
    }
    ip('netns', 'exec', names.gateway, 'sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward');
    ip('-n', names.client, 'addr', 'add', '198.51.100.2/24', 'dev', 'eth0');
    ip('-n', names.client, 'link', 'set', 'eth0', 'up');
    ip('-n', names.client, 'route', 'add', 'default', 'via', '198.51.100.1');
    const address = () => {
      ip('-n', names.host, 'link', 'set', 'lo', 'up');
      ip('-n', names.host, 'link', 'set', 'eth0', 'up');
      ip('-n', names.host, 'addr', 'replace', '192.0.2.10/24', 'dev', 'eth0');
      ip('-n', names.host, 'route', 'replace', 'default', 'via', '192.0.2.1');
    };
    address();
    const path = join(dir, 'dial');
    const dialer = start(['ip', 'netns', 'exec', names.client, process.execPath, '-e', DIALER, path, '192.0.2.10', '22']);
    undo.push(() => stop(dialer));
    const relay = await relayTo(path, open);
    undo.push(() => {
      for (const socket of open) socket.destroy();
      relay.close();
    });
    const port = portOf(relay.address());
    const machine = await startSystemd({
      image: 'admin',
      masked: OTHERS,
      files: { '/etc/network/interfaces': INTERFACES },
      ...options,
      net: { namespace: names.host, port },
    });
    undo.push(() => machine.close());
    const { user, key, pinned } = machine.access();
    const answers = (ms = 1000) => greets(port, ms);
    await until('sshd over the client', () => answers());
    return {
      machine,
      config: { site: 'lab', address: '127.0.0.1', port, user, key, hostKey: pinned.fingerprints },
      names,
      exec: (...argv) => ip('netns', 'exec', names.host, 'nsenter', '-t', String(machine.pids()[0]), '-m', '-u', '-i', '-p', '--', ...argv),
      at: (where, ...argv) => ip('netns', 'exec', names[where], ...argv),
      answers,
      address,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Removes namespaces of tests that were killed. */
function sweep(listed: string): void {
  for (const [name, pid] of listed.matchAll(/^hostler-(\d+)-\S+/gm)) {
    if (existsSync(`/proc/${pid}`)) continue;
    try {
      runs('ip', 'netns', 'del', name);
    } catch {
      // another test was quicker
    }
  }
}

/** A server on loopback whose far end is a socket in the file system. */
async function relayTo(path: string, open: Set<Socket>): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path, allowHalfOpen: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.once('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Whether a server on loopback greets whoever connects, within so many milliseconds. */
function greets(port: number, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (came: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(came);
    };
    const timer = setTimeout(() => end(false), ms);
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
