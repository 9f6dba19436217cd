import { targets, unit } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { bootObstacle } from '../../src/tools/systemctl-boot.ts';
import { change } from '../../src/tools/systemctl-change.ts';

/** Has a service start at every boot; it is not started now. */
export default command({
  summary: { en: 'Start a service at boot', zh: '设为开机启动' },
  examples: ['svc enable haproxy web1'],
  risk: 'low',
  args: { unit: unit(), on: targets() },
  plan: ({ unit: name }, look) =>
    change(look, name, {
      verb: 'enable',
      risk: 'low',
      summary: { en: 'enable {name} on {hosts} from the next boot on', zh: '在 {hosts} 上设 {name} 为开机启动' },
      already: { en: '{name} is enabled on {hosts} already; nothing was done', zh: '{hosts} 上的 {name} 已设为开机启动；未做任何操作' },
      satisfied: ({ shown }) => shown.UnitFileState === 'enabled',
      obstacle: bootObstacle,
      undo: () => 'svc disable',
      note: ({ host, id, shown }) =>
        shown.ActiveState === 'active'
          ? undefined
          : say(
              { en: '{id} does not run on {host} now: `svc start` starts it', zh: '{host} 上的 {id} 现在未运行：可用 `svc start` 启动' },
              { id, host: host.name },
            ),
    }),
});
