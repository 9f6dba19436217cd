import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { guestPlan } from '../../src/tools/guests.ts';

/** Stops without asking the container: unsaved data is lost. */
export default command({
  summary: { en: 'Stop a container at once, like pulling the plug', zh: '立即停止容器（相当于断电）' },
  examples: ['ct stop dns1'],
  risk: 'high',
  kinds: ['pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => guestPlan(look, 'ct', typed, 'stop'),
});
