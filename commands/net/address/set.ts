import { flag, host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { asAddress, asCidr, cidr, ip, link, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';

/** Gives a link an address, besides those it has or, with `--replace`, instead of those of the same family. */
export default command({
  summary: { en: 'Give a link an address', zh: '为网卡添加地址' },
  examples: ['net address set web1 br0 203.0.113.9/25', 'net address set web2 eth0 203.0.113.2/24'],
  risk: 'high',
  args: { host: host(), link: link(), address: cidr() },
  options: { gateway: ip().optional(), replace: flag(), within: within() },
  plan({ host: typed, link: name, address, gateway, replace, within }, look) {
    const on = oneHost(look, typed);
    return planLinks(look, on, {
      wish: {
        do: 'address set',
        link: name,
        address: asCidr(address),
        ...(gateway === undefined ? {} : { gateway: asAddress(gateway) }),
        ...(replace ? { replace } : {}),
      },
      within: withinOf(within),
      summary: say({ en: '{address} on {name} of {host}', zh: '{host} 的 {name} 设置 {address}' }, { address, name, host: on.name }),
      needs: [name],
    });
  },
});
