import { host } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { dayAndClock } from '../../src/core/time.ts';
import { quoted, say } from '../../src/core/words.ts';
import { CALL_OFF, outage } from '../../src/tools/machine/power.ts';

/** Takes back a reboot or power-off that is announced on a host. */
export default command({
  summary: { en: 'Take an announced shutdown back', zh: '撤回已计划的关机或重启' },
  examples: ['host cancel kvm2'],
  risk: 'low',
  args: { host: host() },
  async plan({ host: name }, look) {
    const [host] = look.hosts;
    if (!host) throw new Refusal(say({ en: 'there is no host “{name}”', zh: '没有主机“{name}”' }, { name }));
    const { scheduled } = await look.read(host, outage());
    if (!scheduled) return answer(say({ en: 'no shutdown is announced on {name}', zh: '{name} 上没有计划的关机' }, { name: host.name }), []);
    return {
      summary: say({ en: 'take back the {mode} of {name}', zh: '撤回 {name} 的 {mode}' }, { mode: scheduled.mode, name: host.name }),
      steps: [{ kind: 'exec', on: { site: host.site, host: host.name }, why: say({ en: 'take it back', zh: '撤回' }), argv: CALL_OFF, timeoutMs: 30_000 }],
      facts: [
        {
          what: quoted(scheduled.mode),
          value: dayAndClock(scheduled.at),
          at: look.now(),
          holds: `scheduled ${host.name} ${scheduled.mode} ${scheduled.at}`,
        },
      ],
      // The request that announced it holds the host's lock while it waits.
      locks: [],
      risk: 'low',
      undo: { impossible: say({ en: '`host reboot` or `host shutdown` announces it again', zh: '可用 `host reboot` 或 `host shutdown` 重新计划' }) },
    };
  },
});
