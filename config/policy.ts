import type { Host } from '../src/core/command.ts';
import type { Hours } from '../src/core/hours.ts';
import type { ApprovalRule, Cover, Deny, Grant, Policy } from '../src/core/policy.ts';
import type { Program } from '../src/core/program.ts';
import type { Place } from '../src/core/types.ts';
import { backupsOf, secretRef } from './declared.ts';
import { PLACES } from './rules.ts';
import type { Config } from './schema.ts';

/** The hosts of a configuration as plans see them, in its order: those with a shell, then clusters, then backup servers. */
export function hostsOf(config: Config): Host[] {
  return [
    ...Object.entries(config.hosts).map(([name, { site, sites = [], kind, tags, address, at, libvirt, mac, bmc, backups }]): Host => {
      const node = nodeOf(config, name);
      const zones = Object.entries(config.dns).flatMap(([zone, { from }]) => (from === name ? [zone] : []));
      return {
        ...{ name, site, kind, tags, libvirt },
        sites: [site, ...sites.filter((other) => other !== site)],
        address: at ?? address,
        ...(node ? { node } : {}),
        ...(mac === undefined ? {} : { mac }),
        ...(bmc ? { bmc: { address: bmc.address, user: bmc.user, password: secretRef(bmc.password), ...(bmc.from ? { from: bmc.from } : {}) } } : {}),
        ...(Object.keys(backups).length > 0 ? { backups: backupsOf(backups) } : {}),
        ...(zones.length > 0 ? { zones } : {}),
      };
    }),
    ...Object.entries(config.clusters).map(
      ([name, { site, sites = [], tags, nodes }]): Host => ({
        ...{ name, site, tags, kind: 'pve', libvirt: '' },
        sites: [site, ...sites.filter((other) => other !== site)],
        address: Object.values(nodes)[0]?.address ?? '',
        nodes: Object.entries(nodes).map(([node, { host }]) => ({ name: node, ...(host === undefined ? {} : { shell: host }) })),
      }),
    ),
    ...Object.entries(config.backupServers).map(
      ([name, { site, sites = [], tags, address }]): Host => ({
        ...{ name, site, tags, address, kind: 'pbs', libvirt: '' },
        sites: [site, ...sites.filter((other) => other !== site)],
      }),
    ),
  ];
}

/** The node of a cluster that a host is. */
function nodeOf({ clusters }: Config, host: string): Host['node'] {
  for (const [cluster, { nodes }] of Object.entries(clusters)) {
    const found = Object.entries(nodes).find(([, node]) => node.host === host);
    if (found) return { cluster, name: found[0] };
  }
  return undefined;
}

/** The programs a configuration declares. */
export function programsOf(config: Config): Map<string, Program> {
  return new Map(
    Object.entries(config.programs).map(([name, { argv, timeout, ...rest }]) => {
      const [first = '', ...words] = argv;
      return [name, { ...rest, argv: [first, ...words], timeoutMs: timeout }];
    }),
  );
}

/** The policy a configuration states. */
export function policyOf(config: Config): Policy {
  return {
    people: new Map(Object.entries(config.people).map(([id, { name, lang, roles, signingKeys }]) => [id, { id, name, lang, roles, signingKeys }])),
    roles: new Map(
      Object.entries(config.roles).map(([id, { grants }]) => [
        id,
        grants.map(
          ({ commands, hosts, upTo, ...rest }, i): Grant => ({ id: `roles.${id}.grants.${i}`, commands, hosts, upTo, ...limits(rest, config, NEVER) }),
        ),
      ]),
    ),
    deny: config.deny.map(
      ({ name, roles, commands, hosts, from, why, ...rest }, i): Deny => ({
        ...{ id: name ?? `deny.${i}`, roles, commands, hosts, from },
        ...(why === undefined ? {} : { why }),
        ...limits(rest, config, ALWAYS),
      }),
    ),
    approvals: config.approvals.map(
      ({ from, commands, hosts, votes, count = 1, roles = [], expires, reason, stepUp }, i): ApprovalRule => ({
        ...{ id: `approvals.${i}`, from, commands, hosts, votes: votes ?? [{ count, roles }], expiresMs: expires },
        ...(reason === undefined ? {} : { reason: true }),
        ...(stepUp === undefined ? {} : { stepUp }),
      }),
    ),
    delegations: [],
    rooms: [...Object.keys(config.rooms), ...PLACES],
    hours: new Map(Object.entries(config.hours).map(([id, one]) => [id, [one]])),
    ...(config.breakGlass ? { breakGlass: { roles: config.breakGlass.roles, withinMs: config.breakGlass.within } } : {}),
    hosts: hostsOf(config),
  };
}

