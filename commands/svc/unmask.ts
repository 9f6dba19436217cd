import { targets, unit } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { change } from '../../src/tools/systemctl-change.ts';

/** Lets a masked service be started again; it is not started now. */
export default command({
  summary: { en: 'Let a masked service be started again', zh: '取消屏蔽服务' },
  examples: ['svc unmask apache2 web1'],
  risk: 'low',
  args: { unit: unit(), on: targets() },
  plan: ({ unit: name }, look) =>
    change(look, name, {
      verb: 'unmask',
      risk: 'low',
      summary: { en: 'unmask {name} on {hosts}', zh: '在 {hosts} 上取消屏蔽 {name}' },
      already: { en: '{name} is not masked on {hosts}; nothing was done', zh: '{hosts} 上的 {name} 未被屏蔽；未做任何操作' },
      satisfied: ({ shown }) => shown.LoadState !== 'masked',
      undo: () => 'svc mask',
    }),
});
