import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { asAddress, asCidr, between, cidr, ip, link, metric, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';
import { linkTowards } from '../../../src/tools/links/towards.ts';

/** A route that stays: it is written to the configuration, unlike one of `ip route replace`, which is gone with the next reboot. */
export default command({
  summary: { en: 'Set a route that stays over reboots', zh: '设置重启后仍保留的路由' },
  examples: ['net route set web1 203.0.113.0/24 --via 192.0.2.254', 'net route set pve1 203.0.113.9/32 --via 192.0.2.254 --dev vmbr0 --metric 50'],
  risk: 'high',
  args: { host: host(), destination: cidr() },
  options: { via: ip(), dev: link().optional(), metric: metric().optional(), within: within() },
  async plan({ host: typed, destination, via, dev, metric, within }, look) {
    const on = oneHost(look, typed);
    const to = asCidr(destination, true);
    const name = dev ?? (await linkTowards(look, on, asAddress(via)));
    const rank = metric === undefined ? {} : { metric: between('metric', metric, 0, 99_999_999) };
    return planLinks(look, on, {
      wish: { do: 'route set', link: name, route: { to, via: asAddress(via), ...rank } },
      within: withinOf(within),
      summary: say({ en: 'route to {to} via {via} on {host}', zh: '{host} 上经 {via} 到 {to} 的路由' }, { to, via, host: on.name }),
      needs: [name],
      notes: [say({ en: 'it is written to the configuration: it stays over reboots', zh: '已写入配置：重启后仍保留' })],
    });
  },
});
