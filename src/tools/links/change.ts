import { blank, isV6, type LinkConf } from './conf.ts';
import type { Wish } from './wish.ts';

/** How the links are configured once a wish is fulfilled. Pure; whether it can work is for `checkChange` to say. */
export function changed(before: readonly LinkConf[], wish: Wish): LinkConf[] {
  const { link: name } = wish;
  switch (wish.do) {
    case 'bridge set': {
      const made = edited(before, name, 'bridge', (link) => ({
        ...link,
        kind: 'bridge',
        ports: wish.ports ?? link.ports ?? [],
        stp: wish.stp ?? link.stp,
        vlanAware: wish.vlanAware ?? link.vlanAware,
        addresses: withAddress(link.addresses, wish.address),
      }));
      return wish.address === undefined ? made : moved(made, name, wish.address);
    }
    case 'vlan set':
      return edited(before, name, 'vlan', (link) => ({
        ...link,
        kind: 'vlan',
        parent: wish.parent,
        id: wish.id,
        addresses: withAddress(link.addresses, wish.address),
      }));
    case 'bond set':
      return edited(before, name, 'bond', (link) => ({ ...link, kind: 'bond', ports: wish.ports, mode: wish.mode }));
    case 'tunnel set': {
      const { kind, local, remote, vni, mtu, bridge } = wish;
      const made = edited(before, name, kind, (link) => ({ ...link, kind, local, remote, vni, mtu }));
      return made.map((link) =>
        link.kind !== 'bridge' || bridge === undefined || (link.name === bridge) === (link.ports?.includes(name) ?? false)
          ? link
          : { ...link, ports: link.name === bridge ? [...(link.ports ?? []), name] : (link.ports ?? []).filter((port) => port !== name) },
      );
    }
    case 'bridge remove':
    case 'vlan remove':
    case 'bond remove':
    case 'tunnel remove':
      return before
        .filter((link) => link.name !== name)
        .map((link) => (link.ports?.includes(name) ? { ...link, ports: link.ports.filter((port) => port !== name) } : link));
    case 'address set':
      return edited(before, name, 'ether', (link) => {
        const others = wish.replace ? link.addresses.filter((address) => isV6(address) !== isV6(wish.address)) : link.addresses;
        const gateways = link.gateways.filter((gateway) => wish.gateway === undefined || isV6(gateway) !== isV6(wish.gateway));
        return { ...link, addresses: withAddress(others, wish.address), gateways: wish.gateway === undefined ? gateways : [...gateways, wish.gateway] };
      });
    case 'address remove':
      return edited(before, name, 'ether', (link) => ({ ...link, addresses: link.addresses.filter((address) => address !== wish.address) }));
    case 'route set':
      return edited(before, name, 'ether', (link) => ({ ...link, routes: [...link.routes.filter(({ to }) => to !== wish.route.to), wish.route] }));
    case 'route remove':
      return edited(before, name, 'ether', (link) => ({ ...link, routes: link.routes.filter(({ to }) => to !== wish.to) }));
    case 'mtu set':
      return edited(before, name, 'ether', (link) => ({ ...link, mtu: wish.mtu }));
    case 'mtu remove':
      return edited(before, name, 'ether', (link) => ({ ...link, mtu: undefined }));
  }
}

function edited(before: readonly LinkConf[], name: string, kind: LinkConf['kind'], edit: (link: LinkConf) => LinkConf): LinkConf[] {
  if (before.some((link) => link.name === name)) return before.map((link) => (link.name === name ? edit(link) : link));
  return [...before, edit(blank(name, kind))];
}

const withAddress = (addresses: readonly string[], address: string | undefined): readonly string[] =>
  address === undefined || addresses.includes(address) ? addresses : [...addresses, address];

