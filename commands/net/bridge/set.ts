import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { Refusal } from '../../../src/core/errors.ts';
import { say } from '../../../src/core/words.ts';
import { asCidr, bridge, cidr, onOff, ports, portsOf, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';

/** Makes a bridge, or changes one: what is left out stays as it is. An address that a port has moves with its gateway. */
export default command({
  summary: { en: 'Make or change a bridge', zh: '创建或修改网桥' },
  examples: ['net bridge set web1 br1 --address 198.51.100.1/24', 'net bridge set pve1 vmbr5 --ports none'],
  risk: 'high',
  args: { host: host(), bridge: bridge() },
  options: { ports: ports().optional(), address: cidr().optional(), 'vlan-aware': onOff().optional(), stp: onOff().optional(), within: within() },
  async plan({ host: typed, bridge: name, ports: wanted, address, 'vlan-aware': vlanAware, stp, within }, look) {
    const on = oneHost(look, typed);
    if (on.node && !/^vmbr(\d|[1-9]\d{1,3})$/.test(name)) throw notVmbr(name);
    if (on.node && Number(name.slice(4)) > 4094) throw notVmbr(name);
    return planLinks(look, on, {
      wish: {
        do: 'bridge set',
        link: name,
        ...(wanted === undefined ? {} : { ports: portsOf(wanted) }),
        ...(address === undefined ? {} : { address: asCidr(address) }),
        ...(vlanAware === undefined ? {} : { vlanAware: vlanAware === 'on' }),
        ...(stp === undefined ? {} : { stp: stp === 'on' }),
      },
      within: withinOf(within),
      summary: say({ en: 'bridge {name} on {host}', zh: '{host} 上的网桥 {name}' }, { name, host: on.name }),
    });
  },
});

function notVmbr(name: string): Refusal {
  return new Refusal(
    say({ en: '“{name}” is no name for a bridge of Proxmox VE', zh: '“{name}” 不是 Proxmox VE 的网桥名' }, { name }),
    say({ en: 'they are vmbr0 to vmbr4094', zh: '应为 vmbr0 到 vmbr4094' }),
  );
}
