import type { StorageSpec } from '../../../src/lab/proxmox/spec.ts';
import { type Fields, number, text } from '../record.ts';
import type { Draft, GuestDraft } from './draft.ts';

/** A node that exists; it is made when it is named first. */
export function node(draft: Draft, name: string) {
  const known = draft.nodes.get(name);
  if (known !== undefined) return known;
  const made: NonNullable<ReturnType<typeof draft.nodes.get>> = { name, ip: `192.0.2.${10 + (Number(/\d+$/.exec(name)?.[0]) || 1)}` };
  draft.nodes.set(name, made);
  return made;
}

/** A storage that exists; `like` says what it is when it is made. */
export function storage(draft: Draft, name: string, like: Partial<StorageSpec> = {}) {
  const known = draft.storages.get(name);
  const plain: StorageSpec = { storage: name, type: 'dir', content: 'rootdir,backup,iso,vztmpl,snippets,images' };
  const made = known ?? { ...plain };
  Object.assign(made, like);
  draft.storages.set(name, made);
  return made;
}

/** A guest that exists, with a config of its kind. */
export function guest(draft: Draft, vmid: number, kind: string, on: string): GuestDraft {
  const known = draft.guests.get(vmid);
  if (known !== undefined) return known;
  const type = kind === 'lxc' || kind === 'ct' ? 'lxc' : 'qemu';
  const disk = `local:${vmid}/vm-${vmid}-disk-0.raw,size=1G`;
  const config: GuestDraft['config'] =
    type === 'lxc'
      ? { arch: 'amd64', hostname: `ct${vmid}`, memory: 256, ostype: 'debian', rootfs: disk, swap: 512, net0: 'name=eth0,bridge=vmbr0,type=veth' }
      : {
          name: `vm${vmid}`,
          memory: '512',
          cores: 1,
          ostype: 'l26',
          scsihw: 'virtio-scsi-pci',
          scsi0: disk,
          boot: 'order=scsi0',
          net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
        };
  const made: GuestDraft = { vmid, type, node: on, config, pending: {}, snapshots: [], status: 'stopped' };
  node(draft, on);
  storage(draft, 'local');
  draft.guests.set(vmid, made);
  return made;
}

/** What a list or a status says about a guest. `maxdisk` 0: it has no disk. */
export function describeGuest(draft: Draft, fields: Fields, kind: string, on: string): GuestDraft | undefined {
  const vmid = number(fields, 'vmid');
  if (vmid === undefined) return undefined;
  const made = guest(draft, vmid, kind, text(fields, 'node') ?? on);
  const { config } = made;
  const lxc = made.type === 'lxc';
  const status = text(fields, 'qmpstatus') === 'paused' ? 'paused' : text(fields, 'status');
  if (status === 'running' || status === 'paused' || status === 'stopped') made.status = status;
  const name = text(fields, 'name');
  if (name === `VM ${vmid}` || name === `CT ${vmid}`) delete config[lxc ? 'hostname' : 'name'];
  else if (name !== undefined) config[lxc ? 'hostname' : 'name'] = name;
  const [cores, memory, swap, disk] = [
    number(fields, 'cpus') ?? number(fields, 'maxcpu'),
    number(fields, 'maxmem'),
    number(fields, 'maxswap'),
    number(fields, 'maxdisk'),
  ];
  if (cores !== undefined && (cores !== 1 || !lxc)) config.cores = cores;
  if (memory !== undefined) config.memory = Math.round(memory / 2 ** 20);
  if (swap !== undefined && lxc) config.swap = Math.round(swap / 2 ** 20);
  if (disk === 0 && !lxc) delete config.scsi0;
  else if (disk !== undefined) config[lxc ? 'rootfs' : 'scsi0'] = `local:${vmid}/vm-${vmid}-disk-0.raw,size=${size(disk)}`;
  for (const same of ['tags', 'lock']) if (text(fields, same) !== undefined) config[same] = text(fields, same) ?? '';
  if (number(fields, 'template') === 1) Object.assign(made, { template: true }).config.template = 1;
  if (number(fields, 'agent') === 1) config.agent = '1';
  const wanted = text(fields, 'hastate');
  if (wanted !== undefined) draft.ha[sid(made)] = { state: wanted };
  return made;
}

/** How HA calls a guest. */
export function sid({ type, vmid }: GuestDraft): string {
  return `${type === 'lxc' ? 'ct' : 'vm'}:${vmid}`;
}

function size(bytes: number): string {
  return bytes % 2 ** 30 === 0 ? `${bytes / 2 ** 30}G` : `${Math.round(bytes / 2 ** 20)}M`;
}

/** The nodes a list may name. */
export function nodesIn(draft: Draft, elements: readonly Fields[]): void {
  for (const element of elements) {
    const name = text(element, 'node');
    if (name !== undefined) node(draft, name);
  }
}
