import { z } from 'zod';
import { host } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { holdPlan } from '../../src/tools/packages/hold.ts';
import { PACKAGE } from '../../src/tools/packages.ts';

/** Lets held packages be updated again. */
export default command({
  summary: { en: 'Let held packages be updated again', zh: '允许再次更新被保留的软件包' },
  examples: ['pkg unhold web1 tzdata'],
  risk: 'low',
  args: { host: host(), packages: z.array(z.string().max(100).regex(PACKAGE)).min(1).max(50) },
  plan: ({ packages }, look) => holdPlan(look, packages, false),
});
