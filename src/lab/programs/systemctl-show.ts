import type { Machine } from '../world/machine.ts';
import type { Unit } from '../world/unit.ts';
import { systemdTime } from './clock.ts';

type Properties = readonly (readonly [name: string, value: string])[];

/** What `systemctl show UNIT` prints, in its order. */
export function unitProperties(unit: Unit): Properties {
  const running = unit.pid > 0;
  const entered = systemdTime(unit.enteredAt);
  return [
    ['Type', unit.type],
    ['Restart', unit.type === 'oneshot' ? 'no' : 'on-failure'],
    ['MainPID', String(unit.pid)],
    ['Result', unit.result],
    ['NRestarts', String(unit.restarts)],
    ['ExecMainStartTimestamp', systemdTime(unit.startedAt)],
    ['ExecMainPID', String(unit.pid)],
    ['ExecMainStatus', unit.result === 'success' ? '0' : '1'],
    ['MemoryCurrent', running ? String(unit.memory) : '[not set]'],
    ['TasksCurrent', running ? String(1 + (unit.memory % 7)) : '[not set]'],
    ['Id', unit.id],
    ['Names', [unit.id, ...unit.aliases].join(' ')],
    ['Description', unit.description],
    ['LoadState', unit.load],
    ['ActiveState', unit.active],
    ['SubState', unit.sub],
    ['FragmentPath', unit.path],
    ['UnitFileState', unit.file],
    ['CanReload', unit.type === 'notify' || unit.type === 'forking' ? 'yes' : 'no'],
    ['RemainAfterExit', unit.type === 'oneshot' && unit.active === 'active' ? 'yes' : 'no'],
    ['UnitFilePreset', unit.file === '' ? '' : 'enabled'],
    ['StateChangeTimestamp', entered],
    ['ActiveEnterTimestamp', entered],
    ['NeedDaemonReload', 'no'],
    ...(unit.load === 'not-found' ? [['LoadError', `org.freedesktop.systemd1.NoSuchUnit "Unit ${unit.id} not found."`] as const] : []),
  ];
}

/** What `systemctl show` prints of the manager itself. */
export function managerProperties(machine: Machine): Properties {
  const failed = machine.units.filter((unit) => unit.active === 'failed').length;
  return [
    ['Version', '252'],
    ['UserspaceTimestamp', systemdTime(machine.bootedAt + 1500)],
    ['NNames', String(machine.units.length)],
    ['NFailedUnits', String(failed)],
    ['SystemState', failed > 0 ? 'degraded' : 'running'],
  ];
}
