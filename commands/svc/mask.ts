import { targets, unit } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { change } from '../../src/tools/systemctl-change.ts';

/** Keeps a service from being started by anybody; it is not stopped now. */
export default command({
  summary: { en: 'Keep a service from ever starting', zh: '屏蔽服务，禁止启动' },
  examples: ['svc mask haproxy web1'],
  risk: 'medium',
  args: { unit: unit(), on: targets() },
  plan: ({ unit: name }, look) =>
    change(look, name, {
      verb: 'mask',
      risk: 'medium',
      summary: { en: 'mask {name} on {hosts}: nothing can start it', zh: '在 {hosts} 上屏蔽 {name}：无法再启动' },
      already: { en: '{name} is masked on {hosts} already; nothing was done', zh: '{hosts} 上的 {name} 已被屏蔽；未做任何操作' },
      satisfied: ({ shown }) => shown.LoadState === 'masked',
      obstacle: ({ host, id, shown }) =>
        shown.FragmentPath?.startsWith('/etc/systemd/system/')
          ? {
              message: say(
                {
                  en: '“{id}” on {host} is a file of its own in /etc/systemd/system: that cannot be masked',
                  zh: '{host} 上的“{id}”是 /etc/systemd/system 中的文件，无法屏蔽',
                },
                { id, host: host.name },
              ),
              hint: say(
                { en: '`svc disable {id} {host}` keeps it from starting at boot', zh: '`svc disable {id} {host}` 可取消开机启动' },
                { id, host: host.name },
              ),
            }
          : undefined,
      undo: () => 'svc unmask',
      note: ({ host, id, shown }) =>
        shown.ActiveState === 'active'
          ? say({ en: '{id} goes on running on {host} until it is stopped', zh: '{host} 上的 {id} 会继续运行，直到被停止' }, { id, host: host.name })
          : undefined,
    }),
});
