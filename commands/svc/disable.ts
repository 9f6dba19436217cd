import { targets, unit } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { bootObstacle } from '../../src/tools/systemctl-boot.ts';
import { change } from '../../src/tools/systemctl-change.ts';

/** Has a service start no more at boot; it is not stopped now. */
export default command({
  summary: { en: 'Start a service no more at boot', zh: '取消开机启动' },
  examples: ['svc disable nginx web1'],
  risk: 'low',
  args: { unit: unit(), on: targets() },
  plan: ({ unit: name }, look) =>
    change(look, name, {
      verb: 'disable',
      risk: 'medium',
      summary: { en: 'disable {name} on {hosts} from the next boot on', zh: '在 {hosts} 上取消 {name} 的开机启动' },
      already: { en: '{name} is disabled on {hosts} already; nothing was done', zh: '{hosts} 上的 {name} 已取消开机启动；未做任何操作' },
      satisfied: ({ shown }) => shown.UnitFileState === 'disabled',
      obstacle: bootObstacle,
      undo: () => 'svc enable',
      note: ({ host, id, shown }) =>
        shown.ActiveState === 'active'
          ? say({ en: '{id} goes on running on {host} until it is stopped', zh: '{host} 上的 {id} 会继续运行，直到被停止' }, { id, host: host.name })
          : undefined,
    }),
});
