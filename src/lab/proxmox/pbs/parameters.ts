import { badParameters } from './refusal.ts';

type Value = string | number | boolean | readonly string[];

/** How one parameter is checked: it takes the texts that came under its name and gives the value, or throws why not. */
export interface Parameter {
  readonly optional?: true;
  check(texts: readonly string[]): Value;
}

/** Checked parameters. Asking for one that the route has not declared is a mistake of the lab. */
export interface Given {
  has(name: string): boolean;
  /** Empty when it was not given. */
  text(name: string): string;
  number(name: string): number | undefined;
  flag(name: string, otherwise: boolean): boolean;
  list(name: string): readonly string[];
}

/** Reads checked parameters. */
function given(values: ReadonlyMap<string, Value>): Given {
  return {
    has: (name) => values.has(name),
    text: (name) => String(values.get(name) ?? ''),
    number(name) {
      const value = values.get(name);
      return typeof value === 'number' ? value : undefined;
    },
    flag(name, otherwise) {
      const value = values.get(name);
      return typeof value === 'boolean' ? value : otherwise;
    },
    list(name) {
      const value = values.get(name);
      return typeof value === 'object' ? value : [];
    },
  };
}

/** Checks all at once, as the real server does; throws the 400 that names what is wrong. */
export function checkParameters(raw: readonly (readonly [name: string, text: string])[], table: { readonly [name: string]: Parameter }): Given {
  const errors: [string, string][] = [];
  const values = new Map<string, Value>();
  for (const name of new Set(raw.map(([one]) => one))) {
    const parameter = Object.hasOwn(table, name) ? table[name] : undefined;
    if (!parameter) {
      errors.push([name, 'schema does not allow additional properties.']);
      continue;
    }
    try {
      values.set(name, parameter.check(raw.filter(([one]) => one === name).map(([, text]) => text)));
    } catch (error) {
      errors.push([name, error instanceof Error ? error.message : String(error)]);
    }
  }
  for (const [name, { optional }] of Object.entries(table))
    if (!optional && !raw.some(([one]) => one === name)) errors.push([name, 'parameter is missing and it is not optional.']);
  if (errors.length > 0) throw badParameters(errors);
  return given(values);
}
