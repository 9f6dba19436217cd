import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { bridge, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';

/** Removes a bridge from the configuration and from the kernel. */
export default command({
  summary: { en: 'Remove a bridge', zh: '移除网桥' },
  examples: ['net bridge remove web1 br0'],
  risk: 'high',
  args: { host: host(), bridge: bridge() },
  options: { within: within() },
  plan({ host: typed, bridge: name, within }, look) {
    const on = oneHost(look, typed);
    return planLinks(look, on, {
      wish: { do: 'bridge remove', link: name },
      within: withinOf(within),
      summary: say({ en: 'remove bridge {name} of {host}', zh: '移除 {host} 的网桥 {name}' }, { name, host: on.name }),
      existing: { name, kinds: ['bridge'] },
    });
  },
});
