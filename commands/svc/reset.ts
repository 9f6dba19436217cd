import { targets, unit } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { change } from '../../src/tools/systemctl-change.ts';

/** Forgets that a service failed: it counts as stopped, and its start limit begins anew. */
export default command({
  summary: { en: 'Forget that a service failed', zh: '清除服务的失败状态' },
  examples: ['svc reset fail2ban db1'],
  risk: 'low',
  args: { unit: unit(), on: targets() },
  plan: ({ unit: name }, look) =>
    change(look, name, {
      verb: 'reset-failed',
      risk: 'low',
      summary: { en: 'forget the failure of {name} on {hosts}', zh: '清除 {hosts} 上 {name} 的失败状态' },
      already: { en: '{name} has not failed on {hosts}; nothing was done', zh: '{hosts} 上的 {name} 未失败；未做任何操作' },
      satisfied: ({ shown }) => shown.ActiveState !== 'failed',
      undo: () => ({ impossible: say({ en: 'that it had failed is forgotten', zh: '失败记录已清除' }) }),
    }),
});
