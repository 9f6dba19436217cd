import { type Call, effect, fail } from '../program.ts';
import { pause } from '../timers.ts';

/** `echo` */
export function echo(call: Call): number {
  const bare = call.argv[1] === '-n';
  call.out(call.argv.slice(bare ? 2 : 1).join(' ') + (bare ? '' : '\n'));
  return 0;
}

const UNITS: { readonly [suffix: string]: number } = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `sleep`: waits for as long as it is told, at the pace of practice. */
export async function sleep(call: Call): Promise<number> {
  const operands = call.argv.slice(1);
  if (operands.length === 0) return fail(call, "sleep: missing operand\nTry 'sleep --help' for more information.");
  let seconds = 0;
  for (const operand of operands) {
    const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(operand);
    if (!match) return fail(call, `sleep: invalid time interval ‘${operand}’\nTry 'sleep --help' for more information.`);
    seconds += Number(match[1]) * (UNITS[match[2] || 's'] ?? 1);
  }
  effect(call, 'sleep', ...operands); // so that runs can be counted
  await pause(seconds * 1000 * call.machine.pace, call.signal);
  return 0;
}

const CHUNK = 4096;

/** `seq`: whole and decimal numbers. */
export async function seq(call: Call): Promise<number> {
  const operands = call.argv.slice(1);
  const hint = "\nTry 'seq --help' for more information.";
  if (operands.length === 0) return fail(call, `seq: missing operand${hint}`);
  if (operands.length > 3) return fail(call, `seq: extra operand ‘${operands[3]}’${hint}`);
  const wrong = operands.find((operand) => operand.trim() === '' || !Number.isFinite(Number(operand)));
  if (wrong !== undefined) return fail(call, `seq: invalid floating point argument: ‘${wrong}’${hint}`);
  const numbers = operands.map(Number);
  const first = numbers.length > 1 ? (numbers[0] ?? 1) : 1;
  const step = numbers.length === 3 ? (numbers[1] ?? 1) : 1;
  const last = numbers.at(-1) ?? 1;
  if (step === 0) return fail(call, `seq: invalid Zero increment value: ‘${operands[1]}’${hint}`);
  const count = Math.floor((last - first) / step) + 1;
  for (let from = 0; from < count && !call.signal.aborted; from += CHUNK) {
    let text = '';
    for (let i = from; i < Math.min(from + CHUNK, count); i++) text += `${first + i * step}\n`;
    call.out(text);
    await call.ready();
  }
  return 0;
}
