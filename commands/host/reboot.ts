import { host, span } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { goingDown, leaving } from '../../src/tools/machine/leaving.ts';
import * as machine from '../../src/tools/machine.ts';

/** Reboots a host after a minute or more and proves it: the host answers again with another boot id. Until it goes down, a cancel takes it back. */
export default command({
  summary: { en: 'Reboot a host', zh: '重启主机' },
  examples: ['host reboot web1', 'host reboot web1 --delay 5m'],
  risk: 'high',
  args: { host: host() },
  options: {
    /** How long it is announced before; whole minutes, at least one. */
    delay: span().optional(),
  },
  async plan({ host: name, delay }, look) {
    const [host] = look.hosts;
    if (!host) throw new Refusal(say({ en: 'there is no host “{name}”', zh: '没有主机“{name}”' }, { name }));
    const [bootId, { risk, facts, locks, expects }] = await Promise.all([look.read(host, machine.bootId()), leaving(look, host)]);
    const minutes = Math.max(1, Math.ceil((delay ?? 0) / 60_000));
    const on = { site: host.site, host: host.name };
    return {
      summary: say({ en: 'reboot {name}', zh: '重启 {name}' }, { name: host.name }),
      steps: goingDown(on, 'reboot', minutes, {
        kind: 'wait',
        on,
        why: say({ en: 'until it answers after the reboot', zh: '直到重启后有回应' }),
        read: { argv: machine.bootId().argv },
        until: { isNot: bootId },
        everyMs: 1000,
        timeoutMs: minutes * 60_000 + 900_000,
      }),
      facts: [{ what: say({ en: 'boot id', zh: '启动标识' }), value: bootId, at: look.now(), holds: `boot ${host.name} ${bootId}` }, ...facts],
      locks,
      expects,
      risk,
      undo: { impossible: say({ en: 'a reboot cannot be taken back', zh: '重启无法撤回' }) },
      offers: [{ label: say({ en: 'Is it well?', zh: '是否正常？' }), line: `host health ${host.name}` }],
    };
  },
});
