import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { Refusal } from '../../../src/core/errors.ts';
import { say } from '../../../src/core/words.ts';
import { asCidr, between, cidr, link, vlanId, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';

/** Makes a VLAN on a link, or changes one; it is called `PARENT.ID` unless a name is given. */
export default command({
  summary: { en: 'Make or change a VLAN on a link', zh: '在网卡上创建或修改 VLAN' },
  examples: ['net vlan set web1 eth1 215', 'net vlan set web2 eth0 30 --name storage --address 203.0.113.2/24'],
  risk: 'high',
  args: { host: host(), parent: link(), id: vlanId() },
  options: { name: link().optional(), address: cidr().optional(), within: within() },
  plan({ host: typed, parent, id, name = `${parent}.${id}`, address, within }, look) {
    const on = oneHost(look, typed);
    const number = between('VLAN', id, 1, 4094);
    if (name.length > 15)
      throw new Refusal(
        say({ en: '“{name}” is longer than the 15 characters a link may have', zh: '“{name}” 超过网卡名 15 个字符的上限' }, { name }),
        say({ en: 'give a shorter one: `--name v{id}`', zh: '请指定较短的名称：`--name v{id}`' }, { id }),
      );
    return planLinks(look, on, {
      wish: { do: 'vlan set', link: name, parent, id: number, ...(address === undefined ? {} : { address: asCidr(address) }) },
      within: withinOf(within),
      summary: say({ en: 'VLAN {id} on {parent} of {host}', zh: '{host} 的 {parent} 上的 VLAN {id}' }, { id, parent, host: on.name }),
      needs: [parent],
    });
  },
});
