/** A language the bot speaks. */
export type Lang = 'en' | 'zh';

/** One message in every language; a missing one is a type error. `{name}` marks a value. */
export type Words = Readonly<Record<Lang, string>>;

/** A value inside a message: outside text is always cleaned, another message is spoken in turn. */
export type Value = string | number | Said;

/** A message with its values; the language is chosen when it is shown. */
export interface Said {
  readonly words: Words;
  readonly with?: Readonly<Record<string, Value>>;
}

/** Builds a message where it is used: `say({ en: 'no host {host}', zh: '没有主机 {host}' }, { host })`. */
export function say(words: Words, values?: Readonly<Record<string, Value>>): Said {
  return values === undefined ? { words } : { words, with: values };
}

/** Outside text as a message: only the value, no words of ours. */
export function quoted(text: string | number): Said {
  return { words: { en: '{text}', zh: '{text}' }, with: { text } };
}

/** Messages in a row, with the joint that the language uses between items. */
export function list(items: readonly Value[]): Said {
  const places = items.map((_, i) => `{${i}}`);
  return {
    words: { en: places.join(', '), zh: places.join('、') },
    with: Object.fromEntries(items.map((item, i) => [String(i), item])),
  };
}

/** The message in one language. Values are cleaned here and nowhere else. */
export function speak(said: Value, lang: Lang): string {
  if (typeof said !== 'object') return clean(String(said));
  const values = said.with ?? {};
  return said.words[lang].replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name];
    return value === undefined ? hole : speak(value, lang);
  });
}

/** A stretch of a message: outside text and ours alike, to be shown literally; `code`: our words put it between backticks. */
export interface Span {
  readonly text: string;
  readonly code: boolean;
}

/** The message in one language as stretches: backticks of our words become `code`, those of outside text stay what they are. */
export function spans(said: Value, lang: Lang): Span[] {
  const found: { text: string; code: boolean }[] = [];
  const push = (text: string, code: boolean) => {
    const last = found.at(-1);
    if (last?.code === code) last.text += text;
    else if (text !== '') found.push({ text, code });
  };
  const walk = (value: Value, within: boolean) => {
    if (typeof value !== 'object') return push(clean(String(value)), within);
    let code = within;
    for (const piece of value.words[lang].split(/(`|\{\w+\})/)) {
      const inner = /^\{(\w+)\}$/.exec(piece)?.[1];
      const held = inner === undefined ? undefined : value.with?.[inner];
      if (piece === '`') code = !code;
      else if (held === undefined) push(piece, code);
      else walk(held, code);
    }
  };
  walk(said, false);
  return found;
}

/** Longest outside text inside a message, in characters. */
const LONGEST = 2000;

/** Control, bidi and zero-width characters, and lone surrogates: all that can forge or hide text. Line feed and tab stay. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const FORGERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/** Outside text made harmless: forging characters become U+FFFD; capped to `most` characters. */
export function clean(text: string, most = LONGEST): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text;
  return cut.replace(/\r\n/g, '\n').replace(FORGERS, '\uFFFD');
}
