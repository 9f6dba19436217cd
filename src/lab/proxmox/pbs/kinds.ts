import type { Parameter } from './parameters.ts';

function one(check: (text: string) => string | number | boolean): Parameter {
  return {
    check([text = '', ...more]) {
      if (more.length > 0) throw new Error('duplicate parameter.');
      return check(text);
    },
  };
}

function string(limits: { readonly least?: number; readonly most?: number; readonly pattern?: RegExp } = {}): Parameter {
  return one((text) => {
    const length = [...text].length;
    if (limits.least !== undefined && length < limits.least) throw new Error(`value must be at least ${limits.least} characters long`);
    if (limits.most !== undefined && length > limits.most) throw new Error(`value may only be ${limits.most} characters long`);
    if (limits.pattern && !limits.pattern.test(text)) throw new Error('value does not match the regex pattern');
    return text;
  });
}

/** The parameter may be left out. */
export function optional(parameter: Parameter): Parameter {
  return { ...parameter, optional: true };
}

export const integer = (least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER): Parameter =>
  one((text) => {
    if (text === '') throw new Error('cannot parse integer from empty string');
    if (!/^[+-]?\d+$/.test(text)) throw new Error('invalid digit found in string');
    const value = Number(text);
    if (value < least) throw new Error(`value must have a minimum value of ${least} (got ${value})`);
    if (value > most) throw new Error(`value must have a maximum value of ${most} (got ${value})`);
    return value;
  });

export const boolean: Parameter = one((text) => {
  if (/^(1|on|yes|true)$/i.test(text)) return true;
  if (/^(0|off|no|false)$/i.test(text)) return false;
  throw new Error('Unable to parse boolean option.');
});

export const words = (...known: readonly string[]): Parameter =>
  one((text) => {
    if (!known.includes(text)) throw new Error(`value '${text}' is not defined in the enumeration.`);
    return text;
  });

/** Several values, each under the same name. */
export const list = (each: Parameter): Parameter => ({ check: (texts) => texts.map((text) => String(each.check([text]))) });

const ID = '[A-Za-z0-9_][A-Za-z0-9._\\-]*';
export const text = string();
/** A path that privileges are for. */
export const aclPath = string({ least: 1, most: 128, pattern: new RegExp(`^(?:/|(?:/${ID})+)$`) });
export const safeId = string({ pattern: new RegExp(`^${ID}$`) });
export const storeName = string({ least: 3, most: 32, pattern: new RegExp(`^${ID}$`) });
export const jobId = string({ least: 3, most: 32, pattern: new RegExp(`^${ID}$`) });
export const nsPart = string({ least: 1, most: 32, pattern: new RegExp(`^${ID}$`) });
export const namespace = string({ most: 256, pattern: new RegExp(`^(?:(?:${ID}/){0,7}${ID})?$`) });
export const authId = string({ least: 3, most: 64, pattern: new RegExp(`^[^\\s:/]+@${ID}(?:!${ID})?$`) });
/** A size with a unit, such as `10 MiB`. */
export const bytes = string({ most: 64, pattern: /^\d+(\.\d+)?\s?(B|[KMGTPE]i?B?)?$/i });
export const upid = string({ least: 36, pattern: /^UPID:[a-zA-Z0-9-]+:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8,16}:[0-9A-F]{8}:[^:\s]+:[^:\s]*:[^:\s]+:$/i });
export const backupType = words('vm', 'ct', 'host');
export const depth = integer(0, 7);
/** `localhost`, or the node's own name. */
export const node = one((value) => {
  if (value !== 'localhost' && value !== 'pbs1') throw new Error(`no such node '${value}'`);
  return value;
});
