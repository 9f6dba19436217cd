import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { bond, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';

/** Removes a bond from the configuration and from the kernel. */
export default command({
  summary: { en: 'Remove a bond', zh: '移除聚合' },
  examples: ['net bond remove web1 bond0'],
  risk: 'high',
  args: { host: host(), bond: bond() },
  options: { within: within() },
  plan({ host: typed, bond: name, within }, look) {
    const on = oneHost(look, typed);
    return planLinks(look, on, {
      wish: { do: 'bond remove', link: name },
      within: withinOf(within),
      summary: say({ en: 'remove bond {name} of {host}', zh: '移除 {host} 的聚合 {name}' }, { name, host: on.name }),
      existing: { name, kinds: ['bond'] },
    });
  },
});
