import { z } from 'zod';
import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { Refusal } from '../../../src/core/errors.ts';
import { say } from '../../../src/core/words.ts';
import { asAddress, between, bridge, ip, mtu, tunnel, vni, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';
import { tunnelMtu } from '../../../src/tools/links/tunnels.ts';

/** Makes a tunnel between two hosts, or changes one. Its MTU is always written: what the kernel takes by itself drags a bridge down. */
export default command({
  summary: { en: 'Make or change a tunnel to another host', zh: '创建或修改到另一主机的隧道' },
  examples: [
    'net tunnel set web1 vx5 --kind vxlan --local 192.0.2.21 --remote 192.0.2.31 --vni 5',
    'net tunnel set web1 gretap5 --kind gretap --local 192.0.2.21 --remote 192.0.2.31 --bridge br0',
  ],
  risk: 'high',
  args: { host: host(), tunnel: tunnel() },
  options: {
    kind: z.enum(['gre', 'gretap', 'vxlan']),
    local: ip(),
    remote: ip(),
    vni: vni().optional(),
    mtu: mtu().optional(),
    bridge: bridge().optional(),
    within: within(),
  },
  async plan({ host: typed, tunnel: name, kind, local, remote, vni, mtu, bridge, within }, look) {
    const on = oneHost(look, typed);
    if ((kind === 'vxlan') !== (vni !== undefined))
      throw new Refusal(
        kind === 'vxlan'
          ? say({ en: 'a VXLAN needs `--vni`', zh: 'VXLAN 需要 `--vni`' })
          : say({ en: 'only a VXLAN has a `--vni`', zh: '只有 VXLAN 有 `--vni`' }),
        say({ en: 'a number from 1 to 16777215, the same at both ends', zh: '1 到 16777215 的数字，两端相同' }),
      );
    if (kind === 'gre' && bridge !== undefined)
      throw new Refusal(
        say({ en: 'a GRE tunnel carries no Ethernet, so it is no port of a bridge', zh: 'GRE 隧道不承载以太网帧，不能作为网桥端口' }),
        say({ en: 'take `--kind gretap`', zh: '请用 `--kind gretap`' }),
      );
    const chosen = await tunnelMtu(look, on, {
      name,
      kind,
      local: asAddress(local),
      bridge,
      mtu: mtu === undefined ? undefined : between('MTU', mtu, 576, 65_535),
    });
    return planLinks(look, on, {
      wish: {
        do: 'tunnel set',
        link: name,
        kind,
        local,
        remote: asAddress(remote),
        mtu: chosen.mtu,
        ...(vni === undefined ? {} : { vni: between('VNI', vni, 1, 16_777_215) }),
        ...(bridge === undefined ? {} : { bridge }),
      },
      within: withinOf(within),
      summary: say(
        { en: 'tunnel {name} ({kind}) from {host} to {remote}', zh: '从 {host} 到 {remote} 的隧道 {name}（{kind}）' },
        { name, kind, remote, host: on.name },
      ),
      notes: chosen.notes,
      ...(bridge === undefined ? {} : { needs: [bridge] }),
    });
  },
});
