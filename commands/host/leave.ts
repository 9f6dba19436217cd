import { host } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { oneHost } from '../../src/tools/links/one.ts';
import { planLeave } from '../../src/tools/realm-plan.ts';

/** Has a host leave its domain by realmd; refused where the bot itself comes in by an account of that domain. */
export default command({
  summary: { en: 'Have a host leave its domain', zh: '让主机退出域' },
  examples: ['host leave db1'],
  risk: 'high',
  args: { host: host() },
  plan: async ({ host: typed }, look) => planLeave(look, oneHost(look, typed)),
});
