import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { link, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';

/** Removes a vlan from the configuration and from the kernel. */
export default command({
  summary: { en: 'Remove a VLAN', zh: '移除VLAN' },
  examples: ['net vlan remove web1 eth1.7'],
  risk: 'high',
  args: { host: host(), link: link() },
  options: { within: within() },
  plan({ host: typed, link: name, within }, look) {
    const on = oneHost(look, typed);
    return planLinks(look, on, {
      wish: { do: 'vlan remove', link: name },
      within: withinOf(within),
      summary: say({ en: 'remove VLAN {name} of {host}', zh: '移除 {host} 的VLAN {name}' }, { name, host: on.name }),
      existing: { name, kinds: ['vlan'] },
    });
  },
});
