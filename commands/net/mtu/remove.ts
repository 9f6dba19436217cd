import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { link, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';

/** Takes the MTU of a link out of its configuration: it is the usual one again. */
export default command({
  summary: { en: 'Give a link its usual MTU back', zh: '恢复网卡的默认 MTU' },
  examples: ['net mtu remove web1 br0'],
  risk: 'high',
  args: { host: host(), link: link() },
  options: { within: within() },
  plan({ host: typed, link: name, within }, look) {
    const on = oneHost(look, typed);
    return planLinks(look, on, {
      wish: { do: 'mtu remove', link: name },
      within: withinOf(within),
      summary: say({ en: 'the usual MTU on {name} of {host}', zh: '{host} 的 {name} 恢复默认 MTU' }, { name, host: on.name }),
      needs: [name],
    });
  },
});
