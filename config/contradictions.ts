import { z } from 'zod';
import { PLACEHOLDER } from '../src/core/program.ts';
import { ofBackups } from './backups.ts';
import { ofAlerts } from './calling.ts';
import { ofZones } from './naming.ts';
import { ofRules } from './rules.ts';

/** Something that is wrong between parts of a configuration that each look right. */
export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const text = z.string().optional().catch(undefined);
const texts = z.array(z.string()).catch([]);

const server = z.object({ site: text, sites: texts, tunnel: text, ca: text });

/** As much of a configuration as can be read, so that one wrong value does not hide what else is wrong. */
const readable = z
  .object({
    practice: z.boolean().catch(false),
    self: z.object({ host: text }).optional().catch(undefined),
    ssh: z.object({ key: text, knownHosts: text }).catch({}),
    sites: z.record(z.string(), z.unknown()).catch({}),
    hosts: z
      .record(
        z.string(),
        z.object({ site: text, sites: texts, address: text, key: text, jump: text, knownHosts: text, hostKey: z.unknown().optional() }).catch({ sites: [] }),
      )
      .catch({}),
    clusters: z
      .record(
        z.string(),
        server
          .extend({ nodes: z.record(z.string(), z.object({ address: text, fingerprint: text, host: text }).catch({})).catch({}) })
          .catch({ sites: [], nodes: {} }),
      )
      .catch({}),
    backupServers: z.record(z.string(), server.extend({ address: text, fingerprint: text }).catch({ sites: [] })).catch({}),
    people: z.record(z.string(), z.object({ accounts: z.record(z.string(), texts).catch({}) }).catch({ accounts: {} })).catch({}),
    programs: z
      .record(
        z.string(),
        z.object({ argv: texts, with: z.record(z.string(), z.object({ pattern: text, default: text }).catch({})).catch({}) }).catch({ argv: [], with: {} }),
      )
      .catch({}),
    chats: z
      .object({ slack: z.object({ appToken: text, signingSecret: text }).optional().catch(undefined), matrix: z.object({}).optional().catch(undefined) })
      .catch({}),
    rooms: z.record(z.string(), z.object({ chat: text, mirror: texts, id: text }).catch({ mirror: [] })).catch({}),
    web: z.object({ url: text, metrics: text }).catch({}),
  })
  .catch({
    practice: true,
    ssh: {},
    sites: {},
    hosts: {},
    clusters: {},
    backupServers: {},
    people: {},
    programs: {},
    chats: {},
    rooms: {},
    web: {},
  });
type Readable = z.output<typeof readable>;

const loopback = /^(127(\.\d{1,3}){3}|::1|localhost)$/;

/** Every contradiction in a configuration, whole or damaged. */
export function contradictions(config: unknown): Contradiction[] {
  const seen = readable.parse(config);
  return [
    ...ofHosts(seen),
    ...ofServers(seen),
    ...ofRules(config),
    ...ofBackups(config),
    ...ofZones(config),
    ...ofAlerts(config),
    ...ofAccounts(seen),
    ...ofPrograms(seen),
    ...ofRooms(seen),
    ...ofTheRest(seen),
  ];
}

const known = (all: object) => Object.keys(all).join(', ') || 'none';

function ofHosts({ hosts, sites, ssh, practice }: Readable): Contradiction[] {
  return Object.entries(hosts).flatMap(([id, host]) => {
    const found: Contradiction[] = [];
    const named = [...(host.site === undefined ? [] : [['site', host.site] as const]), ...host.sites.map((site) => ['sites', site] as const)];
    for (const [key, site] of named) {
      if (!(site in sites)) found.push({ path: ['hosts', id, key], message: `there is no site “${site}”; sites: has ${known(sites)}` });
    }
    if (practice && host.address !== undefined && !loopback.test(host.address)) {
      found.push({ path: ['hosts', id, 'address'], message: 'practice: true allows loopback addresses only, such as 127.0.0.1' });
    }
    if (!host.hostKey && !host.knownHosts && !ssh.knownHosts) {
      found.push({ path: ['hosts', id], message: 'needs hostKey: (SHA256:…) or knownHosts:, so that a stranger is not taken for this host' });
    }
    const way = wayTo(id, hosts);
    if (way !== undefined) found.push({ path: ['hosts', id, 'jump'], message: way });
    if (!host.key && !ssh.key) found.push({ path: ['hosts', id], message: 'needs key: (file:/path or env:NAME), here or under ssh:' });
    return found;
  });
}

