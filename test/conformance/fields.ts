/** Measures that come and go: they may be missing or null, and are of any size. */
const MEASURES = new Set([
  ...['cpu', 'mem', 'memhost', 'disk', 'diskread', 'diskwrite', 'netin', 'netout', 'uptime', 'swap', 'level', 'pid', 'maxcpu', 'maxmem', 'maxdisk', 'freemem'],
  ...[
    'ssl_fingerprint',
    'balloon',
    'ballooninfo',
    'balloon_min',
    'blockstat',
    'nics',
    'proxmox-support',
    'running-machine',
    'running-qemu',
    'shares',
    'clipboard',
  ],
  ...['used_fraction', 'avail', 'used', 'digest', 'loadavg', 'wait', 'idle', 'timestamp', 'request_state', 'cgroup-mode', 'serial', 'spice', 'repoid', 'time'],
]);
const PRESSURE = /^pressure/;

/** Whether a field may be missing where the recording has it. */
export function isMeasure(key: string): boolean {
  return MEASURES.has(key) || PRESSURE.test(key);
}

/** Fields whose value is what the request is about, and so must be the same. */
const STABLE = new Set([
  ...['status', 'qmpstatus', 'exitstatus', 'type', 'vmid', 'node', 'name', 'id', 'iface', 'storage', 'sid', 'user', 'tokenid', 'key', 'value', 't', 'n'],
  ...['lock', 'template', 'tags', 'content', 'shared', 'enabled', 'active', 'quorate', 'nodes', 'nodeid', 'local', 'online', 'hasFeature', 'running'],
  ...['managed', 'state', 'volid', 'drivename', 'method', 'address', 'cidr', 'netmask', 'version', 'release', 'starttime', 'endtime', 'plugintype'],
  ...['snapname', 'parent', 'description', 'protected', 'notes', 'mark', 'username', 'success', 'cdrom', 'is_attached', 'comment', 'schedule', 'mode'],
]);

/** Whether its value must be equal, not only its type. Whole configs are: they were put there. */
export function isStable(key: string, path: string): boolean {
  if (isOpen(path)) return false;
  return STABLE.has(key) || (/\/(config|pending)$/.test(path) && !isMeasure(key));
}

/** By what the elements of a list are told apart, the most telling first. */
export const IDENTITIES = [
  ...['upid', 'volid', 'vmid', 'sid', 'iface', 'storage', 'n', 'key', 'id', 'name', 'drivename', 'node', 'service', 'Package', 'tokenid', 'userid', 'roleid'],
  ...['groupid', 'poolid', 'realm', 'devpath', 'pool', 'path', 'pos', 'subdir'],
];

/** Whether an answer is an inventory of a machine or of a guest's inside: another here, so that only its shape can be the same. */
export function isOpen(path: string): boolean {
  return /\/agent\/|\/(apt\/versions|disks\/\w+|certificates\/info|rrddata|syslog|journal|netstat|roles|interfaces|report|hardware\/\w+|cluster\/log|macros|aplinfo|challenge-schema|matcher-field(s|-values)|capabilities\/qemu\/[\w-]+)$/.test(
    path,
  );
}
