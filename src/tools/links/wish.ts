import type { Input } from '../../core/types.ts';
import type { Kind, RouteConf } from './conf.ts';

/** What somebody wants of a host's links; what is left out stays as it is. */
export type Wish =
  | {
      readonly do: 'bridge set';
      readonly link: string;
      readonly ports?: readonly string[];
      readonly address?: string;
      readonly stp?: boolean;
      readonly vlanAware?: boolean;
    }
  | { readonly do: 'vlan set'; readonly link: string; readonly parent: string; readonly id: number; readonly address?: string }
  | { readonly do: 'bond set'; readonly link: string; readonly ports: readonly string[]; readonly mode: string }
  | {
      readonly do: 'tunnel set';
      readonly link: string;
      readonly kind: Kind & ('gre' | 'gretap' | 'vxlan');
      readonly local: string;
      readonly remote: string;
      readonly vni?: number;
      readonly mtu: number;
      readonly bridge?: string;
    }
  | { readonly do: 'bridge remove' | 'vlan remove' | 'bond remove' | 'tunnel remove'; readonly link: string }
  | { readonly do: 'address set'; readonly link: string; readonly address: string; readonly gateway?: string; readonly replace?: boolean }
  | { readonly do: 'address remove'; readonly link: string; readonly address: string }
  | { readonly do: 'route set'; readonly link: string; readonly route: RouteConf }
  | { readonly do: 'route remove'; readonly link: string; readonly to: string }
  | { readonly do: 'mtu set'; readonly link: string; readonly mtu: number }
  | { readonly do: 'mtu remove'; readonly link: string };

const onOff = (on: boolean): string => (on ? 'on' : 'off');

/** The input of the command that says this wish of a host, by that command's arguments and options. */
export function inputOf(host: string, wish: Wish): Input {
  const { link } = wish;
  switch (wish.do) {
    case 'bridge set':
      return {
        host,
        bridge: link,
        ...(wish.ports ? { ports: wish.ports.join(',') || 'none' } : {}),
        ...(wish.address === undefined ? {} : { address: wish.address }),
        ...(wish.vlanAware === undefined ? {} : { 'vlan-aware': onOff(wish.vlanAware) }),
        ...(wish.stp === undefined ? {} : { stp: onOff(wish.stp) }),
      };
    case 'vlan set':
      return { host, parent: wish.parent, id: String(wish.id), name: link, ...(wish.address === undefined ? {} : { address: wish.address }) };
    case 'bond set':
      return { host, bond: link, ports: wish.ports.join(','), mode: wish.mode };
    case 'tunnel set':
      return {
        host,
        tunnel: link,
        kind: wish.kind,
        local: wish.local,
        remote: wish.remote,
        ...(wish.vni === undefined ? {} : { vni: String(wish.vni) }),
        mtu: String(wish.mtu),
        ...(wish.bridge === undefined ? {} : { bridge: wish.bridge }),
      };
    case 'bridge remove':
      return { host, bridge: link };
    case 'vlan remove':
    case 'mtu remove':
      return { host, link };
    case 'bond remove':
      return { host, bond: link };
    case 'tunnel remove':
      return { host, tunnel: link };
    case 'address set':
      return {
        host,
        link,
        address: wish.address,
        ...(wish.gateway === undefined ? {} : { gateway: wish.gateway }),
        ...(wish.replace ? { replace: true } : {}),
      };
    case 'address remove':
      return { host, link, address: wish.address };
    case 'route set': {
      const { to, via, metric } = wish.route;
      return { host, destination: to, via, dev: link, ...(metric === undefined ? {} : { metric: String(metric) }) };
    }
    case 'route remove':
      return { host, destination: wish.to, dev: link };
    case 'mtu set':
      return { host, link, mtu: String(wish.mtu) };
  }
}
