import { type Call, fail } from '../program.ts';
import { NETWORK, NETWORK6 } from '../world/fleet.ts';
import { type Link, links, mainLink } from '../world/links.ts';
import type { Machine } from '../world/machine.ts';
import { netOf } from '../world/netconf.ts';

const FOREVER = 4_294_967_295;

/** `ip -j` with addr, link, route and neigh; -s and -6 where they make a difference. */
export function ip(call: Call): number {
  const words = call.argv.slice(1);
  const at = words.findIndex((word) => !word.startsWith('-'));
  const options = new Set((at < 0 ? words : words.slice(0, at)).flatMap((word) => (word === '-json' ? ['-j'] : word === '-stats' ? ['-s'] : [word])));
  const [object = '', ...rest] = at < 0 ? [] : words.slice(at);
  const [verb, ...filter] = rest;
  const full = ['address', 'link', 'route', 'neighbour'].find((name) => object !== '' && name.startsWith(object));
  if (!full)
    return fail(
      call,
      object === '' ? 'Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }' : `Object "${object}" is unknown, try "ip help".`,
      object === '' ? 255 : 1,
    );
  if (verb !== undefined && !['show', 'list', 'ls', 's'].includes(verb)) return fail(call, `Command "${verb}" is unknown, try "ip ${full} help".`, 255);
  if (!options.has('-j')) return fail(call, 'ip: the practice hosts answer in JSON only, say -j', 255);
  const { machine } = call;
  const device = filter[0] === 'dev' ? filter[1] : filter[0];
  const family = options.has('-6') ? 6 : options.has('-4') ? 4 : undefined;
  const all = links(machine);
  if (device !== undefined && !all.some((link) => link.name === device)) return fail(call, `Device "${device}" does not exist.`);
  const chosen = all.filter((link) => device === undefined || link.name === device);
  if (full === 'address')
    print(
      call,
      chosen.map((link) => ({
        ...head(link, false),
        ...(options.has('-d') ? kind(link) : {}),
        addr_info: addresses(machine, link, family),
        ...(options.has('-s') ? stats(link) : {}),
      })),
    );
  else if (full === 'link')
    print(
      call,
      chosen.map((link) => ({ ...head(link, true), ...(options.has('-d') ? kind(link) : {}), ...(options.has('-s') ? stats(link) : {}) })),
    );
  else if (full === 'route')
    print(
      call,
      (family === 6 ? routes6(machine) : routes(machine)).filter((route) => device === undefined || route.dev === device),
    );
  else
    print(
      call,
      neighbours(machine, family).filter((near) => device === undefined || near.dev === device),
    );
  return 0;
}

function print(call: Call, value: unknown): void {
  call.out(`${JSON.stringify(value)}\n`);
}

function head(link: Link, mode: boolean) {
  return {
    ifindex: link.index,
    ...(link.on === undefined ? {} : { link: link.on }),
    ifname: link.name,
    flags: link.flags,
    mtu: link.mtu,
    qdisc: link.qdisc,
    ...(link.master === undefined ? {} : { master: link.master }),
    operstate: link.state,
    ...(mode ? { linkmode: 'DEFAULT' } : {}),
    group: 'default',
    txqlen: 1000,
    link_type: link.kind,
    address: link.mac,
    broadcast: link.broadcast,
  };
}

/** What kind of link it is, where it is no card. */
function kind({ name, made: own, data }: Link) {
  const made = own ?? (name.startsWith('vmbr') ? 'bridge' : name.startsWith('vnet') ? 'tun' : undefined);
  return made === undefined ? {} : { linkinfo: { info_kind: made, ...(data === undefined ? {} : { info_data: data }) } };
}

function stats({ rx, tx }: Link) {
  return {
    stats64: {
      rx: { bytes: rx.bytes, packets: rx.packets, errors: 0, dropped: rx.dropped, over_errors: 0, multicast: 0 },
      tx: { bytes: tx.bytes, packets: tx.packets, errors: 0, dropped: tx.dropped, carrier_errors: 0, collisions: 0 },
    },
  };
}

