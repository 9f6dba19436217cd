import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { between, link, mtu, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';

/** Sets how many bytes a link takes at once. */
export default command({
  summary: { en: 'Set the MTU of a link', zh: '设置网卡的 MTU' },
  examples: ['net mtu set web1 eth1 9000'],
  risk: 'high',
  args: { host: host(), link: link(), mtu: mtu() },
  options: { within: within() },
  plan({ host: typed, link: name, mtu: bytes, within }, look) {
    const on = oneHost(look, typed);
    return planLinks(look, on, {
      wish: { do: 'mtu set', link: name, mtu: between('MTU', bytes, on.node ? 1280 : 576, on.node ? 65_520 : 65_535) },
      within: withinOf(within),
      summary: say({ en: 'MTU {bytes} on {name} of {host}', zh: '{host} 的 {name} MTU 设为 {bytes}' }, { bytes, name, host: on.name }),
      needs: [name],
      notes: [say({ en: 'every link on the way must take as much: `net check` measures it', zh: '路径上每段链路都须支持：可用 `net check` 测量' })],
    });
  },
});
