import { type Call, effect, fail } from '../program.ts';
import { missing } from '../world/services.ts';
import type { Unit } from '../world/unit.ts';
import { rebootNow } from './shutdown.ts';
import { changeFiles } from './systemctl-files.ts';
import { switchUnit } from './systemctl-jobs.ts';
import { listUnits } from './systemctl-list.ts';
import { managerProperties, unitProperties } from './systemctl-show.ts';

/** `systemctl` for services. */
export async function systemctl(call: Call): Promise<number> {
  const words = call.argv.slice(1);
  const options = words.filter((word) => word.startsWith('-'));
  const [verb, ...names] = operands(words);
  if (verb === undefined || verb === 'list-units') return listUnits(call, options);
  if (verb === 'is-system-running') return isSystemRunning(call, options);
  if (verb === 'show' && names.length === 0) return show(call, words, [managerProperties(call.machine)]);
  if (verb === 'reboot') {
    effect(call, 'systemctl', 'reboot');
    return rebootNow(call);
  }
  const ids = names.map((name) => unitId(call, name));
  const units = ids.map((id) => resolve(call, id));
  switch (verb) {
    case 'show':
      return show(call, words, units.map(unitProperties));
    case 'is-active':
    case 'is-failed':
      if (units.length === 0) return fail(call, 'Too few arguments.');
      if (!options.includes('-q') && !options.includes('--quiet')) for (const unit of units) call.out(`${unit.active}\n`);
      if (verb === 'is-failed') return units.some((unit) => unit.active === 'failed') ? 0 : 1;
      return units.some((unit) => unit.active === 'active') ? 0 : 3;
    case 'start':
    case 'stop':
    case 'restart':
      if (units.length === 0) return fail(call, 'Too few arguments.');
      effect(call, 'systemctl', verb, ...names);
      return switchUnit(call, verb, units);
    case 'enable':
    case 'disable':
    case 'mask':
    case 'unmask':
    case 'reload':
    case 'reset-failed':
      if (units.length === 0) return fail(call, 'Too few arguments.');
      effect(call, 'systemctl', verb, ...names);
      return changeFiles(call, verb, units);
    case 'list-unit-files':
      for (const { id, file } of call.machine.units) if (file !== '') call.out(`${id} ${file} ${file === 'static' ? '-' : 'enabled'}\n`);
      return 0;
    default:
      return fail(call, `Unknown command verb ${verb}.`);
  }
}

const WITH_VALUE = new Set(['-p', '--property', '-t', '--type', '--state', '-o', '--output', '-n', '--lines']);

/** The words that are neither options nor options' values. */
function operands(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  const before = end < 0 ? words : words.slice(0, end);
  const found = before.filter((word, index) => !word.startsWith('-') && !WITH_VALUE.has(before[index - 1] ?? ''));
  return end < 0 ? found : [...found, ...words.slice(end + 1)];
}

function unitId(call: Call, name: string): string {
  const escaped = [...Buffer.from(name, 'utf8')]
    .map((byte) => (/[\w:.\\@-]/.test(String.fromCharCode(byte)) && byte < 128 ? String.fromCharCode(byte) : byte === 47 ? '-' : `\\x${byte.toString(16)}`))
    .join('');
  const id = /\.(service|socket|timer|target|mount|path|slice|scope|device|swap|automount)$/.test(escaped) ? escaped : `${escaped}.service`;
  if (escaped !== name) call.err(`Invalid unit name "${name}" escaped as "${id}" (maybe you should use systemd-escape?).\n`);
  return id;
}

function resolve(call: Call, id: string): Unit {
  return call.machine.units.find((unit) => unit.id === id || unit.aliases.includes(id)) ?? missing(id);
}

function isSystemRunning(call: Call, options: readonly string[]): number {
  const failed = call.machine.units.some((unit) => unit.active === 'failed');
  if (!options.includes('-q')) call.out(failed ? 'degraded\n' : 'running\n');
  return failed ? 1 : 0;
}

type Properties = readonly (readonly [name: string, value: string])[];

function show(call: Call, words: readonly string[], all: readonly Properties[]): number {
  const wanted = words.flatMap((word, index) => {
    if (word === '-p' || word === '--property') return (words[index + 1] ?? '').split(',');
    const match = /^(?:-p|--property=)(.+)$/.exec(word);
    return match?.[1]?.split(',') ?? [];
  });
  const bare = words.includes('--value');
  const parts = all.map((properties) => {
    const chosen = properties.filter(([name]) => wanted.length === 0 || wanted.includes(name));
    return chosen.map(([name, value]) => (bare ? `${value}\n` : `${name}=${value}\n`)).join('');
  });
  call.out(parts.join('\n'));
  return 0;
}
