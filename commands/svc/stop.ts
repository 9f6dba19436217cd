import { targets, unit } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { change } from '../../src/tools/systemctl-change.ts';

/** Stops a service and sees that it stays so. */
export default command({
  summary: { en: 'Stop a service', zh: '停止服务' },
  examples: ['svc stop nginx web1', 'svc stop nginx @web'],
  risk: 'medium',
  args: { unit: unit(), on: targets() },
  plan: ({ unit: name }, look) =>
    change(look, name, {
      verb: 'stop',
      risk: 'medium',
      summary: { en: 'stop {name} on {hosts}', zh: '在 {hosts} 上停止 {name}' },
      already: { en: '{name} does not run on {hosts}; nothing was done', zh: '{name} 未在 {hosts} 上运行；未做任何操作' },
      satisfied: ({ shown }) => shown.ActiveState === 'inactive' || shown.ActiveState === 'failed',
      held: () => 'inactive',
      undo: () => 'svc start',
      note: ({ host, shown, id }) =>
        shown.TriggeredBy
          ? say(
              { en: '{id} on {host} may be started again by {by}', zh: '{host} 上的 {id} 可能被 {by} 再次启动' },
              { id, host: host.name, by: shown.TriggeredBy },
            )
          : shown.UnitFileState === 'enabled'
            ? say(
                { en: '{id} stays enabled on {host}: it comes up at the next boot', zh: '{host} 上的 {id} 仍为开机启动：下次启动时会运行' },
                { id, host: host.name },
              )
            : undefined,
    }),
});
