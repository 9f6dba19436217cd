import { check } from '../../core/check.ts';
import { list, say } from '../../core/words.ts';
import { detailedLinks } from '../doctor/links.ts';
import { found, skip } from '../doctor/verdicts.ts';

/** The largest MTU that any card has: larger ones are a site's own choice. */
const ETHERNET = 1500;

export default check({
  title: { en: 'the ports of a bridge have one MTU', zh: '网桥各端口的 MTU 一致' },
  why: { en: 'a bridge drops what is longer than the port it leaves by, and takes the smallest MTU itself', zh: '网桥会丢弃超过出口 MTU 的帧，自身也取最小值' },
  source: 'ip-link(8); Linux net/bridge/br_if.c, br_mtu_auto_adjust',
  appliesTo: { en: 'hosts with a bridge of two or more ports', zh: '有两个以上端口网桥的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = await look.read(host, detailedLinks());
    const bridges = all
      .filter(({ linkinfo }) => linkinfo?.info_kind === 'bridge')
      .map((bridge) => ({ bridge, ports: all.filter(({ master }) => master === bridge.ifname) }))
      .filter(({ ports }) => ports.length > 0);
    if (bridges.length === 0) return skip('no bridge with ports', '没有带端口的网桥');
    return found(
      ...bridges.map(({ bridge, ports }) => {
        const most = Math.max(...ports.map(({ mtu }) => mtu));
        const small = ports.filter(({ mtu }) => mtu < most);
        const [first] = small;
        if (!first) return undefined;
        return {
          name: bridge.ifname,
          severity: 'warning' as const,
          what: say(
            { en: '{bridge} (MTU {mtu}) has ports of different MTU: {ports}', zh: '{bridge}（MTU {mtu}）的端口 MTU 不一致：{ports}' },
            {
              bridge: bridge.ifname,
              mtu: bridge.mtu,
              ports: list([...small, ...ports.filter(({ mtu }) => mtu === most)].slice(0, 6).map(({ ifname, mtu }) => `${ifname} ${mtu}`)),
            },
          ),
          // A guest's port is set where the guest is: nothing on the host would keep it.
          ...(first.linkinfo?.info_kind === 'tun'
            ? { fix: `net show ${host.name}` }
            : most === ETHERNET
              ? { fix: `net mtu set ${host.name} ${first.ifname} ${ETHERNET}` }
              : {}),
        };
      }),
    );
  },
});
