import { SCRIPTS } from './areas/all.ts';
import type { Call } from './program.ts';
import { find } from './programs/all.ts';
import { words } from './words.ts';

const DEAF = '--ignore-signal=TERM';

/** Runs argv as the host's shell would: prefixes stripped, unknown programs answered with 127. */
export async function run(call: Call): Promise<number> {
  const argv = strip(call.argv);
  const [name] = argv;
  if (name === undefined) return 0;
  if (name === 'sh' || name === '/bin/sh') return shell(call, argv);
  const program = find(name, call.machine);
  if (!program) {
    call.err(`sh: 1: ${name}: not found\n`);
    return 127;
  }
  return program({ ...call, argv: [name, ...argv.slice(1)] });
}

/** Runs a command string; operators are refused as nothing here interprets them. */
export async function runLine(line: string, call: Omit<Call, 'argv'>): Promise<number> {
  const argv = words(line);
  if (!argv) {
    call.err('sh: 1: Syntax error\n');
    return 2;
  }
  const [name, ...rest] = argv;
  return name === undefined ? 0 : run({ ...call, argv: [name, ...rest] });
}

/** Drops `sudo -n`, `env NAME=VALUE`, `env --ignore-signal=TERM` and leading assignments. */
export function strip(argv: readonly string[]): readonly string[] {
  const [first, second] = argv;
  if (first === 'sudo' && second === '-n') return strip(argv.slice(argv[2] === '--' ? 3 : 2));
  if (first === 'env' && second !== undefined) return strip(argv.slice(second === '--' || second === DEAF ? 2 : 1));
  if (first !== undefined && /^[A-Za-z_]\w*=/.test(first)) return strip(argv.slice(1));
  return argv;
}

/** Whether argv says that the program takes no notice of being asked to end. */
export function deaf(argv: readonly string[]): boolean {
  return argv[0] === 'env' && argv[1] === DEAF;
}

function shell(call: Call, argv: readonly string[]): number | Promise<number> {
  const script = argv[1] === '-c' ? argv[2] : undefined;
  const own = SCRIPTS.get(/^#([a-z0-9-]+)\n/.exec(script ?? '')?.[1] ?? '');
  if (own) return own({ ...call, argv: ['sh', ...argv.slice(4)] });
  if (script !== undefined) return runLine(script, call);
  call.err('sh: 0: only -c is available here\n');
  return 2;
}
