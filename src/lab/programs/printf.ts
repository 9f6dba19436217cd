import { type Call, fail } from '../program.ts';

const ESCAPES: { readonly [letter: string]: string } = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', '\\': '\\', '"': '"' };

/** `printf`: %s, %d, %i, %c, %x, %o, %f, %b, %% with widths; the format is used again while arguments are left. */
export function printf(call: Call): number {
  const rest = call.argv.slice(call.argv[1] === '--' ? 2 : 1);
  const [format, ...values] = rest;
  if (format === undefined) return fail(call, "printf: missing operand\nTry 'printf --help' for more information.");
  let exit = 0;
  let next = 0;
  do {
    const before = next;
    call.out(
      format.replace(
        /\\(x[\da-fA-F]{1,2}|[0-7]{1,3}|.)|%([-0 +#]*\d*(?:\.\d+)?)([a-zA-Z%])/g,
        (whole, escaped: string | undefined, flags: string, verb: string) => {
          if (escaped !== undefined) return character(escaped);
          if (verb === '%') return '%';
          const value = values[next++] ?? '';
          if (!'dixofeguscb'.includes(verb)) return whole;
          if ('diuxo'.includes(verb) && value !== '' && !Number.isFinite(Number(value))) {
            call.err(`printf: ‘${value}’: expected a numeric value\n`);
            exit = 1;
          }
          return pad(convert(verb, value, flags), flags);
        },
      ),
    );
    if (next === before) break;
  } while (next < values.length);
  return exit;
}

function character(escaped: string): string {
  if (/^x./.test(escaped)) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
  if (/^[0-7]/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8));
  return ESCAPES[escaped] ?? `\\${escaped}`;
}

function convert(verb: string, value: string, flags: string): string {
  if (verb === 's') return value;
  if (verb === 'b') return value.replace(/\\(.)/g, (whole, letter: string) => ESCAPES[letter] ?? whole);
  if (verb === 'c') return value.slice(0, 1);
  const number = Number(value) || 0;
  if ('feg'.includes(verb)) return number.toFixed(Number(/\.(\d+)/.exec(flags)?.[1] ?? 6));
  return Math.trunc(number).toString(verb === 'x' ? 16 : verb === 'o' ? 8 : 10);
}

function pad(text: string, flags: string): string {
  const width = Number(/^[-0 +#]*([1-9]\d*)/.exec(flags)?.[1] ?? 0);
  if (flags.startsWith('-')) return text.padEnd(width);
  return text.padStart(width, flags.startsWith('0') ? '0' : ' ');
}
