import { z } from 'zod';
import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { stateCell, tableOver } from '../../src/tools/look.ts';
import * as systemctl from '../../src/tools/systemctl.ts';

/** Services of one or many hosts, side by side in one table. */
export default command({
  summary: { en: 'List services', zh: '列出服务' },
  examples: ['svc list web1', 'svc list @web --failed'],
  risk: 'none',
  args: { on: targets() },
  options: { failed: z.boolean().default(false) },
  plan: ({ failed }, look) =>
    tableOver(
      look,
      failed ? say({ en: 'failed services', zh: '失败的服务' }) : say({ en: 'services', zh: '服务' }),
      [say({ en: 'service', zh: '服务' }), say({ en: 'state', zh: '状态' }), say({ en: 'detail', zh: '详情' }), say({ en: 'what it is', zh: '说明' })],
      (host) => look.read(host, systemctl.services(failed)),
      (_host, units) =>
        units
          .filter((unit) => unit.load !== 'not-found')
          .map((unit) => [unit.unit.replace(/\.service$/, ''), stateCell(unit.active), unit.sub, unit.description]),
    ),
});
