import { normalise } from '../../core/normalise.ts';
import type { Choice, Field, Place, Press } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';

/** A form that is filled in by questions and answers in a thread. */
export interface Asking {
  readonly press: Press;
  readonly place: Place;
  readonly fields: readonly Field[];
  /** What was answered so far, by field. */
  readonly given: Readonly<Record<string, readonly string[]>>;
  /** The event that began it. */
  readonly began: string;
  /** How many questions were put: tells each of them from the others. */
  readonly put: number;
  /** Events that were taken already, for what is heard twice. */
  readonly seen: readonly string[];
  /** Nothing is asked any more. */
  readonly over: boolean;
}

/** What an answer came to. `again`: it did not fit; `near` are what it might have meant. */
export type Answered =
  | { readonly kind: 'given'; readonly asking: Asking }
  | { readonly kind: 'again'; readonly asking: Asking; readonly why: Said }
  | { readonly kind: 'cancelled'; readonly asking: Asking };

/** Most choices that are listed. */
export const LISTED = 20;
/** Most that are named when an answer fits several. */
const NEAR = 8;

/** Begins to ask. `event`: what began it; `given`: what is known already. */
export function begin(press: Press, place: Place, fields: readonly Field[], event: string, given: Asking['given'] = {}): Asking {
  return { press, place, fields, given, began: event, put: 0, seen: [event], over: false };
}

/** The field that is asked for next; undefined when all are filled in. */
export function wanted({ fields, given, over }: Asking): Field | undefined {
  return over ? undefined : fields.find(({ name }) => !(name in given));
}

/** What is asked: the words, the choices that are numbered, and how many there are besides. */
export function question({ label, choices = [], many, more, how: hint }: Field): {
  readonly text: Said;
  readonly choices: readonly Choice[];
  readonly rest: Said | undefined;
} {
  const over = choices.length - LISTED;
  const others = say({ en: '…and others: type the name', zh: '……还有其他：请输入名称' });
  const rest =
    over > 0 && !more ? say({ en: '…and {over} more: type the name', zh: '……还有 {over} 个：请输入名称' }, { over }) : over > 0 || more ? others : undefined;
  const how =
    choices.length === 0
      ? say({ en: 'Answer in this thread; `cancel` ends it.', zh: '请在此消息列中回复；回复 `取消` 则结束。' })
      : many
        ? say({
            en: 'Answer in this thread with numbers or names, with spaces between them; `cancel` ends it.',
            zh: '请在此消息列中回复编号或名称，以空格分隔；回复 `取消` 则结束。',
          })
        : say({ en: 'Answer in this thread with the number or the name; `cancel` ends it.', zh: '请在此消息列中回复编号或名称；回复 `取消` 则结束。' });
  const asked = hint ? say({ en: '{label}: {hint}', zh: '{label}：{hint}' }, { label, hint }) : label;
  return { text: say({ en: '{label} {how}', zh: '{label} {how}' }, { label: asked, how }), choices: choices.slice(0, LISTED), rest };
}

/** Takes an answer to the question that is open. `found`: choices besides the field's own that fit it. Pure. */
export function answer(asking: Asking, event: string, line: string, found: readonly Choice[] = []): Answered {
  const field = wanted(asking);
  const text = normalise(line);
  const next = { ...asking, seen: [...asking.seen, event].slice(-20) };
  if (!field || /^!?(cancel|取消)$/i.test(text)) return { kind: 'cancelled', asking: { ...next, over: true } };
  if (text === '') return { kind: 'again', asking: next, why: say({ en: 'Nothing was answered.', zh: '没有收到内容。' }) };
  const words = field.many ? text.split(/[\s,，、]+/).filter((word) => word !== '') : [text];
  const values: string[] = [];
  for (const word of words) {
    const one = pick(word, field, found);
    if (typeof one !== 'string') return { kind: 'again', asking: next, why: one };
    values.push(one);
  }
  return { kind: 'given', asking: { ...next, given: { ...asking.given, [field.name]: [...new Set(values)] } } };
}

/** What a word of an answer means: the text itself, a number of the list, or the only choice that begins so. */
function pick(word: string, { choices = [], more }: Field, found: readonly Choice[]): string | Said {
  const all = [...new Set([...choices, ...found].map(({ text }) => text))];
  if (all.length === 0) return word;
  const same = (text: string) => text.toLowerCase() === word.toLowerCase();
  const exact = all.find((text) => text === word) ?? only(all.filter(same));
  if (exact !== undefined) return exact;
  const number = /^#?(\d{1,2})[.)]?$/.exec(word)?.[1];
  const numbered = number === undefined ? undefined : choices.slice(0, LISTED)[Number(number) - 1];
  if (numbered) return numbered.text;
  const near = all.filter((text) => text.toLowerCase().startsWith(word.toLowerCase()));
  if (near.length === 1 && near[0] !== undefined) return near[0];
  if (near.length > 1)
    return say(
      { en: '“{word}” may be several: {near}.', zh: '“{word}”可能指多项：{near}。' },
      { word, near: list([...near.slice(0, NEAR), ...(near.length > NEAR ? ['…'] : [])]) },
    );
  return more ? word : say({ en: 'There is no “{word}” to choose.', zh: '没有“{word}”可选。' }, { word });
}

function only(texts: readonly string[]): string | undefined {
  return texts.length === 1 ? texts[0] : undefined;
}
