import { host } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { assess } from '../../src/core/risk.ts';
import { say } from '../../src/core/words.ts';
import { guestsOf } from '../../src/tools/guests.ts';
import * as machine from '../../src/tools/machine.ts';

/** Reboots a host in one minute and proves it: the host answers again with another boot id. */
export default command({
  summary: { en: 'Reboot a host', zh: '重启主机' },
  examples: ['host reboot web1'],
  risk: 'high',
  args: { host: host() },
  async plan({ host: name }, look) {
    const [host] = look.hosts;
    if (!host) throw new Refusal(say({ en: 'there is no host “{name}”', zh: '没有主机“{name}”' }, { name }));
    const [bootId, guests] = await Promise.all([look.read(host, machine.bootId()), host.kind === 'libvirt' ? guestsOf(look, host) : []]);
    const at = look.now();
    const running = guests.filter((guest) => guest.state === 'running').length;
    const { risk, facts } = assess('high', { host: host.name, wholeHost: true, running }, look.self, at);
    const on = { site: host.site, host: host.name };
    return {
      summary: say({ en: 'reboot {name}', zh: '重启 {name}' }, { name: host.name }),
      steps: [
        {
          kind: 'exec',
          on,
          why: say({ en: 'reboot in one minute', zh: '一分钟后重启' }),
          argv: machine.rebootInAMinute('Hostler: reboot asked for and approved'),
          timeoutMs: 30_000,
          stop: 'never',
        },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until it answers after the reboot', zh: '直到重启后有回应' }),
          read: { argv: machine.bootId().argv },
          until: { isNot: bootId },
          everyMs: 1000,
          timeoutMs: 900_000,
        },
      ],
      facts: [{ what: say({ en: 'boot id', zh: '启动标识' }), value: bootId, at, holds: `boot ${host.name} ${bootId}` }, ...facts],
      locks: [{ name: `${host.site}/${host.name}` }],
      risk,
      undo: { impossible: say({ en: 'a reboot cannot be taken back', zh: '重启无法撤回' }) },
    };
  },
});
