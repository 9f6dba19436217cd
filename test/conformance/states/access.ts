import { PRIVILEGES } from '../../../src/lab/proxmox/permissions.ts';
import { each, type Fields, isRecord, text } from '../record.ts';
import type { Draft, Rule, Scene } from './draft.ts';
import { guest, node, storage } from './make.ts';

/** The secret every token has here, and the password of everybody. */
export const SECRET = '7f0c0b8a-9d55-4e11-8f6e-2a4be3a0a001';
const ALL = { '/': ['*'] };
type Rights = { [path: string]: readonly string[] };

/** Who asks, and with what rights. */
export const ACCESS: readonly Rule[] = [
  {
    means: (draft, scene) => {
      const { credentials } = scene.exchange;
      draft.passwords['root@pam'] = SECRET;
      draft.tokens.set('root@pam!full', { id: 'root@pam!full', secret: SECRET, privileges: ALL });
      const who = credentials.kind === 'token' ? credentials.id : credentials.kind === 'ticket' ? `${credentials.user ?? 'root@pam'}!rights` : undefined;
      if (who === undefined || who === 'root@pam!full' || /no such token/.test(scene.said)) return;
      draft.tokens.set(who, { id: who, secret: SECRET, privileges: rightsOf(draft, scene, who) });
      draft.passwords[who.split('!')[0] ?? ''] = SECRET;
    },
  },
  {
    path: '/access/users',
    methods: ['GET'],
    means: (draft, { data }) => each(data, (entry) => Object.assign(draft.passwords, { [text(entry, 'userid') ?? '']: SECRET })),
  },
  {
    path: '/access/users/{user}/**',
    means: (draft, { said }, { user = '' }) => {
      if (!/no such user/.test(said)) draft.passwords[user] ??= SECRET;
    },
  },
  {
    path: '/access/users/{user}/token/{name}',
    means: (draft, { said, exchange, good }, { user = '', name = '' }) => {
      const id = `${user}!${name}`;
      const there = exchange.method === 'POST' ? /already exists/.test(said) : good;
      if (there && !draft.tokens.has(id)) draft.tokens.set(id, { id, secret: SECRET, privileges: {} });
    },
  },
  {
    path: '/access/users/{user}/token',
    methods: ['GET'],
    means: (draft, { data }, { user = '' }) => {
      each(data, (entry) => {
        const id = `${user}!${text(entry, 'tokenid')}`;
        if (!draft.tokens.has(id)) draft.tokens.set(id, { id, secret: SECRET, privileges: {} });
      });
    },
  },
  {
    path: '/access/ticket',
    methods: ['POST'],
    means: (draft, { params, good, data }) => {
      const user = params.username ?? '';
      draft.passwords[user] = good ? (params.password ?? '') : `not ${params.password}`;
      if (isRecord(data) && isRecord(data.cap))
        draft.tokens.set(`${user}!rights`, { id: `${user}!rights`, secret: SECRET, privileges: capabilities(data.cap) });
    },
  },
];

/** The rights a token must have had for this answer. Root's have all, whatever the rest says. */
function rightsOf(draft: Draft, { said, data, exchange, good }: Scene, who: string): Rights {
  const [, path, privileges] = /Permission check failed(?: \(([^,)]+),? ?([^)]*)\))?/.exec(said) ?? [];
  if (path !== undefined) return { '/': PRIVILEGES.filter((one) => !(privileges ?? '').split('|').includes(one)) };
  if (/permission check failed/i.test(said)) return {};
  if (who.startsWith('root@pam')) return ALL;
  if (exchange.path === '/access/permissions' && isRecord(data)) return permissions(data);
  if (good && exchange.method === 'GET' && Array.isArray(data) && data.length === 0) {
    unseen(draft);
    return {};
  }
  return ALL;
}

function permissions(data: Fields): Rights {
  const pairs = Object.entries(data).map(([path, held]) => [path, isRecord(held) ? Object.keys(held) : []] as const);
  return Object.fromEntries(pairs);
}

const AREAS: Readonly<Record<string, string>> = {
  vms: '/vms',
  storage: '/storage',
  nodes: '/nodes',
  dc: '/',
  access: '/access',
  sdn: '/sdn',
  mapping: '/mapping',
};

function capabilities(cap: Fields): Rights {
  return Object.fromEntries(
    Object.entries(cap).flatMap(([area, held]) => (isRecord(held) && Object.keys(held).length > 0 ? [[AREAS[area] ?? `/${area}`, Object.keys(held)]] : [])),
  );
}

/** Things somebody without rights does not see. */
function unseen(draft: Draft): void {
  node(draft, draft.home);
  guest(draft, 990, 'qemu', draft.home);
  guest(draft, 991, 'lxc', draft.home);
  storage(draft, 'local');
  const upid = `UPID:${draft.home}:00007001:00090001:6B000001:qmstart:990:root@pam:`;
  draft.tasks.set(upid, { upid, log: ['TASK OK'], exitstatus: 'OK' });
}
