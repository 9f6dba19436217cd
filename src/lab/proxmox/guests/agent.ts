import { type Guest, seconds, type World } from '../world.ts';

/** What the agent inside a guest answers to a command without parameters. */
export function agentSays(world: World, guest: Guest, command: string): unknown {
  return (ANSWERS[command] ?? (() => ({})))(world, guest);
}

type Says = (world: World, guest: Guest) => unknown;

const ANSWERS: { readonly [command: string]: Says } = {
  'get-osinfo': (_, { agent }) => ({
    ...{ id: 'debian', name: 'Debian GNU/Linux', 'pretty-name': agent?.os ?? 'Debian GNU/Linux 13 (trixie)', version: '13 (trixie)', 'version-id': '13' },
    ...{ machine: 'x86_64', 'kernel-release': '6.12.48+deb13-amd64', 'kernel-version': '#1 SMP PREEMPT_DYNAMIC Debian 6.12.48-1' },
  }),
  'get-host-name': (_, { config }) => ({ 'host-name': config.name ?? 'localhost' }),
  'get-time': () => seconds() * 1e9,
  'get-timezone': () => ({ offset: 0, zone: 'UTC' }),
  'get-users': () => [],
  'get-vcpus': (_, { config }) =>
    Array.from({ length: Number(config.cores ?? 1) * Number(config.sockets ?? 1) }, (_, at) => ({
      'logical-id': at,
      online: true,
      ...(at === 0 ? {} : { 'can-offline': true }),
    })),
  'get-memory-block-info': () => ({ size: 128 * 2 ** 20 }),
  'get-memory-blocks': () => [{ 'phys-index': 0, online: true, 'can-offline': false }],
  'get-fsinfo': () => [{ name: 'sda1', mountpoint: '/', type: 'ext4', 'total-bytes': 32 * 2 ** 30, 'used-bytes': 9 * 2 ** 30, disk: [] }],
  'network-get-interfaces': (_, guest) => interfaces(guest),
  info: () => ({ version: '10.0.2', supported_commands: [] }),
  fstrim: (world) => ({ paths: [{ path: '/', trimmed: world.random.int(1, 900) * 2 ** 20, minimum: 0 }] }),
  'fsfreeze-status': () => 'thawed',
  'fsfreeze-freeze': () => 1,
  'fsfreeze-thaw': () => 1,
};

const STATISTICS = {
  ...{ 'rx-bytes': 1_200_000, 'tx-bytes': 900_000, 'rx-packets': 4000, 'tx-packets': 3500 },
  ...{ 'rx-errs': 0, 'tx-errs': 0, 'rx-dropped': 0, 'tx-dropped': 0 },
};

/** Loopback has its address; a card without one has no list of addresses at all. */
function interfaces({ agent, config }: Guest): unknown {
  const loopback = {
    name: 'lo',
    'hardware-address': '00:00:00:00:00:00',
    'ip-addresses': [
      { 'ip-address': '127.0.0.1', 'ip-address-type': 'ipv4', prefix: 8 },
      { 'ip-address': '::1', 'ip-address-type': 'ipv6', prefix: 128 },
    ],
  };
  const mac = /[0-9A-F]{2}(:[0-9A-F]{2}){5}/i.exec(String(config.net0 ?? ''))?.[0]?.toLowerCase() ?? 'bc:24:11:00:00:01';
  const addresses = (agent?.addresses ?? []).map((text) => ({
    'ip-address': text,
    'ip-address-type': text.includes(':') ? 'ipv6' : 'ipv4',
    prefix: text.includes(':') ? 64 : 24,
  }));
  return [
    loopback,
    { name: 'eth0', 'hardware-address': mac, statistics: STATISTICS, ...(addresses.length > 0 ? { 'ip-addresses': addresses } : {}) },
    { name: 'docker0', 'hardware-address': '02:42:00:00:00:01' },
  ];
}
