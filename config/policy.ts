import type { Host } from '../src/core/command.ts';
import type { Policy } from '../src/core/policy.ts';
import type { Program } from '../src/core/program.ts';
import type { Place } from '../src/core/types.ts';
import type { Config } from './schema.ts';

/** The hosts of a configuration as plans see them, in its order: those with a shell, then clusters, then backup servers. */
export function hostsOf(config: Config): Host[] {
  return [
    ...Object.entries(config.hosts).map(([name, { site, sites = [], kind, tags, address, at, libvirt }]) => ({
      ...{ name, site, kind, tags, libvirt },
      sites: [site, ...sites.filter((other) => other !== site)],
      address: at ?? address,
    })),
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
    people: new Map(Object.entries(config.people).map(([id, { name, lang, roles }]) => [id, { id, name, lang, roles }])),
    roles: new Map(Object.entries(config.roles).map(([id, { grants }]) => [id, grants])),
    approvals: config.approvals.map(({ from, count, roles, expires }) => ({ from, count, roles, expiresMs: expires })),
    hosts: hostsOf(config),
  };
}

/** What the configuration says of a room, if it says anything. */
export function roomOf(config: Config, place: Pick<Place, 'chat' | 'room'>): Config['rooms'][string] | undefined {
  return Object.values(config.rooms).find(({ chat, id }) => chat === place.chat && id === place.room);
}

/** Where else what is asked in a place is shown. */
export function mirrorsOf(config: Config, place: Place): Place[] {
  return (roomOf(config, place)?.mirror ?? []).flatMap((name): Place[] => {
    const room = config.rooms[name];
    return room ? [{ chat: room.chat, room: room.id }] : [];
  });
}

/** The person behind an account; in practice, people speak by their own ids. */
export function personOf(config: Config, account: { readonly chat: string; readonly id: string }): string | undefined {
  if (account.chat === 'practice') return config.practice && account.id in config.people ? account.id : undefined;
  return Object.entries(config.people).find(([, person]) => person.accounts[account.chat]?.includes(account.id))?.[0];
}
