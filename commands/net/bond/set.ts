import { z } from 'zod';
import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { bond, ports, portsOf, within, withinOf } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { planLinks } from '../../../src/tools/links/plan.ts';

/** As the kernel's bonding driver names them. */
const MODES = ['balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb'] as const;

/** Makes a bond of links, or changes one. */
export default command({
  summary: { en: 'Make or change a bond of links', zh: '创建或修改网卡聚合' },
  examples: ['net bond set web1 bond1 --ports eth1 --mode active-backup'],
  risk: 'high',
  args: { host: host(), bond: bond() },
  options: { ports: ports(), mode: z.enum(MODES), within: within() },
  plan({ host: typed, bond: name, ports: wanted, mode, within }, look) {
    const on = oneHost(look, typed);
    const together = mode !== 'active-backup' && mode !== 'balance-tlb' && mode !== 'balance-alb';
    return planLinks(look, on, {
      wish: { do: 'bond set', link: name, ports: portsOf(wanted), mode },
      within: withinOf(within),
      summary: say({ en: 'bond {name} ({mode}) on {host}', zh: '{host} 上的聚合 {name}（{mode}）' }, { name, mode, host: on.name }),
      notes: together ? [say({ en: '{mode} works only when the switch is set up for it', zh: '{mode} 需要交换机相应配置才能工作' }, { mode })] : [],
    });
  },
});
