import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { cidr, link, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';

/** Takes an address from a link. One that is on the link but in no configuration is not ours to take. */
export default command({
  summary: { en: 'Take an address from a link', zh: '从网卡移除地址' },
  examples: ['net address remove web1 br0 203.0.113.1/25'],
  risk: 'high',
  args: { host: host(), link: link(), address: cidr() },
  options: { within: within() },
  plan({ host: typed, link: name, address, within }, look) {
    const on = oneHost(look, typed);
    return planLinks(look, on, {
      wish: { do: 'address remove', link: name, address },
      within: withinOf(within),
      summary: say({ en: 'take {address} from {name} of {host}', zh: '从 {host} 的 {name} 移除 {address}' }, { address, name, host: on.name }),
      needs: [name],
    });
  },
});
