import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { replicatePlan } from '../../src/tools/proxmox/replicate.ts';

/** Brings the copies of a guest on other nodes up to date now, whatever their schedule. */
export default command({
  summary: { en: 'Replicate a guest now', zh: '立即复制客户机' },
  examples: ['cluster replicate gitlab'],
  risk: 'low',
  kinds: ['pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => replicatePlan(look, typed),
});
