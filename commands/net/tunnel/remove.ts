import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { tunnel, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';

/** Removes a tunnel from the configuration and from the kernel. */
export default command({
  summary: { en: 'Remove a tunnel', zh: '移除隧道' },
  examples: ['net tunnel remove web1 vx7'],
  risk: 'high',
  args: { host: host(), tunnel: tunnel() },
  options: { within: within() },
  plan({ host: typed, tunnel: name, within }, look) {
    const on = oneHost(look, typed);
    return planLinks(look, on, {
      wish: { do: 'tunnel remove', link: name },
      within: withinOf(within),
      summary: say({ en: 'remove tunnel {name} of {host}', zh: '移除 {host} 的隧道 {name}' }, { name, host: on.name }),
      existing: { name, kinds: ['gre', 'gretap', 'vxlan'] },
    });
  },
});
