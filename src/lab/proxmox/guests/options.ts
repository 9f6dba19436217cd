import * as kinds from '../kinds.ts';
import { bool, format, int, type Kind, matching, num, oneOf, type Table, text } from '../params.ts';
import type { Guest } from '../world.ts';

const bridgeCard: Kind = format(/^((e1000|e1000e|virtio|vmxnet3|rtl8139)(=[0-9a-f]{2}(:[0-9a-f]{2}){5})?|model=\w+)(,[a-z0-9_-]+=[^,=]+)*$/i, (value) =>
  value.includes(',') || value.includes('=')
    ? 'format error\nmodel: property is missing and it is not optional'
    : `format error\nmodel: value '${value}' does not have a value in the enumeration 'e1000, e1000e, rtl8139, virtio, vmxnet3'`,
);
const drive: Kind = format(
  /^((file|volume)=)?(none|cdrom|[a-z][\w.-]*:[^,\s]+|\/[^,\s]+)(,[a-z0-9_-]+=[^,]+)*$/i,
  () => 'format error\nfile: value is not a volume',
);
const startup: Kind = format(/^(order=)?\d*(,?(up|down)=\d+)*$/, () => `unable to parse startup options`);
const memory: Kind = format(/^(current=)?\d+$/, (value) => `format error\ncurrent: type check ('integer') failed - got '${value}'`);
const agent: Kind = format(/^(enabled=)?[01](,[a-z0-9_-]+=[^,=]+)*$/, () => "format error\nenabled: type check ('boolean') failed");
const cpu: Kind = format(/^(cputype=)?[a-zA-Z0-9][\w.-]*(,[a-z-]+=[^,]+)*$/, () => 'format error');

const BOTH: Table = {
  description: text(8192),
  lock: text(20),
  onboot: bool,
  protection: bool,
  startup,
  tags: kinds.tags,
  template: bool,
  nameserver: text(),
  searchdomain: text(),
  hookscript: text(),
};

/** Options of a VM. */
export const QEMU: Table = {
  ...BOTH,
  ...{ 'allow-ksm': bool, 'amd-sev': text(), 'intel-tdx': text(), ivshmem: text(), smp: int(1), spice_enhancements: text() },
  ...{ acpi: bool, affinity: text(), agent, args: text(), autostart: bool, balloon: int(0), bios: oneOf('seabios', 'ovmf'), boot: text(), bootdisk: text() },
  ...{ cdrom: drive, cicustom: text(), cipassword: text(), citype: oneOf('configdrive2', 'nocloud', 'opennebula'), ciupgrade: bool, ciuser: text() },
  ...{ cores: int(1), cpu, cpulimit: num(0, 128), cpuunits: int(1, 262_144), freeze: bool, hotplug: text(), hugepages: oneOf('any', '2', '1024') },
  ...{ keephugepages: bool, keyboard: text(), kvm: bool, localtime: bool, machine: text(), memory, migrate_downtime: num(0), migrate_speed: int(0) },
  ...{ name: kinds.dnsName, numa: bool, reboot: bool, shares: int(0, 50_000), smbios1: text(512), sockets: int(1), sshkeys: text(), startdate: text() },
  ...{
    arch: oneOf('x86_64', 'aarch64'),
    tablet: bool,
    tdf: bool,
    vcpus: int(1),
    vga: text(),
    vmgenid: text(),
    vmstatestorage: kinds.storage,
    watchdog: text(),
  },
  ostype: oneOf('other', 'wxp', 'w2k', 'w2k3', 'w2k8', 'wvista', 'win7', 'win8', 'win10', 'win11', 'l24', 'l26', 'solaris'),
  scsihw: oneOf('lsi', 'lsi53c810', 'virtio-scsi-pci', 'virtio-scsi-single', 'megasas', 'pvscsi'),
};

/** Options of a container. */
export const LXC: Table = {
  ...BOTH,
  ...{ arch: oneOf('amd64', 'i386', 'arm64', 'armhf', 'riscv32', 'riscv64'), cmode: oneOf('shell', 'console', 'tty'), console: bool, cores: int(1, 8192) },
  ...{
    cpulimit: num(0, 8192),
    cpuunits: int(0, 500_000),
    debug: bool,
    entrypoint: text(),
    env: text(),
    features: text(),
    hostname: kinds.dnsName,
    memory: int(16),
  },
  ...{ rootfs: drive, swap: int(0), timezone: text(), tty: int(0, 6), unprivileged: bool },
  ostype: oneOf('debian', 'devuan', 'ubuntu', 'centos', 'fedora', 'opensuse', 'archlinux', 'alpine', 'gentoo', 'nixos', 'unmanaged'),
};

