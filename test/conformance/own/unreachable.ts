import { type Entry, no } from './shape.ts';

const gone = (method: string, path: string, status: number, reason: string, params = ''): Entry => ({ method, path, params, status, reason, body: null });
const FAR = '/nodes/pve2';
const READS = [
  ...[
    'qemu',
    'lxc',
    'status',
    'version',
    'time',
    'storage',
    'tasks',
    'network',
    'services',
    'apt/update',
    'dns',
    'hosts',
    'syslog',
    'disks/list',
    'replication',
  ],
  ...[
    'qemu/102/status/current',
    'qemu/102/config',
    'qemu/102/pending',
    'qemu/102/snapshot',
    'lxc/201/config',
    'storage/local/content',
    'qemu/102/firewall/rules',
  ],
  ...[
    'tasks/UPID:pve2:00002932:0001FF8B:6B00150E:qmstart:102:root@pam!full:/status',
    'tasks/UPID:pve2:00002932:0001FF8B:6B00150E:qmstart:102:root@pam!full:/log',
  ],
];
const WRITES: readonly (readonly [method: string, path: string, params?: string])[] = [
  ['POST', 'qemu/102/status/stop'],
  ['POST', 'lxc/201/status/start'],
  ['PUT', 'qemu/102/config', 'memory=300'],
  ['POST', 'qemu/102/config', 'memory=300'],
  ['POST', 'qemu/102/snapshot', 'snapname=s1'],
  ['DELETE', 'qemu/102/snapshot/s1'],
  ['POST', 'qemu/102/clone', 'newid=150'],
  ['POST', 'qemu/102/migrate', 'target=pve1'],
  ['POST', 'qemu/102/agent/ping'],
  ['DELETE', 'qemu/102'],
  ['POST', 'vzdump', 'vmid=102 storage=local'],
  ['POST', 'stopall'],
  ['POST', 'qemu', 'vmid=150'],
  ['PUT', 'network'],
  ['POST', 'status', 'command=reboot'],
];
const NOWHERE = "hostname lookup 'pve9' failed - failed to get address info for: pve9: Name or service not known";

/** Nodes that do not answer, or that nobody knows: whatever is asked of them. */
export const UNREACHABLE: readonly Entry[] = [
  ...READS.map((path) => gone('GET', `${FAR}/${path}`, 595, 'No route to host')),
  ...WRITES.map(([method, path, params]) => gone(method, `${FAR}/${path}`, 595, 'Connection refused', params)),
  gone('POST', `${FAR}/vzdump`, 596, 'Broken pipe', 'vmid=102 storage=local'),
  gone('GET', `${FAR}/storage/local/content`, 596, 'Connection timed out'),
  ...['qemu', 'lxc', 'status', 'tasks', 'storage', 'qemu/100/status/current', 'qemu/100/config'].map((path) =>
    no('GET', `/nodes/pve9/${path}`, '', 500, NOWHERE),
  ),
  no('POST', '/nodes/pve9/qemu/100/status/start', '', 500, NOWHERE),
];
