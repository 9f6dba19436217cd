import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kernel, which } from './have.ts';
import { makeInitrd, UP } from './initrd.ts';
import { childrenOf, kill, runs, start, stop, until } from './processes.ts';

/** A real libvirtd whose guests are emulated in software, in namespaces of its own: nothing of it stays behind. */
export interface Libvirt {
  /** A program that runs others where libvirtd is: its arguments end where the other's begin. */
  readonly within: readonly [string, ...string[]];
  /** Asks libvirtd by a process of its own, past the bot. */
  virsh(...args: readonly string[]): string;
  /** How often libvirt told of an event of a guest, such as `Started Booted`, to a process of its own. */
  events(event: string, guest: Guest): number;
  /** Defines a guest with a disk, stopped. */
  define(name: string): Guest;
  close(): Promise<void>;
}

export interface Guest {
  readonly name: string;
  readonly uuid: string;
  state(): string;
  snapshots(): string[];
  /** How often it has booted. */
  boots(): number;
  /** Waits until it has booted this often. */
  booted(times: number): Promise<void>;
}

/** Without security drivers, control groups and a log daemon: none of them works without a whole system around it. */
const QEMU = 'namespaces = []\nsecurity_driver = "none"\nstdio_handler = "file"\nuser = "root"\ngroup = "root"\ncgroup_controllers = []\n';
const LIBVIRTD = 'auth_unix_ro = "none"\nauth_unix_rw = "none"\n';

/** With /dev/kvm in sight libvirt asks QEMU a dozen times what it can, and a guest under nested virtualisation may hang. */
const SETUP = `set -e
for folder in /run /var/lib /var/cache /var/log /etc/libvirt; do mount -t tmpfs none "$folder"; done
mkdir -m 755 /run/sshd
cp "$1/qemu.conf" "$1/libvirtd.conf" /etc/libvirt
if [ -e /dev/kvm ]; then mount --bind "$1/nokvm" /dev/kvm; mount -o remount,ro,bind /dev/kvm; fi
"$2" -f /etc/libvirt/libvirtd.conf >"$1/log" 2>&1 &
while :; do
  [ -e /run/libvirt/libvirt-sock ] && [ -z "\${listening-}" ] && { virsh -c qemu:///system event --all --loop >"$1/events" 2>&1 & listening=yes; }
  sleep 0.2
done
`;

/** Starts it; root only. */
export async function startLibvirt(): Promise<Libvirt> {
  const dir = mkdtempSync(join(tmpdir(), 'hostler-libvirt-'));
  writeFileSync(join(dir, 'qemu.conf'), QEMU);
  writeFileSync(join(dir, 'libvirtd.conf'), LIBVIRTD);
  writeFileSync(join(dir, 'nokvm'), '');
  writeFileSync(join(dir, 'log'), '');
  const initrd = makeInitrd(dir);
  const child = start([
    ...(['unshare', '--mount', '--pid', '--net', '--fork', '--kill-child=KILL', '--mount-proc'] as const),
    ...['sh', '-c', SETUP, 'sh', dir, which('libvirtd') ?? 'libvirtd'],
  ]);
  const close = async () => {
    kill(childrenOf(child.pid)); // the first process of the namespace: all others go with it
    await stop(child);
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await until('the namespaces', () => childrenOf(child.pid).length === 1);
    const within = ['nsenter', '--target', String(childrenOf(child.pid)[0]), '--mount', '--pid', '--'] as const;
    const virsh = (...args: readonly string[]) => runs(...within, 'virsh', '-c', 'qemu:///system', '-q', ...args).trim();
    await until('libvirtd', () => virshWorks(virsh), 30_000);
    const events = (event: string, { name }: Guest) =>
      readFileSync(join(dir, 'events'), 'utf8')
        .split('\n')
        .filter((line) => line.includes(`'${name}'`) && line.includes(event)).length;
    return { within, virsh, events, define: (name) => define(dir, initrd, virsh, name), close };
  } catch (error) {
    const log = readFileSync(join(dir, 'log'), 'utf8');
    await close();
    throw new Error(`libvirtd does not start: ${log}`, { cause: error });
  }
}

function virshWorks(virsh: Libvirt['virsh']): boolean {
  try {
    return virsh('list', '--all') === '';
  } catch {
    return false;
  }
}

function define(dir: string, initrd: string, virsh: Libvirt['virsh'], name: string): Guest {
  const uuid = crypto.randomUUID();
  const disk = join(dir, `${uuid}.qcow2`);
  const serial = join(dir, `${uuid}.serial`);
  const xml = join(dir, `${uuid}.xml`);
  writeFileSync(serial, '');
  runs('qemu-img', 'create', '-q', '-f', 'qcow2', disk, '16M');
  const text = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  writeFileSync(
    xml,
    `<domain type='qemu'><name>${text}</name><uuid>${uuid}</uuid><memory unit='MiB'>128</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type><kernel>${kernel()?.image}</kernel><initrd>${initrd}</initrd><cmdline>console=ttyS0 quiet</cmdline></os>
<features><acpi/></features>
<devices><disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='${disk}'/><target dev='vda' bus='virtio'/></disk>
<serial type='file'><source path='${serial}' append='on'/></serial><memballoon model='none'/></devices></domain>`,
  );
  virsh('define', xml);
  const boots = () => readFileSync(serial, 'utf8').split(UP).length - 1;
  return {
    name,
    uuid,
    state: () => virsh('domstate', uuid),
    snapshots: () => virsh('snapshot-list', uuid, '--name').split('\n').filter(Boolean),
    boots,
    booted: (times) => until(`boot ${times} of ${name}`, () => boots() >= times, 90_000),
  };
}
