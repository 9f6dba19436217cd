import { targets, unit } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { change, masked } from '../../src/tools/systemctl-change.ts';

/** Starts a service and sees that it goes on running. */
export default command({
  summary: { en: 'Start a service', zh: '启动服务' },
  examples: ['svc start haproxy web1'],
  risk: 'low',
  args: { unit: unit(), on: targets() },
  plan: ({ unit: name }, look) =>
    change(look, name, {
      verb: 'start',
      risk: 'low',
      summary: { en: 'start {name} on {hosts}', zh: '在 {hosts} 上启动 {name}' },
      already: { en: '{name} runs on {hosts} already; nothing was done', zh: '{name} 已在 {hosts} 上运行；未做任何操作' },
      satisfied: ({ shown }) => shown.ActiveState === 'active',
      obstacle: masked,
      held: () => 'active',
      undo: (changed) =>
        changed.every(({ shown }) => shown.Type !== 'oneshot' || shown.RemainAfterExit === 'yes')
          ? 'svc stop'
          : { impossible: say({ en: 'it runs once and is over: what it did stays', zh: '它只运行一次：已做的操作会保留' }) },
      note: ({ host, shown, id }) =>
        shown.UnitFileState === 'disabled'
          ? say(
              { en: '{id} is not enabled on {host}: it will not come up at the next boot', zh: '{host} 上的 {id} 未设为开机启动：下次启动时不会运行' },
              { id, host: host.name },
            )
          : undefined,
    }),
});
