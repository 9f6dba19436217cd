import { read } from '../core/read.ts';
import type { Argv, Read } from '../core/types.ts';
import { shell } from './shell.ts';

/** A unit as `systemctl list-units` shows it. */
export interface Unit {
  readonly unit: string;
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  readonly description: string;
}

/** Services in memory: `systemctl list-units --plain`, columns by white space, the description last. */
export function services(failed: boolean): Read<readonly Unit[]> {
  const argv: Argv = ['systemctl', 'list-units', '--type=service', '--all', '--no-legend', '--no-pager', '--plain', ...(failed ? ['--failed'] : [])];
  return read({ argv, parse: parseUnits });
}

export function parseUnits(output: string): Unit[] {
  return output.split('\n').flatMap((line) => {
    const [, unit, load, active, sub, description] = /^[●\s]*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
    return unit && load && active && sub ? [{ unit, load, active, sub, description: description ?? '' }] : [];
  });
}

const PROPERTIES = [
  'Id',
  'Description',
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'MainPID',
  'NRestarts',
  'MemoryCurrent',
  'ActiveEnterTimestamp',
  'Result',
  'FragmentPath',
  'Type',
  'RemainAfterExit',
  'CanReload',
  'TriggeredBy',
  'ExecMainStatus',
  'StatusText',
] as const;
export type UnitShown = Readonly<Partial<Record<(typeof PROPERTIES)[number], string>>>;

/** Properties of one unit: `systemctl show`, `Name=value` lines. A unit nobody knows has `LoadState=not-found` and exit 0. */
export function show(unit: string): Read<UnitShown> {
  return read({ argv: ['systemctl', 'show', unit, '--no-pager', `--property=${PROPERTIES.join(',')}`], parse: parseShow });
}

export function parseShow(output: string): UnitShown {
  const known = new Set<string>(PROPERTIES);
  return Object.fromEntries(
    output.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at > 0 && known.has(line.slice(0, at)) ? [[line.slice(0, at), line.slice(at + 1)]] : [];
    }),
  );
}

/** `active`, `inactive`, `failed`, `activating`, …: an answer for every exit status from 0 to 4. */
export function isActive(unit: string): Read<string> {
  return read({ argv: ['systemctl', 'is-active', unit], exits: [1, 2, 3, 4], parse: (output) => output.trim() });
}

/** Names of all service units that have a file or are in memory, without what templates could become: for suggestions. */
export function unitNames(): Read<readonly string[]> {
  const argv = shell(
    'unit-names',
    `systemctl list-unit-files --no-legend --no-pager --plain 2>/dev/null | head -n 2000; systemctl list-units --all --no-legend --no-pager --plain | head -n 2000`,
  );
  return read({ argv, parse: parseUnitNames });
}

export function parseUnitNames(output: string): string[] {
  const names = output.split('\n').flatMap((line) => /^[●\s]*(\S+\.[a-z]+)\s/.exec(line)?.[1] ?? []);
  return [...new Set(names.filter((name) => !/@\.[a-z]+$/.test(name)))];
}
