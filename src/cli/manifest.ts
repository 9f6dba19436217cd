import { familiesOf, pbsLines, pveumLines } from '../hosts/privileges.ts';
import { PREFIX as QUEUES } from '../queue/bullmq.ts';
import { PREFIX as STORE } from '../store/redis.ts';

/** Commands a part may use on its own keys; INFO is asked for at start. */
const COMMANDS = '+@all -@admin -@dangerous +info';
/** Besides, at a desk: how the server keeps what it is told. Nobody else may ask: it would also answer with the passwords that it knows. */
const AT_DESK = ' +config|get';

/** Keys a part may read and write, keys it may only read, streams it may do nothing to but add, and keys it may only set. */
interface Keys {
  readonly write: readonly string[];
  readonly read: readonly string[];
  readonly add?: readonly string[];
  readonly put?: readonly string[];
}

const queue = (name: string) => `${QUEUES}:${name}:*`;
const stored = (name: string) => `${STORE}:${name}`;

/** What each part needs, and no more: a gateway can hear and show, but run nothing; a worker runs its own site. */
function keysOf(part: string, site = ''): Keys {
  // Of runs at its own site; a space cannot stand in a pattern.
  const own = (what: string) => [`${what}:run[^-a-zA-Z0-9_.]*[^-a-zA-Z0-9_.]${site}`];
  switch (part) {
    case 'gateway':
      return {
        write: [
          queue('inbox'),
          queue('alerts'),
          queue('outbox-*'),
          queue('errands'),
          ...['turn:*', 'chat:*', 'session:*', 'login:*', 'enrol:*', 'factortries:proving:*', 'factortries:begun:*', 'presence:gateway', 'counts'].map(stored),
        ],
        read: [
          'links',
          'links:revision',
          'delegations',
          'freezes',
          'ticket:*',
          'plan:*',
          'journal:*',
          'code:*',
          'config',
          'config:*',
          'recent',
          'open',
          'guests',
          'audithead',
          'file:*',
          ...['alert:*', 'alerts:*', 'silences', 'silences:*', 'beats:*', 'presence:*'],
        ]
          .map(stored)
          .concat(...['told', 'plans-*', 'runs-*'].map(queue)), // how full they are
        add: [stored('audit')],
      };
    case 'worker':
      return {
        write: [
          queue('told'),
          queue('outbox-*'),
          queue(`plans-${site}`),
          queue(`runs-${site}`),
          ...[
            'plan:*',
            'journal:*',
            'lock:*',
            'lease:',
            ...own('lease'),
            ...own('last'),
            'token',
            'call:*',
            'task:*',
            `findings:${site}`,
            `presence:worker:${site}`,
            'counts',
          ].map(stored),
        ],
        read: ['ticket:*', 'config', 'config:*', 'links', 'links:revision', 'delegations', 'freezes'].map(stored),
        add: [stored('audit')],
        put: [stored('file:*')],
      };
    default:
      return { write: [`${STORE}:*`, `${QUEUES}:*`], read: [] };
  }
}

/** Lines for a Redis ACL file (Redis 7 or later, or Valkey), one user per part: https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/ */
export function redisAcl(sites: readonly string[]): string {
  const user = (name: string, { write, read, add = [], put = [] }: Keys) =>
    `user hostler-${name} on #<SHA-256-OF-ITS-PASSWORD> resetchannels resetkeys ${[...write.map((keys) => `~${keys}`), ...read.map((keys) => `%R~${keys}`)].join(' ')} ${COMMANDS}${name === 'desk' ? AT_DESK : ''}${add.map((keys) => ` (%W~${keys} +xadd)`).join('')}${put.map((keys) => ` (%W~${keys} +set)`).join('')}`;
  return `${[user('gateway', keysOf('gateway')), user('desk', keysOf('desk')), ...sites.map((site) => user(`worker-${site}`, keysOf('worker', site)))].join('\n')}\n`;
}

/** The version of Proxmox VE whose privileges are meant where none is named. */
const PVE_NOW = 9;

/** Lines for a shell of root on a node that make the bot's user and token with the least privileges for every command; leave out the families you do not want. */
export function proxmoxRoles(kind: 'pve' | 'pbs', major = PVE_NOW): string {
  const families = familiesOf(kind, major);
  return `${(kind === 'pve' ? pveumLines(families) : pbsLines(families)).join('\n')}\n`;
}
