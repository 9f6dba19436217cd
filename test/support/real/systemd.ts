import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { type Access, Ssh } from '../../../src/hosts/ssh.ts';
import { bookworm, type Image } from './bookworm.ts';
import { freePort } from './ports.ts';
import { childrenOf, descendantsOf, kill, runs, start, until } from './processes.ts';
import { answers, newKey } from './sshd.ts';

export { BUILD_MS } from './bookworm.ts';

/** What `needs` must find for one to start. */
export const SYSTEMD = ['root', 'systemd-nspawn', 'mmdebstrap', 'unshare', 'setpriv', 'flock', 'ssh-keygen'] as const;

/** A machine of its own: a whole Debian 12 that systemd has booted and sshd lets in to, sharing kernel and network with this one. */
export interface SystemdHost {
  readonly port: number;
  /** Its file tree as seen from here; another path after each boot. */
  readonly root: string;
  readonly fingerprint: string;
  access(more?: Partial<Access>): Access;
  /** A connection as root, closed at the end. */
  ssh(more?: Partial<Access>): Ssh;
  /** A name under which a step is claimed, never used before. */
  claim(): string;
  /** Its processes as seen from here, its systemd first. */
  pids(): number[];
  /** How often it has been booted. */
  boots(): number;
  /** Boots it again in good order, and waits until sshd answers. It also comes back by itself when rebooted from within. */
  reboot(): Promise<void>;
  /** Cuts its power, boots it again, and waits until sshd answers: no program of it ran to its end, but all that was written is there. */
  kill(): Promise<void>;
  /** What its console and nspawn said. */
  log(): string;
  /** Nothing of it stays behind: no process, no mount, no folder. */
  close(): Promise<void>;
}

export interface SystemdOptions {
  /** The control groups it sees. `v2`: as Debian 12 has them; `v1`: as in older systems; `host`: laid out as on this computer. Default `v2`. */
  readonly cgroups?: 'v2' | 'v1' | 'host';
  /** Which packages it has; default `base`. */
  readonly image?: Image;
  /** A network namespace that it has for its own, by the name ip-netns(8) knows; and the port here by which its sshd, on port 22 there, is reached. */
  readonly net?: { readonly namespace: string; readonly port: number };
  /** Files that it has before it boots, by their path; mode 0644. */
  readonly files?: Readonly<Record<string, string>>;
  /** Units that it must not start. */
  readonly masked?: readonly string[];
}

const CGROUPS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'] as const;
const BOOT_MS = 60_000;

/** How nspawn ends when the system in it asks for a reboot. */
const REBOOT = 133;

/** In namespaces of its own, so that all of it goes with its first process; nspawn itself writes to /run and /tmp. */
const OUTSIDE = 'exec >>"$4/log" 2>&1 && exec unshare --mount --pid --fork --kill-child=KILL --mount-proc sh -c "$@"';
const INSIDE = `set -e
for group in ${CGROUPS.join(' ')}; do
  [ -e "$group/cgroup.procs" ] || continue
  mkdir -p "$group/$3"
  echo 0 >"$group/$3/cgroup.procs"
done
[ -z "$4" ] || { touch "$2/net"; mount --bind "/run/netns/$4" "$2/net"; }
mount -t tmpfs none /run
[ -z "$4" ] || { touch /run/net; mount --bind "$2/net" /run/net; set -- "$@" --network-namespace-path=/run/net --capability=CAP_NET_ADMIN,CAP_NET_RAW; }
mkdir /run/machine
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" /run/machine
cd /
mount -t tmpfs none /tmp
name=$3; shift 4
exec systemd-nspawn --register=no --keep-unit --link-journal=no -D /run/machine -b --machine="$name" "$@"
`;

