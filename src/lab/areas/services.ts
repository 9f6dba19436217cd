import type { Call } from '../program.ts';
import { systemdTime } from '../programs/clock.ts';
import { systemctl } from '../programs/systemctl.ts';
import { uptime } from '../world/machine.ts';
import type { Area } from './area.ts';

/** What the bot's own scripts about units do, by the practice hosts' systemctl. */
export const services: Area = {
  scripts: {
    'unit-do': (call) => systemctl({ ...call, argv: ['systemctl', ...call.argv.slice(1)] }),
    'unit-anew': async (call) => {
      const unit = call.argv[1] ?? '';
      await systemctl({ ...call, argv: ['systemctl', 'reset-failed', unit], err: () => {} });
      return systemctl({ ...call, argv: ['systemctl', 'restart', unit] });
    },
    'unit-held': held,
    'unit-names': (call) => systemctl({ ...call, argv: ['systemctl', 'list-unit-files'] }),
    'unit-timers': timers,
  },
};

function held(call: Call): number {
  const [, id = '', wanted = ''] = call.argv;
  const unit = call.machine.units.find((one) => one.id === id);
  const active = unit?.active ?? 'inactive';
  const once = unit?.type === 'oneshot' && unit.result === 'success';
  if (wanted === 'active' ? active === 'active' || once : active === 'inactive' || active === 'failed') {
    call.out(`${active} (${unit?.sub ?? 'dead'}) for 2 s\n`);
    return 0;
  }
  call.out(`${id}: it is ${active}, not ${wanted}\n`);
  return 1;
}

const DAY = 86_400_000;

/** The timers that every Debian has, and every Red Hat. */
function timers(call: Call): number {
  const { machine } = call;
  const now = Date.now();
  const names =
    machine.os.ssh === 'ssh'
      ? ['apt-daily', 'apt-daily-upgrade', 'logrotate', 'systemd-tmpfiles-clean']
      : ['dnf-makecache', 'unbound-anchor', 'systemd-tmpfiles-clean'];
  call.out(`${Math.floor(now / 1000)}\n${uptime(machine).toFixed(2)}\n`);
  for (const [i, name] of names.entries()) {
    const next = now - (now % DAY) + DAY + i * 3_600_000;
    const lines = [
      ['Unit', `${name}.service`],
      ['NextElapseUSecRealtime', systemdTime(next)],
      ['NextElapseUSecMonotonic', ''],
      ['LastTriggerUSec', systemdTime(Math.max(machine.bootedAt, next - DAY))],
      ['Id', `${name}.timer`],
      ['LoadState', 'loaded'],
    ];
    call.out(`${i === 0 ? '' : '\n'}${lines.map(([key, value]) => `${key}=${value}\n`).join('')}`);
  }
  return 0;
}
