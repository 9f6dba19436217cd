import type { Raw } from './form.ts';
import { badParams } from './refused.ts';

/** A value that has passed its check. */
export type Value = string | number | readonly string[];
type Checked = { readonly value: Value } | { readonly error: string };

/** How one parameter is checked. */
export type Kind = (raw: unknown) => Checked;
/** Parameters by name; `!` after a name: it must be there. */
export type Table = { readonly [name: string]: Kind };

/** Checked parameters, those of the path among them. */
export interface Given {
  has(name: string): boolean;
  /** The text of a parameter; empty when it was not given. */
  text(name: string): string;
  number(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  /** The parts of a comma list, or the values of an array. */
  list(name: string): readonly string[];
  readonly all: { readonly [name: string]: Value };
}

/** What a call may carry. */
export interface Rules {
  readonly params?: Table;
  /** Parameters with a number in their names. */
  readonly more?: (name: string) => Kind | undefined;
  /** Another parameter that must be there when this one is. */
  readonly requires?: { readonly [name: string]: string };
}

const UNKNOWN = 'property is not defined in schema and the schema does not allow additional properties';

/** Checks everything at once, as the real one does; throws a 400 that names each parameter. `requires`: what must come with what. */
export function checkParams(raw: Raw, { params: table = {}, more = () => undefined, requires = {} }: Rules): Given {
  const errors: { [name: string]: string } = {};
  const all: { [name: string]: Value } = {};
  for (const [name, value] of Object.entries(raw)) {
    const kind = table[name] ?? table[`${name}!`] ?? more(name);
    if (!kind) errors[name] = UNKNOWN;
    else if (value !== null) {
      const checked = kind(value);
      if ('error' in checked) errors[name] = checked.error;
      else all[name] = checked.value;
    }
  }
  for (const name of Object.keys(table))
    if (name.endsWith('!') && !(name.slice(0, -1) in raw)) errors[name.slice(0, -1)] = 'property is missing and it is not optional';
  for (const [name, other] of Object.entries(requires)) if (name in raw && !(other in raw)) errors[other] = `missing property required by '${name}'`;
  if (Object.keys(errors).length > 0) throw badParams(errors);
  return given(all);
}

/** Reads checked values. */
export function given(all: { readonly [name: string]: Value }): Given {
  return {
    all,
    has: (name) => all[name] !== undefined,
    text: (name) => String(all[name] ?? ''),
    number: (name) => (all[name] === undefined ? undefined : Number(all[name])),
    flag: (name) => (all[name] === undefined ? undefined : String(all[name]) === '1'),
    list(name) {
      const value = all[name];
      if (typeof value === 'object') return value;
      return value === undefined
        ? []
        : String(value)
            .split(/[,;\s]+/)
            .filter((one) => one !== '');
    },
  };
}

const plain = (raw: unknown): string | undefined =>
  typeof raw === 'string' || typeof raw === 'number' ? String(raw) : typeof raw === 'boolean' ? (raw ? '1' : '0') : undefined;

function kind(check: (text: string) => Checked): Kind {
  return (raw) => {
    const value = plain(raw);
    return value === undefined ? { error: "type check ('string') failed" } : check(value);
  };
}

/** Any text, at most so many characters. */
export const text = (most = 8192): Kind => kind((value) => (value.length > most ? { error: `value may only be ${most} characters long` } : { value }));

export const bool: Kind = kind((value) => {
  if (/^(1|on|yes|true)$/i.test(value)) return { value: 1 };
  return /^(0|off|no|false)$/i.test(value) ? { value: 0 } : { error: `type check ('boolean') failed - got '${value}'` };
});

export const int = (low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY): Kind =>
  kind((value) => (/^-?\d+$/.test(value) ? within(Number(value), low, high) : { error: `type check ('integer') failed - got '${value}'` }));

/** A number with decimals; kept as text, as config files keep it. */
export const num = (low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY): Kind =>
  kind((value) => {
    if (!/^-?\d+(\.\d+)?$/.test(value)) return { error: `type check ('number') failed - got '${value}'` };
    const checked = within(Number(value), low, high);
    return 'error' in checked ? checked : { value };
  });

function within(value: number, low: number, high: number): Checked {
  if (value < low) return { error: `value must have a minimum value of ${low}` };
  return value > high ? { error: `value must have a maximum value of ${high}` } : { value };
}

export const oneOf = (...words: readonly string[]): Kind =>
  kind((value) => (words.includes(value) ? { value } : { error: `value '${value}' does not have a value in the enumeration '${words.join(', ')}'` }));

/** A value with a form of its own; `what` is what the real one says of a bad value. */
export const format = (pattern: RegExp, what: (value: string) => string): Kind =>
  kind((value) => (pattern.test(value) ? { value } : { error: `invalid format - ${what(value)}\n` }));

/** One check after another. */
export const both =
  (first: Kind, second: Kind): Kind =>
  (raw) => {
    const checked = first(raw);
    return 'error' in checked ? checked : second(raw);
  };

export const matching = (pattern: RegExp): Kind => kind((value) => (pattern.test(value) ? { value } : { error: 'value does not match the regex pattern' }));

/** A list that comes as an array: one parameter a value. */
export const many = (each: Kind): Kind => {
  return (raw) => {
    const values: string[] = [];
    for (const one of Array.isArray(raw) ? raw : [raw]) {
      const checked = each(one);
      if ('error' in checked) return checked;
      values.push(String(checked.value));
    }
    return { value: values };
  };
};