/** Proxmox clusters and backup servers. */
function ofServers({ hosts, clusters, backupServers, sites, practice }: Readable): Contradiction[] {
  const places = [
    ...Object.entries(clusters).map(([id, one]) => ({
      id,
      key: 'clusters',
      one,
      ends: Object.entries(one.nodes).map(([node, end]) => ({ path: ['nodes', node], end })),
    })),
    ...Object.entries(backupServers).map(([id, one]) => ({ id, key: 'backupServers', one, ends: [{ path: [] as string[], end: one }] })),
  ];
  return places.flatMap(({ id, key, one, ends }) => {
    const found: Contradiction[] = [];
    const here = [key, id];
    for (const [place, site] of [...(one.site === undefined ? [] : [['site', one.site] as const]), ...one.sites.map((site) => ['sites', site] as const)]) {
      if (!(site in sites)) found.push({ path: [...here, place], message: `there is no site “${site}”; sites: has ${known(sites)}` });
    }
    if (id in hosts || (key === 'backupServers' && id in clusters))
      found.push({ path: here, message: `there is another host named “${id}”; every name stands once` });
    if (one.tunnel !== undefined && !(one.tunnel in hosts))
      found.push({ path: [...here, 'tunnel'], message: `there is no host “${one.tunnel}” to go through` });
    if (ends.length === 0) found.push({ path: [...here, 'nodes'], message: 'needs at least one node' });
    for (const { path, end } of ends) {
      if (practice && end.address !== undefined && !loopback.test(end.address))
        found.push({ path: [...here, ...path, 'address'], message: 'practice: true allows loopback addresses only, such as 127.0.0.1' });
      if (!end.fingerprint && !one.ca)
        found.push({
          path: [...here, ...path],
          message: 'needs fingerprint: (the SHA-256 of its certificate) or ca:, so that a stranger is not given the token',
        });
      if ('host' in end && end.host !== undefined && !(end.host in hosts))
        found.push({ path: [...here, ...path, 'host'], message: `there is no host “${end.host}”; hosts: has ${known(hosts)}` });
    }
    return found;
  });
}

/** What is wrong with the hosts to go through to reach this one. */
function wayTo(id: string, hosts: Readable['hosts']): string | undefined {
  const passed = [id];
  for (let next = hosts[id]?.jump; next !== undefined; next = hosts[next]?.jump) {
    if (!(next in hosts)) return `there is no host “${next}” to go through`;
    if (passed.includes(next)) return `goes round in a circle: ${[...passed, next].join(' → ')}`;
    passed.push(next);
  }
  return undefined;
}

function ofAccounts({ people }: Readable): Contradiction[] {
  const owner = new Map<string, string>();
  return Object.entries(people).flatMap(([id, person]) =>
    Object.entries(person.accounts).flatMap(([chat, ids]) =>
      ids.flatMap((account) => {
        const other = owner.get(`${chat} ${account}`);
        owner.set(`${chat} ${account}`, id);
        return other === undefined ? [] : [{ path: ['people', id, 'accounts', chat], message: `${chat} account ${account} belongs to ${other} already` }];
      }),
    ),
  );
}

function ofPrograms({ programs }: Readable): Contradiction[] {
  return Object.entries(programs).flatMap(([id, { argv, with: values }]) => {
    const used = argv.flatMap((word, i) => [...word.matchAll(PLACEHOLDER)].map(([, name = '']) => ({ name, i })));
    const found: Contradiction[] = used.flatMap(({ name, i }) =>
      i === 0
        ? [{ path: ['programs', id, 'argv', 0], message: 'the program itself cannot be a value' }]
        : name in values
          ? []
          : [{ path: ['programs', id, 'argv', i], message: `“{${name}}” is not declared under with:; it has ${known(values)}` }],
    );
    for (const [name, { pattern, default: usual }] of Object.entries(values)) {
      if (!used.some((one) => one.name === name)) found.push({ path: ['programs', id, 'with', name], message: `“{${name}}” is nowhere in argv` });
      if (usual !== undefined && pattern !== undefined && !fits(pattern, usual))
        found.push({ path: ['programs', id, 'with', name, 'default'], message: `does not match ${pattern}` });
    }
    return found;
  });
}

function fits(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(text);
  } catch {
    return true; // the pattern itself is complained of
  }
}

function ofRooms({ chats, rooms }: Readable): Contradiction[] {
  const found: Contradiction[] = [];
  if (chats.slack && (chats.slack.appToken === undefined) === (chats.slack.signingSecret === undefined))
    found.push({ path: ['chats', 'slack'], message: 'needs appToken: (Socket Mode) or signingSecret: (HTTP), one of the two' });
  const owner = new Map<string, string>();
  for (const [id, room] of Object.entries(rooms)) {
    if (room.chat !== undefined && !(room.chat in chats))
      found.push({ path: ['rooms', id, 'chat'], message: `chats: has no “${room.chat}”; it has ${known(chats)}` });
    const same = owner.get(`${room.chat} ${room.id}`);
    if (same !== undefined) found.push({ path: ['rooms', id, 'id'], message: `is the room “${same}” already` });
    owner.set(`${room.chat} ${room.id}`, id);
    for (const [i, other] of room.mirror.entries()) {
      if (!(other in rooms)) found.push({ path: ['rooms', id, 'mirror', i], message: `there is no room “${other}”; rooms: has ${known(rooms)}` });
      else if (other === id) found.push({ path: ['rooms', id, 'mirror', i], message: 'is this room itself' });
    }
  }
  return found;
}

function ofTheRest({ self, hosts, clusters, backupServers, web }: Readable): Contradiction[] {
  const found: Contradiction[] = [];
  if (self?.host !== undefined && !(self.host in { ...hosts, ...clusters, ...backupServers }))
    found.push({ path: ['self', 'host'], message: `there is no host “${self.host}”` });
  if (web.metrics !== undefined && web.url === undefined)
    found.push({ path: ['web', 'metrics'], message: 'is for who reads /metrics by url: which is not there; on this machine it needs no token' });
  return found;
}
