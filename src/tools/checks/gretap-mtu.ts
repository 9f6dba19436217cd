import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { detailedLinks } from '../doctor/links.ts';
import { found, skip } from '../doctor/verdicts.ts';

const TUNNELS = ['gretap', 'ip6gretap'];

export default check({
  title: { en: 'a GRETAP tunnel has the MTU of what it is bridged to', zh: 'GRETAP 隧道的 MTU 与网桥一致' },
  why: {
    en: 'it is made with 1462 and drags its bridge down to that; GRE fragments what is longer',
    zh: '其默认 MTU 为 1462，会拉低整个网桥；更长的帧由 GRE 分片',
  },
  source: 'ip-link(8), GRE types; Linux net/ipv4/ip_gre.c: 1500 less 20 (IP), 4 (GRE) and 14 (Ethernet)',
  appliesTo: { en: 'hosts with a GRETAP tunnel', zh: '有 GRETAP 隧道的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = await look.read(host, detailedLinks());
    // gretap0 is there as soon as the module is, and carries nothing.
    const tunnels = all.filter(({ ifname, linkinfo }) => TUNNELS.includes(linkinfo?.info_kind ?? '') && ifname !== 'gretap0');
    if (tunnels.length === 0) return skip('no GRETAP tunnel', '没有 GRETAP 隧道');
    return found(
      ...tunnels.map(({ ifname, mtu, master }) =>
        mtu >= 1500
          ? undefined
          : {
              name: ifname,
              severity: 'warning' as const,
              what:
                master === undefined
                  ? say({ en: 'tunnel {ifname} has MTU {mtu}', zh: '隧道 {ifname} 的 MTU 为 {mtu}' }, { ifname, mtu })
                  : say({ en: 'tunnel {ifname} in {master} has MTU {mtu}', zh: '{master} 中隧道 {ifname} 的 MTU 为 {mtu}' }, { ifname, mtu, master }),
              fix: `net mtu set ${host.name} ${ifname} 1500`,
            },
      ),
    );
  },
});
