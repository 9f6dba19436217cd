import { targets, unit } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { change } from '../../src/tools/systemctl-change.ts';

/** Has a service read its configuration anew, without a restart. */
export default command({
  summary: { en: 'Have a service read its configuration anew', zh: '让服务重新读取配置' },
  examples: ['svc reload nginx web1'],
  risk: 'low',
  args: { unit: unit(), on: targets() },
  plan: ({ unit: name }, look) =>
    change(look, name, {
      verb: 'reload',
      risk: 'low',
      summary: { en: 'reload {name} on {hosts}', zh: '在 {hosts} 上重新加载 {name}' },
      obstacle: ({ host, id, shown }) =>
        shown.ActiveState !== 'active'
          ? {
              message: say(
                { en: '“{id}” does not run on {host}: there is nothing to reload', zh: '“{id}”未在 {host} 上运行：无法重新加载' },
                { id, host: host.name },
              ),
            }
          : shown.CanReload === 'no'
            ? {
                message: say({ en: '“{id}” cannot be reloaded on {host}', zh: '{host} 上的“{id}”不支持重新加载' }, { id, host: host.name }),
                hint: say({ en: '`svc restart {id} {host}` restarts it', zh: '可用 `svc restart {id} {host}` 重启' }, { id, host: host.name }),
              }
            : undefined,
      held: () => 'active',
      undo: () => ({ impossible: say({ en: 'what it has read it has read', zh: '已读取的配置无法撤回' }) }),
    }),
});
