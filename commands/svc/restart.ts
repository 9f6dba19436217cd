import { targets, unit } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Fact, Step } from '../../src/core/types.ts';
import { list, say } from '../../src/core/words.ts';
import * as systemctl from '../../src/tools/systemctl.ts';

/** Restarts a service and sees it active again, on one or many hosts side by side. */
export default command({
  summary: { en: 'Restart a service', zh: '重启服务' },
  examples: ['svc restart nginx web1', 'svc restart nginx @web'],
  risk: 'medium',
  args: { unit: unit(), on: targets() },
  async plan({ unit: name }, look) {
    const shown = await Promise.all(look.hosts.map(async (host) => ({ host, unit: await look.read(host, systemctl.show(name)) })));
    const without = shown.filter(({ unit }) => unit.LoadState === 'not-found');
    if (without.length > 0) {
      throw new Refusal(
        say(
          { en: 'there is no service “{name}” on {hosts}; nothing was done', zh: '{hosts} 上没有服务“{name}”；未做任何操作' },
          { name, hosts: list(without.map(({ host }) => host.name)) },
        ),
        say({ en: '`svc list {host}` shows what runs there', zh: '可用 `svc list {host}` 查看' }, { host: without[0]?.host.name ?? '' }),
      );
    }
    const masked = shown.filter(({ unit }) => unit.LoadState === 'masked');
    if (masked.length > 0)
      throw new Refusal(
        say({ en: '“{name}” is masked on {hosts}', zh: '{hosts} 上的“{name}”已被屏蔽（masked）' }, { name, hosts: list(masked.map(({ host }) => host.name)) }),
      );
    const at = look.now();
    const facts = shown.map(
      ({ host, unit }): Fact => ({
        what: say({ en: '{name} on {host}', zh: '{host} 上的 {name}' }, { name, host: host.name }),
        value: `${unit.ActiveState ?? '?'} (${unit.SubState ?? '?'})`,
        at,
        holds: `unit ${host.name} ${unit.Id ?? name} ${unit.ActiveState ?? ''}`,
      }),
    );
    const steps = shown.flatMap(({ host }): Step[] => {
      const on = { site: host.site, host: host.name, name };
      return [
        { kind: 'exec', on, why: say({ en: 'restart', zh: '重启' }), argv: systemctl.restart(name), timeoutMs: 120_000 },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until it is active', zh: '直到运行中' }),
          read: { argv: systemctl.isActive(name).argv, exits: [1, 2, 3, 4] },
          until: { is: 'active' },
          everyMs: 500,
          timeoutMs: 60_000,
        },
      ];
    });
    return {
      summary: say({ en: 'restart {name} on {hosts}', zh: '在 {hosts} 上重启 {name}' }, { name, hosts: list(shown.map(({ host }) => host.name)) }),
      steps,
      facts,
      locks: shown.map(({ host }) => ({ name: `${host.site}/${host.name}/unit:${name}` })),
      risk: 'medium',
      undo: { impossible: say({ en: 'a restart cannot be taken back', zh: '重启无法撤回' }) },
    };
  },
});
