import { targets, unit } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { change, masked } from '../../src/tools/systemctl-change.ts';

/** Restarts a service and sees it running, and that it goes on, on one or many hosts side by side. */
export default command({
  summary: { en: 'Restart a service', zh: '重启服务' },
  examples: ['svc restart nginx web1', 'svc restart nginx @web'],
  risk: 'medium',
  args: { unit: unit(), on: targets() },
  plan: ({ unit: name }, look) =>
    change(look, name, {
      verb: 'restart',
      risk: 'medium',
      summary: { en: 'restart {name} on {hosts}', zh: '在 {hosts} 上重启 {name}' },
      obstacle: masked,
      held: () => 'active',
      undo: () => ({ impossible: say({ en: 'a restart cannot be taken back', zh: '重启无法撤回' }) }),
    }),
});
