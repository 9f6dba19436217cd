import { type Call, effect, fail } from '../../program.ts';
import { type Command, findGuest, type Virsh } from './command.ts';
import { INFO } from './info.ts';
import { LIFE } from './life.ts';
import { LIST } from './list.ts';
import { SNAPSHOTS } from './snapshots.ts';
import { parse } from './syntax.ts';

const COMMANDS: ReadonlyMap<string, Command> = new Map(Object.entries({ ...LIST, ...INFO, ...LIFE, ...SNAPSHOTS }));

/** `virsh`, one command a call. */
export async function virsh(call: Call): Promise<number> {
  const words = call.argv.slice(1);
  let quiet = false;
  while (words[0]?.startsWith('-')) {
    const option = words.shift() ?? '';
    if (option === '-q' || option === '--quiet') quiet = true;
    else if (option === '-c' || option === '--connect') {
      if (words.shift() === undefined) return fail(call, "error: option '-c'/'--connect' requires an argument");
    } else if (!option.startsWith('--connect=') && option !== '-r' && option !== '--readonly')
      return fail(call, `error: unsupported option '${option}'. See --help.`);
  }
  const [name, ...rest] = words;
  if (name === undefined) return fail(call, 'error: the interactive terminal is not available here');
  const command = COMMANDS.get(name);
  if (!command) return fail(call, `error: unknown command: '${name}'`);
  const args = parse(name, rest, command.syntax);
  if (typeof args === 'string') return fail(call, `error: ${args}`);
  const extra = (text: string) => {
    if (!quiet) call.out(text);
  };
  const run: Virsh = { call, machine: call.machine, quiet, args, print: call.out, extra };
  if (command.changes) count(run, name, command);
  const error = await command.run(run);
  // virsh ends every command, good or bad, with an empty line on standard output.
  extra('\n');
  return typeof error === 'string' ? fail(call, `error: ${error}`) : 0;
}

/** Counts a change under the domain's name, however it was called. */
function count({ call, machine, args }: Virsh, name: string, { syntax }: Command): void {
  const domain = args.value('domain') ?? '';
  const others = syntax.values.slice(1).map((value) => args.value(value));
  effect(call, 'virsh', name, findGuest(machine, domain)?.name ?? domain, ...others.filter((value) => value !== undefined));
}
