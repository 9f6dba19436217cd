import { keptText } from '../redactline.ts';
import { clean, type Said, speak, type Value } from '../words.ts';
import { LIMITS, type Signal, type Spoken } from './alert.ts';

/** Sources that are the bot itself. */
const OWN: readonly string[] = ['self', 'beat', 'watch'];
/** Most characters of what is said, as JSON: what is longer is shown as its English text alone. */
const MOST = 4000;

/** What the bot itself says in a signal: in English for whatever goes by it, and in all languages for whoever reads it. */
export function spoken(title: Said, text?: Said): Pick<Signal, 'title' | 'text' | 'said'> {
  const plain = text && speak(text, 'en').slice(0, LIMITS.text);
  return { title: speak(title, 'en').slice(0, LIMITS.title), ...(plain ? { text: plain } : {}), said: { title, ...(text ? { text } : {}) } };
}

/** As it may be kept: only of the bot itself, and with its values as outside text is kept. */
export function keptSpoken(said: Spoken | undefined, source: string): { readonly said?: Spoken } {
  if (!said || !OWN.includes(source)) return {};
  const { title, text } = said;
  const kept = { title: tidy(title), ...(text ? { text: tidy(text) } : {}) };
  return within({ said: kept }, MOST);
}

/** The same where it is small enough; else without the sentence, and then without anything. */
export function within({ said }: { readonly said?: Spoken }, most: number): { readonly said?: Spoken } {
  if (!said) return {};
  if (JSON.stringify(said).length <= most) return { said };
  const { title } = said;
  return JSON.stringify(title).length <= most ? { said: { title } } : {};
}

function tidy({ words, with: values }: Said): Said {
  return values ? { words, with: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tidyValue(value)])) } : { words };
}

function tidyValue(value: Value): Value {
  if (typeof value === 'object') return tidy(value);
  return typeof value === 'string' ? clean(keptText(value.slice(0, 2 * LIMITS.text)), LIMITS.text - 1) : value;
}
