import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Access, Ssh } from '../../../src/hosts/ssh.ts';
import { kernel } from './have.ts';
import { freePort } from './ports.ts';
import { start, stop, until } from './processes.ts';
import { answers, newKey } from './sshd.ts';
import { type Files, fingerprintOf, makeRootInitrd, vmImage } from './vmimage.ts';

export { BUILD_MS } from './bookworm.ts';

/** What `needs` must find for one to start. */
export const VM = ['root', 'kernel', 'qemu-system-x86_64', 'busybox', 'cpio', 'mke2fs', 'mmdebstrap', 'unshare', 'setpriv', 'flock', 'ssh-keygen'] as const;

/** Milliseconds that a boot may take on an emulated processor, while others use this computer too. */
export const BOOT_MS = 90_000;

/** A machine with a kernel of its own: Debian 12 with systemd and sshd on an emulated processor. */
export interface Vm {
  readonly port: number;
  readonly fingerprint: string;
  access(more?: Partial<Access>): Access;
  /** A connection as root, closed at the end. */
  ssh(more?: Partial<Access>): Ssh;
  /** Runs a script as root there; its output. Throws when it fails. */
  runs(script: string): Promise<string>;
  /** What its console said. */
  log(): string;
  /** Nothing of it stays behind. */
  close(): Promise<void>;
}

export interface VmOptions {
  /** Kernel modules loaded at boot; others are loaded by whoever needs them, as on any Debian. */
  readonly modules?: readonly string[];
  /** Empty disks of 512 MiB: `/dev/vdb`, `/dev/vdc`, … with the serial numbers `disk1`, `disk2`, … */
  readonly disks?: number;
  /** Links besides eth0 (which carries SSH): eth1, eth2, …, each with a wire that leads nowhere. */
  readonly links?: number;
  /** MiB. */
  readonly memory?: number;
  /** Files laid into it before it boots, by absolute path. */
  readonly files?: Files;
  /** Its first process is systemd: three times as long to boot. Without it, sshd is all that runs. */
  readonly systemd?: boolean;
  /** udev runs (with systemd it always does): device-mapper needs it. */
  readonly udev?: boolean;
  /** Units (of systemd) started at boot that the image has but does not start, such as `NetworkManager.service`. */
  readonly units?: readonly string[];
}

/** Boots one; root only. The first on a computer takes up to BUILD_MS. */
export async function startVm(options: VmOptions = {}): Promise<Vm> {
  const { modules = [], disks = 0, links = 0, memory = 640, files = {}, units = [], systemd = false, udev = false } = options;
  const image = await vmImage();
  const dir = mkdtempSync(join(tmpdir(), 'hostler-vm-run-'));
  const key = newKey(dir, 'id');
  const port = await freePort();
  const fingerprint = await fingerprintOf();
  const log = join(dir, 'log');
  writeFileSync(log, '');
  const initrd = makeRootInitrd(dir, {
    '/etc/hostname': 'vm\n',
    '/etc/hosts': '127.0.0.1 localhost\n127.0.1.1 vm\n',
    '/etc/machine-id': '0123456789abcdef0123456789abcdef\n',
    '/etc/modules-load.d/test.conf': modules.map((name) => `${name}\n`).join(''),
    '/etc/ssh/sshd_config.d/test.conf': 'PermitRootLogin yes\nUseDNS no\nStrictModes no\n',
    '/root/.ssh/authorized_keys': readFileSync(`${key}.pub`, 'utf8'),
    ...(udev ? { '/etc/wants-udev': '' } : {}),
    ...files,
  });
  const drives = Array.from({ length: disks }, (_, i) => {
    const file = join(dir, `disk${i + 1}`);
    writeFileSync(file, '');
    truncateSync(file, 512 * 2 ** 20);
    return [
      '-drive',
      `file=${file},format=raw,if=none,id=d${i + 1},cache=unsafe,discard=unmap`,
      '-device',
      `virtio-blk-pci,drive=d${i + 1},serial=disk${i + 1}`,
    ];
  });
  const nics = Array.from({ length: links }, (_, i) => [
    ...['-netdev', `user,id=n${i + 1},restrict=on,net=10.0.${i + 3}.0/24`],
    ...['-device', `virtio-net-pci,netdev=n${i + 1},mac=52:54:00:00:00:${(i + 16).toString(16)},romfile=`],
  ]);
  // With norandmaps a program is where it was the last time: what was translated of it is used again, and starting one takes a fifth.
  const wants = units.map((unit) => `systemd.wants=${unit}`).join(' ');
  const child = start([
    ...(['qemu-system-x86_64', '-accel', 'tcg,tb-size=256', '-cpu', 'qemu64', '-smp', '1', '-m', String(memory), '-nodefaults', '-no-user-config'] as const),
    ...['-display', 'none', '-no-reboot', '-serial', `file:${log}`],
    ...['-kernel', kernel()?.image ?? '', '-initrd', initrd],
    ...[
      '-append',
      `console=ttyS0 net.ifnames=0 mitigations=off quiet norandmaps systemd.show_status=0 audit=0 init_of_vm=${systemd ? '/sbin/init' : '/sbin/plain-init'} ${wants}`,
    ],
    ...['-drive', `file=${image},format=raw,if=none,id=root,snapshot=on,cache=unsafe`, '-device', 'virtio-blk-pci,drive=root'],
    ...['-netdev', `user,id=n0,restrict=on,hostfwd=tcp:127.0.0.1:${port}-10.0.2.15:22`],
    ...['-device', 'virtio-net-pci,netdev=n0,mac=52:54:00:00:00:0f,romfile='],
    ...[...drives, ...nics].flat(),
  ]);
  const opened: Ssh[] = [];
  const vm: Vm = {
    port,
    fingerprint,
    access: (more) => ({
      name: 'vm',
      address: '127.0.0.1',
      port,
      user: 'root',
      key: `file:${key}`,
      pinned: { fingerprints: [fingerprint] },
      sudo: false,
      ...more,
    }),
    ssh(more) {
      const ssh = new Ssh(vm.access(more));
      opened.push(ssh);
      return ssh;
    },
    async runs(script) {
      const done = await ssh.exec(['sh', '-c', script], { timeoutMs: 60_000, cap: 2 ** 20 });
      if (done.kind !== 'exit' || done.code !== 0) throw new Error(`${script}: ${JSON.stringify(done)}`);
      return done.stdout;
    },
    log: () => readFileSync(log, 'utf8'),
    async close() {
      await Promise.all(opened.map((ssh) => ssh.close()));
      await stop(child);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  const ssh = vm.ssh();
  try {
    await until(
      'sshd of the virtual machine',
      () => {
        if (child.exitCode !== null) throw new Error('it is off');
        return answers(port);
      },
      BOOT_MS,
    );
  } catch (error) {
    const said = vm.log();
    await vm.close();
    throw new Error(`the virtual machine does not boot: ${said}`, { cause: error });
  }
  return vm;
}
