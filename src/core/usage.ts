import type { z } from 'zod';
import { about, isFlag, mayBeLeftOut, oneOf } from './argument.ts';
import type { AnyCommand } from './command.ts';
import { rollsOut } from './rollout.ts';
import { type Said, say, speak, type Words } from './words.ts';

/** `vm show GUEST [--flag]`, with an example. */
export function usage(path: string, command: AnyCommand): Said {
  const parts: Said[] = Object.entries(command.args).map(([name, schema]) => {
    const label: Said = { words: about(schema)?.label ?? { en: name.toUpperCase(), zh: name } };
    return mayBeLeftOut(schema) ? say({ en: '[{label}]', zh: '[{label}]' }, { label }) : label;
  });
  for (const [name, schema] of Object.entries(command.options ?? {})) {
    const value = isFlag(schema) ? '' : say({ en: ' {label}', zh: ' {label}' }, { label: { words: optionLabelOf(schema) } });
    const text = mayBeLeftOut(schema) ? '[--{name}{value}]' : '--{name}{value}';
    parts.push(say({ en: text, zh: text }, { name, value }));
  }
  if (rollsOut(command)) parts.push(say({ en: '[--waves 1,10%,rest] [--max-fail N]', zh: '[--waves 1,10%,rest] [--max-fail N]' }));
  const text = (lang: 'en' | 'zh') => [path, ...parts.map((part) => speak(part, lang))].join(' ');
  return { words: { en: text('en'), zh: text('zh') } };
}

/** Longest list of words that a line of usage spells out, in characters. */
const LONGEST = 40;

/** What an option's value is called; a label of several words is a question of a form, and no word of a line. */
function optionLabelOf(schema: z.ZodType): Words {
  const label = about(schema)?.label;
  const words = oneOf(schema).join('|');
  if (label === undefined && words !== '' && words.length <= LONGEST) return { en: words, zh: words };
  return label === undefined || /\s\w/.test(label.en) ? { en: '…', zh: '…' } : label;
}
