import { Refusal } from './errors.ts';
import { nearest } from './nearest.ts';
import { didYouMean } from './parse.ts';
import type { Argv, Risk } from './types.ts';
import { list, say } from './words.ts';

/** A program the configuration declares for `host run`: its argv, where `{name}` stands for a value that is given. */
export interface Program {
  readonly summary: string;
  readonly argv: Argv;
  readonly with: { readonly [name: string]: { readonly pattern: string; readonly default?: string | undefined } };
  /** Where it may run: `*`, a host, `@tag`, `site:name`. */
  readonly hosts: readonly string[];
  readonly risk: Risk;
  readonly timeoutMs: number;
  readonly stop?: 'clean' | 'never' | undefined;
}

/** `{name}` in a declared argument. */
export const PLACEHOLDER = /\{([a-z][a-z0-9_-]*)\}/g;

/** The values given as `name=value`. Throws Refusal for a name that is not declared, given twice, missing, or against its pattern. */
export function values(program: Program, given: readonly string[]): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const pair of given) {
    const [, name, value] = /^([^=]*)=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined)
      throw new Refusal(say({ en: '“{pair}” is not NAME=VALUE', zh: '“{pair}”不是 名称=值 的形式' }, { pair }), declared(program));
    if (!Object.hasOwn(program.with, name)) {
      const near = nearest(name, Object.keys(program.with));
      throw new Refusal(say({ en: 'it takes no “{name}”', zh: '没有参数“{name}”' }, { name }), near.length > 0 ? didYouMean(near) : declared(program));
    }
    if (Object.hasOwn(found, name)) throw new Refusal(say({ en: '“{name}” is given twice', zh: '“{name}”重复' }, { name }));
    found[name] = value;
  }
  for (const [name, { pattern, default: usual }] of Object.entries(program.with)) {
    const value = found[name] ?? usual ?? missing(name, program);
    found[name] = value;
    if (!new RegExp(`^(?:${pattern})$`).test(value) || value.startsWith('-')) {
      throw new Refusal(
        say({ en: '“{value}” is not a legal {name}', zh: '“{value}”不是合法的 {name}' }, { value: value.slice(0, 80), name }),
        say({ en: 'it must match {pattern} and not begin with a dash', zh: '须匹配 {pattern} 且不以短横线开头' }, { pattern }),
      );
    }
  }
  return found;
}

function missing(name: string, program: Program): never {
  throw new Refusal(say({ en: 'it needs --with {name}=…', zh: '需要 --with {name}=…' }, { name }), declared(program));
}

function declared(program: Program) {
  const names = Object.keys(program.with);
  return names.length === 0
    ? say({ en: 'it takes no values', zh: '它不接受任何参数' })
    : say({ en: 'it takes: {names}', zh: '可用参数：{names}' }, { names: list(names.map((name) => `--with ${name}=…`)) });
}

/** The program's argv with every `{name}` replaced by its value. */
export function fill({ argv }: Program, given: Readonly<Record<string, string>>): Argv {
  const [program, ...rest] = argv;
  const words = rest.map((word) => {
    const filled = word.replace(PLACEHOLDER, (whole, name: string) => given[name] ?? whole);
    if (filled.startsWith('-') && !word.startsWith('-'))
      throw new Refusal(say({ en: '“{filled}” would be read as an option', zh: '“{filled}”会被当作选项' }, { filled }));
    return filled;
  });
  return [program, ...words];
}
