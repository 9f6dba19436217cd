import type { Cell } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import type { Link } from '../ip.ts';

/** What a link is, in a few words: a bridge with its ports, a VLAN with its number and parent, a tunnel with its ends; empty for a card. */
export function kindCell(link: Link, all: readonly Link[]): Cell {
  const kind = link.linkinfo?.info_kind ?? '';
  const data = link.linkinfo?.info_data ?? {};
  const of = (key: string): string => (typeof data[key] === 'string' || typeof data[key] === 'number' ? String(data[key]) : '');
  const ports = all.filter(({ master }) => master === link.ifname).map(({ ifname }) => ifname);
  if (kind === 'bridge') {
    const what = of('vlan_filtering') === '1' ? say({ en: 'VLAN-aware bridge', zh: 'VLAN 感知网桥' }) : say({ en: 'bridge', zh: '网桥' });
    return ports.length === 0 ? what : say({ en: '{what}: {ports}', zh: '{what}：{ports}' }, { what, ports: list(ports) });
  }
  if (kind === 'bond') {
    const what = of('mode') === '' ? say({ en: 'bond', zh: '聚合' }) : say({ en: 'bond {mode}', zh: '聚合 {mode}' }, { mode: of('mode') });
    return ports.length === 0 ? what : say({ en: '{what}: {ports}', zh: '{what}：{ports}' }, { what, ports: list(ports) });
  }
  if (kind === 'vlan') return say({ en: 'VLAN {id} on {link}', zh: '{link} 上的 VLAN {id}' }, { id: of('id') || '?', link: link.link ?? '?' });
  if (['vxlan', 'gre', 'gretap'].includes(kind)) {
    const name = kind === 'vxlan' ? `VXLAN ${of('id')}` : kind.toUpperCase();
    return of('remote') === '' ? name : say({ en: '{name} to {remote}', zh: '{name} 到 {remote}' }, { name, remote: of('remote') });
  }
  return kind;
}

/** The MTU of a link; of a bridge, with the ports that differ. */
export function mtuCell(link: Link, all: readonly Link[]): Cell {
  if (link.linkinfo?.info_kind !== 'bridge') return link.mtu;
  const differ = all.filter(({ master, mtu }) => master === link.ifname && mtu !== link.mtu);
  if (differ.length === 0) return link.mtu;
  return say({ en: '{mtu} ≠ {ports}', zh: '{mtu} ≠ {ports}' }, { mtu: link.mtu, ports: list(differ.map(({ ifname, mtu }) => `${ifname} ${mtu}`)) });
}