const NEVER: Hours = { zone: 'UTC', days: [], from: 0, to: 1440 };
const ALWAYS: Hours = { zone: 'UTC', days: [0, 1, 2, 3, 4, 5, 6], from: 0, to: 1440 };

/** The conditions of a grant or a deny rule, with the hours themselves for their names; `unknown` for a name that means none. */
function limits({ input, rooms, hours }: Limited, config: Config, unknown: Hours): Pick<Cover, 'input' | 'rooms' | 'hours'> {
  return {
    ...(input === undefined ? {} : { input }),
    ...(rooms === undefined ? {} : { rooms }),
    ...(hours === undefined ? {} : { hours: hours.map((name) => (Object.hasOwn(config.hours, name) ? config.hours[name] : undefined) ?? unknown) }),
  };
}
type Limited = Pick<Config['deny'][number], 'input' | 'rooms' | 'hours'>;

/** What the configuration says of a room, if it says anything. */
export function roomOf(config: Config, place: Pick<Place, 'chat' | 'room'>): Config['rooms'][string] | undefined {
  return Object.values(config.rooms).find(({ chat, id }) => chat === place.chat && id === place.room);
}

/** What policy calls a place: a room's name in the configuration, `private`, `web` or `terminal`; undefined for a room that is not in it. */
export function roomNameOf(config: Config, place: Place): string | undefined {
  if (place.chat === 'web') return place.room === 'terminal' ? 'terminal' : 'web'; // a terminal speaks through the console's door
  if (place.alone) return 'private';
  return Object.entries(config.rooms).find(([, { chat, id }]) => chat === place.chat && id === place.room)?.[0];
}

/** Where a room of this name is. */
export function placesOf(config: Config, name: string | undefined): Place[] {
  const room = name === undefined ? undefined : config.rooms[name];
  return room ? [{ chat: room.chat, room: room.id }] : [];
}

/** The rooms where the bot is at home in its chats. Their names, such as `home slack`, are no names of rooms: those have no blanks. */
export function homesOf(chats: Config['chats']): (Place & { readonly name: string })[] {
  return Object.entries(chats).flatMap(([chat, set]) => (set?.home === undefined ? [] : [{ name: `home ${chat}`, chat, room: set.home }]));
}

/** Where else what is asked in a place is shown. */
export function mirrorsOf(config: Config, place: Place): Place[] {
  return (roomOf(config, place)?.mirror ?? []).flatMap((name) => placesOf(config, name));
}

/** The person behind an account. In practice people speak by their own ids; so do those who are signed in to the console, whose gateway alone says `web`. */
export function personOf(config: Config, account: { readonly chat: string; readonly id: string }): string | undefined {
  if (account.chat === 'practice') return config.practice && Object.hasOwn(config.people, account.id) ? account.id : undefined;
  if (account.chat === 'web') return Object.hasOwn(config.people, account.id) ? account.id : undefined;
  const { chat, id } = account;
  // Whoever names a chat as something of every object is called finds nothing there.
  return Object.entries(config.people).find(([, { accounts }]) => Object.hasOwn(accounts, chat) && accounts[chat]?.includes(id))?.[0];
}
