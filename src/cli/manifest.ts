import { familiesOf, pbsLines, pveumLines } from '../hosts/privileges.ts';
import { PREFIX as QUEUES } from '../queue/bullmq.ts';
import { PREFIX as STORE } from '../store/redis.ts';

/** Commands a part may use on its own keys; INFO and CONFIG GET are asked for at start. */
const COMMANDS = '+@all -@admin -@dangerous +info +config|get';

/** Keys a part may read and write, and keys it may only read. */
interface Keys {
  readonly write: readonly string[];
  readonly read: readonly string[];
}

const queue = (name: string) => `${QUEUES}:${name}:*`;
const stored = (name: string) => `${STORE}:${name}`;

/** What each part needs, and no more: a gateway can hear and show, but run nothing; a worker runs its own site. */
function keysOf(part: string, site = ''): Keys {
  switch (part) {
    case 'gateway':
      return {
        write: [queue('inbox'), queue('outbox-*'), ...['turn:*', 'chat:*'].map(stored)],
        read: ['ticket:*', 'plan:*', 'journal:*', 'code:*', 'config', 'config:*', 'recent', 'open', 'guests'].map(stored),
      };
    case 'worker':
      return {
        write: [
          queue('inbox'),
          queue('outbox-*'),
          queue(`plans-${site}`),
          queue(`runs-${site}`),
          ...['plan:*', 'journal:*', 'lock:*', 'lease:*', 'last:*', 'token', 'call:*', 'task:*'].map(stored),
        ],
        read: ['ticket:*', 'config', 'config:*'].map(stored),
      };
    default:
      return { write: [`${STORE}:*`, `${QUEUES}:*`], read: [] };
  }
}

/** Lines for a Redis ACL file (Redis 7 or later, or Valkey), one user per part: https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/ */
export function redisAcl(sites: readonly string[]): string {
  const user = (name: string, { write, read }: Keys) =>
    `user hostler-${name} on #<SHA-256-OF-ITS-PASSWORD> resetchannels resetkeys ${[...write.map((keys) => `~${keys}`), ...read.map((keys) => `%R~${keys}`)].join(' ')} ${COMMANDS}`;
  return `${[user('gateway', keysOf('gateway')), user('desk', keysOf('desk')), ...sites.map((site) => user(`worker-${site}`, keysOf('worker', site)))].join('\n')}\n`;
}

/** The version of Proxmox VE whose privileges are meant where none is named. */
const PVE_NOW = 9;

/** Lines for a shell of root on a node that make the bot's user and token with the least privileges for every command; leave out the families you do not want. */
export function proxmoxRoles(kind: 'pve' | 'pbs', major = PVE_NOW): string {
  const families = familiesOf(kind, major);
  return `${(kind === 'pve' ? pveumLines(families) : pbsLines(families)).join('\n')}\n`;
}
