import { z } from 'zod';
import { host } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { holdPlan } from '../../src/tools/packages/hold.ts';
import { PACKAGE } from '../../src/tools/packages.ts';

/** Keeps packages at the version they have, until somebody lets them go. */
export default command({
  summary: { en: 'Keep packages at their version', zh: '将软件包保留在当前版本' },
  examples: ['pkg hold web1 openssl', 'pkg hold db1 openssl'],
  risk: 'low',
  args: { host: host(), packages: z.array(z.string().max(100).regex(PACKAGE)).min(1).max(50) },
  plan: ({ packages }, look) => holdPlan(look, packages, true),
});