/** Boots one; root only. The first on a computer takes up to BUILD_MS. */
export async function startSystemd({ cgroups = 'v2', image = 'base', files = {}, masked = [], net }: SystemdOptions = {}): Promise<SystemdHost> {
  const tree = await bookworm(image);
  const dir = mkdtempSync(join(tmpdir(), 'hostler-systemd-'));
  const name = basename(dir).toLowerCase();
  const key = newKey(dir, 'id');
  const port = net?.port ?? (await freePort());
  for (const folder of ['work', 'upper', 'upper/etc', 'upper/etc/ssh', 'upper/etc/ssh/sshd_config.d', 'upper/root', 'upper/root/.ssh']) {
    mkdirSync(join(dir, folder), { mode: 0o755 });
  }
  if (cgroups === 'v1') {
    // In a container with the old layout the end of a user's manager may go unheard, and a reboot waits minutes for it.
    mkdirSync(join(dir, 'upper/etc/systemd/system'), { recursive: true });
    symlinkSync('/dev/null', join(dir, 'upper/etc/systemd/system/user@.service'));
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(dir, 'upper', dirname(path)), { recursive: true, mode: 0o755 });
    writeFileSync(join(dir, 'upper', path), text);
  }
  for (const name of masked) {
    mkdirSync(join(dir, 'upper/etc/systemd/system'), { recursive: true, mode: 0o755 });
    symlinkSync('/dev/null', join(dir, 'upper/etc/systemd/system', name));
  }
  writeFileSync(join(dir, 'log'), '');
  writeFileSync(join(dir, 'upper/etc/hostname'), `${name}\n`);
  writeFileSync(join(dir, 'upper/etc/ssh/sshd_config.d/hostler.conf'), `ListenAddress ${net ? '0.0.0.0:22' : `127.0.0.1:${port}`}\nPermitRootLogin yes\n`);
  writeFileSync(join(dir, 'upper/root/.ssh/authorized_keys'), readFileSync(`${key}.pub`));
  const fingerprint = /SHA256:\S+/.exec(runs('ssh-keygen', '-lf', join(tree, 'etc/ssh/ssh_host_ed25519_key.pub')))?.[0] ?? '';
  const hierarchy = { v2: { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' }, v1: { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '0' }, host: {} }[cgroups];
  const opened: Ssh[] = [];
  let claims = 0;
  let boots = 0;
  let closed = false;

  const boot = () => {
    boots++;
    const child = start(['sh', '-c', OUTSIDE, 'sh', INSIDE, 'sh', tree, dir, name, net?.namespace ?? ''], { ...process.env, ...hierarchy });
    child.once('exit', (code) => {
      if (code === REBOOT && !closed) running = boot();
    });
    return child;
  };
  let running = boot();
  const nspawn = () => childrenOf(running.pid)[0] ?? 0;
  const ended = () => running.exitCode !== null || running.signalCode !== null;
  const powerOff = () =>
    until(
      'the end of the machine',
      () => {
        kill(childrenOf(running.pid)); // all others go with it; unshare ends when they have gone
        return ended();
      },
      BOOT_MS,
    );
  const up = () =>
    until(
      'sshd of the machine',
      async () => {
        if (ended()) throw new Error('it is off');
        return answers(port);
      },
      BOOT_MS,
    );
  const host: SystemdHost = {
    port,
    get root() {
      return `/proc/${nspawn()}/root/run/machine`;
    },
    fingerprint,
    access: (more) => ({
      name: 'machine',
      address: '127.0.0.1',
      port,
      user: 'root',
      key: `file:${key}`,
      pinned: { fingerprints: [fingerprint] },
      sudo: false,
      ...more,
    }),
    ssh(more) {
      const ssh = new Ssh(host.access(more));
      opened.push(ssh);
      return ssh;
    },
    claim: () => `${name}-${claims++}`,
    pids: () => descendantsOf(nspawn()),
    boots: () => boots,
    async reboot() {
      const before = boots;
      const [init] = childrenOf(nspawn());
      if (init === undefined) throw new Error('the machine is off');
      process.kill(init, 'SIGINT'); // what systemd gets for Ctrl-Alt-Del
      await until('the reboot of the machine', () => boots > before, BOOT_MS);
      await up();
    },
    async kill() {
      await powerOff();
      running = boot();
      await up();
    },
    log: () => readFileSync(join(dir, 'log'), 'utf8'),
    async close() {
      closed = true;
      await Promise.all(opened.map((ssh) => ssh.close()));
      await powerOff();
      for (const group of CGROUPS) removeGroup(join(group, name));
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    await up();
  } catch (error) {
    const said = host.log();
    await host.close();
    throw new Error(`the machine does not boot: ${said}`, { cause: error });
  }
  return host;
}

/** Control groups are removed one by one; the files in them go by themselves. */
function removeGroup(group: string): void {
  try {
    for (const entry of readdirSync(group, { withFileTypes: true })) if (entry.isDirectory()) removeGroup(join(group, entry.name));
    rmdirSync(group);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