/** An address that a port of the bridge had moves to the bridge with all that hangs on it: gateways and routes. */
function moved(links: readonly LinkConf[], bridge: string, address: string): LinkConf[] {
  const ports = links.find(({ name }) => name === bridge)?.ports ?? [];
  const from = links.find((link) => ports.includes(link.name) && link.addresses.includes(address));
  if (!from) return [...links];
  return links.map((link) => {
    if (link === from) return { ...link, addresses: [], gateways: [], routes: [] };
    if (link.name !== bridge) return link;
    const addresses = [...link.addresses, ...from.addresses.filter((one) => !link.addresses.includes(one))];
    return { ...link, addresses, gateways: [...link.gateways, ...from.gateways], routes: [...link.routes, ...from.routes] };
  });
}

/** The wish that takes a wish back, where one says the old state; whether it truly does is seen by fulfilling it. */
export function reverse(before: readonly LinkConf[], wish: Wish): Wish | undefined {
  const { link: name } = wish;
  const was = before.find((link) => link.name === name);
  switch (wish.do) {
    case 'bridge set':
    case 'vlan set':
    case 'bond set':
    case 'tunnel set':
      return was ? setting(before, was) : { do: REMOVE[wish.do], link: name };
    case 'bridge remove':
    case 'vlan remove':
    case 'bond remove':
    case 'tunnel remove':
      return was && setting(before, was);
    case 'address set': {
      const gateway = was?.gateways.find((one) => isV6(one) === isV6(wish.address));
      const rest = gateway === undefined || gateway === wish.gateway || wish.gateway === undefined ? {} : { gateway };
      const old = was?.addresses.filter((one) => isV6(one) === isV6(wish.address)) ?? [];
      if (wish.replace && old.length === 1 && old[0] !== undefined) return { do: 'address set', link: name, address: old[0], replace: true, ...rest };
      if (old.includes(wish.address)) return { do: 'address set', link: name, address: wish.address, ...rest };
      return { do: 'address remove', link: name, address: wish.address };
    }
    case 'address remove':
      return { do: 'address set', link: name, address: wish.address };
    case 'route set': {
      const old = was?.routes.find(({ to }) => to === wish.route.to);
      return old ? { do: 'route set', link: name, route: old } : { do: 'route remove', link: name, to: wish.route.to };
    }
    case 'route remove': {
      const old = was?.routes.find(({ to }) => to === wish.to);
      return old && { do: 'route set', link: name, route: old };
    }
    case 'mtu set':
    case 'mtu remove':
      return was?.mtu === undefined ? { do: 'mtu remove', link: name } : { do: 'mtu set', link: name, mtu: was.mtu };
  }
}

const REMOVE = { 'bridge set': 'bridge remove', 'vlan set': 'vlan remove', 'bond set': 'bond remove', 'tunnel set': 'tunnel remove' } as const;

/** The wish that makes a link what it is, as far as one can. */
function setting(
  links: readonly LinkConf[],
  { name, kind, ports = [], addresses, stp, vlanAware, parent, id, mode, local, remote, vni, mtu }: LinkConf,
): Wish | undefined {
  const first = addresses[0] === undefined ? {} : { address: addresses[0] };
  if (kind === 'bridge') return { do: 'bridge set', link: name, ports, stp: stp === true, vlanAware: vlanAware === true, ...first };
  if (kind === 'vlan') return parent === undefined || id === undefined ? undefined : { do: 'vlan set', link: name, parent, id, ...first };
  if (kind === 'bond') return { do: 'bond set', link: name, ports, mode: mode ?? 'balance-rr' };
  if (kind !== 'gre' && kind !== 'gretap' && kind !== 'vxlan') return undefined;
  if (local === undefined || remote === undefined || mtu === undefined) return undefined;
  const bridge = links.find((link) => link.kind === 'bridge' && link.ports?.includes(name))?.name;
  return { do: 'tunnel set', link: name, kind, local, remote, mtu, ...(vni === undefined ? {} : { vni }), ...(bridge === undefined ? {} : { bridge }) };
}
