import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';
import { sections } from './sections.ts';
import { shell } from './shell.ts';

/** A name as hostname(7) takes it: letters, digits, inner dashes and dots, at most 63. */
export const HOSTNAME = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/;

/** What a host is called, and what it belongs to that knows it by that name. */
export interface Naming {
  readonly name: string;
  /** `proxmox`, `kubernetes`, `etcd`, `swarm`. */
  readonly member: readonly string[];
}

const BODY = `echo "== name"; cat /proc/sys/kernel/hostname
echo "== member"; [ -d /etc/pve/nodes ] && echo proxmox
{ [ -e /etc/kubernetes/kubelet.conf ] || [ -d /var/lib/kubelet/pki ] || [ -d /etc/rancher/k3s ] || [ -d /var/lib/rancher/k3s/agent ]; } && echo kubernetes
{ [ -d /var/lib/etcd/member ] || [ -d /var/lib/etcd/default/member ] || pidof etcd >/dev/null 2>&1; } && echo etcd
[ -s /var/lib/docker/swarm/docker-state.json ] && echo swarm; exit 0`;

/** hostname(5), and traces of clusters that a host is a member of. */
export function naming(): Read<Naming> {
  return read({ argv: shell('host-naming', BODY), parse: parseNaming });
}

export function parseNaming(output: string): Naming {
  const of = sections(output);
  return { name: of('name')[0]?.trim() ?? '', member: of('member') };
}

export function setHostname(name: string): Argv {
  return ['hostnamectl', 'set-hostname', name];
}

/** hosts(5) where the old name, alone or with its domain, has become the new one on the lines of 127.0.1.1; with none of these the text stays. */
export function renamed(hosts: string, old: string, name: string): string {
  return hosts
    .split('\n')
    .map((line) => {
      if (!/^\s*127\.0\.1\.1\s/.test(line)) return line;
      const [entry = '', ...comment] = line.split('#');
      const words = entry.replace(/[^\s]+/g, (word) => (word === old || word.startsWith(`${old}.`) ? name + word.slice(old.length) : word));
      return [words, ...comment].join('#');
    })
    .join('\n');
}
