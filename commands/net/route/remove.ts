import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { asCidr, cidr, link, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';
import { linkWithRoute } from '../../../src/tools/links/towards.ts';

/** Removes a route from the configuration and from the kernel. */
export default command({
  summary: { en: 'Remove a configured route', zh: '移除已配置的路由' },
  examples: ['net route remove web1 198.51.100.128/25'],
  risk: 'high',
  args: { host: host(), destination: cidr() },
  options: { dev: link().optional(), within: within() },
  async plan({ host: typed, destination, dev, within }, look) {
    const on = oneHost(look, typed);
    const to = asCidr(destination, true);
    return planLinks(look, on, {
      wish: { do: 'route remove', link: await linkWithRoute(look, on, to, dev), to },
      within: withinOf(within),
      summary: say({ en: 'remove the route to {to} of {host}', zh: '移除 {host} 到 {to} 的路由' }, { to, host: on.name }),
    });
  },
});