function addresses(machine: Machine, link: Link, family: 4 | 6 | undefined) {
  const life = { valid_life_time: FOREVER, preferred_life_time: FOREVER };
  const v4 = (local: string, prefixlen: number, scope: string, broadcast?: string) => ({
    family: 'inet',
    local,
    prefixlen,
    ...(broadcast === undefined ? {} : { broadcast }),
    scope,
    label: link.name,
    ...life,
  });
  const v6 = (local: string, prefixlen: number, scope: string) => ({ family: 'inet6', local, prefixlen, scope, ...life });
  const both = (four: readonly object[], six: readonly object[]) => (family === 4 ? four : family === 6 ? six : [...four, ...six]);
  if (link.name === 'lo') return both([v4('127.0.0.1', 8, 'host')], [v6('::1', 128, 'host')]);
  if (link.name.startsWith('vnet')) return both([], [v6(linkLocal(link.mac), 64, 'link')]);
  const main = link.name === mainLink(machine);
  const own = netOf(machine).find(({ name }) => name === link.name)?.addresses ?? [];
  const more = own.flatMap((address) => {
    const [local = '', length = ''] = address.split('/');
    return local === machine.at ? [] : [local.includes(':') ? v6(local, Number(length), 'global') : v4(local, Number(length), 'global')];
  });
  if (!main) return more.filter((one) => family === undefined || (one.family === 'inet6') === (family === 6));
  const first = own.some((address) => address.startsWith(`${machine.at}/`)) ? [v4(machine.at, 24, 'global', `${NETWORK[machine.site]}.255`)] : [];
  return both(
    [...first, ...more.filter((one) => one.family === 'inet')],
    [v6(machine.at6, 64, 'global'), ...more.filter((one) => one.family === 'inet6'), v6(linkLocal(link.mac), 64, 'link')],
  );
}

/** The link-local address a card gives itself from its MAC address. */
function linkLocal(mac: string): string {
  const bytes = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const pair = (high = 0, low = 0) => ((high << 8) | low).toString(16);
  const [a = 0, b, c, d, e, f] = bytes;
  return `fe80::${pair(a ^ 2, b)}:${pair(c, 0xff)}:${pair(0xfe, d)}:${pair(e, f)}`;
}

function routes(machine: Machine) {
  const network = NETWORK[machine.site];
  const dev = mainLink(machine);
  return [
    { dst: 'default', gateway: `${network}.1`, dev, ...(machine.os.ssh === 'sshd' ? { protocol: 'static', metric: 100 } : {}), flags: [] },
    { dst: `${network}.0/24`, dev, protocol: 'kernel', scope: 'link', prefsrc: machine.at, ...(machine.os.ssh === 'sshd' ? { metric: 100 } : {}), flags: [] },
    ...netOf(machine).flatMap(({ name, routes: all }) =>
      all
        .filter(({ to }) => !to.includes(':'))
        .map(({ to, via, metric }) => ({ dst: to, gateway: via, dev: name, ...(metric === undefined ? {} : { metric }), flags: [] })),
    ),
  ];
}

function routes6(machine: Machine) {
  const network = NETWORK6[machine.site];
  const dev = mainLink(machine);
  const local = { dev, protocol: 'kernel', metric: 256, flags: [], pref: 'medium' };
  return [
    { dst: `${network}:/64`, ...local },
    { dst: 'fe80::/64', ...local },
    { dst: 'default', gateway: `${network}:1`, dev, metric: 1024, flags: [], pref: 'medium' },
  ];
}

function neighbours(machine: Machine, family: 4 | 6 | undefined) {
  const dev = mainLink(machine);
  const near = machine.fleet.filter((other) => other.site === machine.site && other !== machine);
  const gateway = { dst: `${NETWORK[machine.site]}.1`, dev, lladdr: '00:00:5e:00:01:01', state: ['REACHABLE'] };
  const four = near.map((other) =>
    other.reachable ? { dst: other.at, dev, lladdr: other.nic.mac, state: ['STALE'] } : { dst: other.at, dev, state: ['FAILED'] },
  );
  const six = [{ dst: `${NETWORK6[machine.site]}:1`, dev, lladdr: '00:00:5e:00:01:01', router: null, state: ['STALE'] }];
  if (family === 4) return [gateway, ...four];
  return family === 6 ? six : [gateway, ...four, ...six];
}