/** Options with a number in their names, with how many there may be. */
const NUMBERED: { readonly [type in Guest['type']]: { readonly [prefix: string]: readonly [most: number, kind: Kind] } } = {
  qemu: {
    ...{ net: [32, bridgeCard], ide: [4, drive], sata: [6, drive], scsi: [31, drive], virtio: [16, drive], unused: [256, drive], efidisk: [1, drive] },
    ...{ tpmstate: [1, drive], hostpci: [16, text()], usb: [14, text()], serial: [4, matching(/^(\/dev\/[^,]+|socket)$/)], parallel: [3, text()] },
    ...{ ipconfig: [32, text()], numa: [8, text()], virtiofs: [10, text()], audio: [1, text()], rng: [1, text()] },
  },
  lxc: {
    net: [32, format(/^(name=|[a-z]+=)[^,]+(,[a-z0-9_-]+=[^,]+)*$/i, () => 'format error\nname: property is missing and it is not optional')],
    mp: [256, drive],
    unused: [256, drive],
    dev: [256, text()],
  },
};

/** The check of a numbered option; undefined when there is no such option. */
export function numbered(type: Guest['type']): (name: string) => Kind | undefined {
  return (name) => {
    const [, prefix = '', number = ''] = /^([a-z]+)(0|[1-9]\d*)$/.exec(name) ?? [];
    const found = NUMBERED[type][prefix];
    return found && Number(number) < found[0] ? found[1] : undefined;
  };
}

/** Whether an option exists. */
export function isOption(type: Guest['type'], name: string): boolean {
  return name in (type === 'qemu' ? QEMU : LXC) || numbered(type)(name) !== undefined;
}

/** The privilege an option needs on the guest. */
export function privilegeFor(type: Guest['type'], name: string, value: string): string {
  if (/^(ide|sata|scsi|virtio|unused|efidisk|tpmstate|mp)\d+$|^(rootfs|bootdisk|vmstatestorage)$/.test(name)) {
    return /media=cdrom/.test(value) && type === 'qemu' ? 'VM.Config.CDROM' : 'VM.Config.Disk';
  }
  if (name === 'cdrom') return 'VM.Config.CDROM';
  if (/^(net|ipconfig)\d+$|^(nameserver|searchdomain|hostname)$/.test(name))
    return type === 'qemu' && /^(ipconfig|nameserver|searchdomain)/.test(name) ? 'VM.Config.Cloudinit' : 'VM.Config.Network';
  if (/^(ci\w+|sshkeys)$/.test(name)) return 'VM.Config.Cloudinit';
  if (/^(memory|balloon|shares|swap|hugepages|keephugepages)$/.test(name)) return 'VM.Config.Memory';
  if (/^(cores|sockets|cpu|cpulimit|cpuunits|vcpus|numa\d*|affinity)$/.test(name)) return 'VM.Config.CPU';
  return /^(acpi|hotplug|kvm|machine|scsihw|tablet|vga|watchdog|audio0|bios|arch|(hostpci|usb|serial|parallel|virtiofs|rng)\d+)$/.test(name)
    ? 'VM.Config.HWType'
    : 'VM.Config.Options';
}

/** What only root itself may set, never a token: the whole message of the refusal. */
export function rootOnly(type: Guest['type'], name: string, value: string): string | undefined {
  if (/^hostpci\d+$/.test(name) && !/mapping=/.test(value)) return `only root can set '${name}' config for non-mapped devices`;
  if (/^usb\d+$/.test(name) && !/mapping=|spice/.test(value)) return `only root can set '${name}' config for real devices`;
  if (/^(serial|parallel)\d+$/.test(name) && value !== 'socket') return `only root can set '${name}' config for real devices`;
  if (['lock', 'args', 'hookscript', 'affinity'].includes(name) && !(type === 'lxc' && name !== 'lock' && name !== 'hookscript'))
    return `only root can set '${name}' config`;
  return undefined;
}
