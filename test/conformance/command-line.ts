/** What kind of thing a command line is, as far as its answer must be read another way. */
export type Kind = 'reads' | 'inside' | 'agent' | 'task' | 'forks' | 'does';

/** Words that make it a question. */
const READS = new Set([
  ...['list', 'ls', 'get', 'usage', 'status', 'config', 'pending', 'listsnapshot', 'showcmd', 'path', 'nodes', 'show', 'dump', 'scan', 'nfsscan', 'cifsscan'],
  ...['available', 'permissions', 'versions', 'df', 'cpusets', 'log', 'snapshots', 'catalog', 'extractconfig', 'apiinfo', 'help', 'fingerprint'],
]);
const READERS =
  /^(?:pveversion|corosync-quorumtool|zpool (?:status|list)|zfs (?:list|get)|ceph (?:-s|status|health)|cat|ip|df|uptime|journalctl|pvesubscription get)\b/;
/** Programs whose verb may stand after what it is about: `pveum user token list`. */
const DEEP = /^(?:pveum|pvenode|pvesr|pvesm|pveam|ha-manager|pvecm|proxmox-backup-(?:client|manager)|pvefw|pve-firewall|ceph)\b/;
/** What ends with 0 although its task failed. */
const FORKS = /^(?:qm (?:disk )?resize|pct resize|(?:qm|pct) template|pvesm free|pvesh (?:create|set|delete))\b/;

/** What may stand before the program: settings, sudo, its folder. */
const PREFIX = /^(?:(?:[A-Z_]+=\S*|sudo(?: -\S+)*|env)\s+)*(?:\/(?:usr\/)?s?bin\/)?/;

/** How a command line's answer is to be read. */
export function kindOf(typed: string): Kind {
  const line = typed.trim().replace(PREFIX, '');
  const words = line.split(/\s+/);
  const [, second = ''] = words;
  const options = words.findIndex((word) => word.startsWith('-'));
  const verbs = words.slice(1, options < 0 ? 4 : Math.min(options, 4));
  if (/^(?:pct|lxc-attach) exec\b/.test(line)) return 'inside';
  if (/^qm (?:guest exec|guest exec-status)\b/.test(line)) return 'agent';
  if (/^pvenode task (?:status|log)\b/.test(line) || /^pvesh get \S*\/tasks\/UPID:\S+\/(?:status|log)\b/.test(line)) return 'task';
  if (FORKS.test(line)) return 'forks';
  if (READERS.test(line) || READS.has(second) || /^qm cloudinit (?:dump|pending)\b/.test(line)) return 'reads';
  if (DEEP.test(line) && verbs.some((word) => READS.has(word))) return 'reads';
  return /--dry-run\b/.test(line) ? 'reads' : 'does';
}
