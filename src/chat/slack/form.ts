import type { types } from '@slack/bolt';
import { z } from 'zod';
import { type Choice, type Field, type Place, PRESSES, type Press } from '../../core/types.ts';
import { type Lang, type Said, spans, speak } from '../../core/words.ts';
import { block } from './blocks.ts';
import { isDm } from './dms.ts';
import { PHRASES } from './phrases.ts';
import { capped, rich, section } from './rich.ts';

/** Most choices of a select: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element */
const CHOICES_MOST = 100;
/** Longest private_metadata of a view, in characters. */
const META_MOST = 3000;
const meta = z.object({
  v: z.literal(1),
  press: z.object({ action: z.enum(PRESSES), ticket: z.string(), code: z.string() }).optional(),
  line: z.string().optional(),
  room: z.string(),
  thread: z.string().optional(),
});

/** What a form completes: a press, or a line that there is no ticket for yet. */
export interface Purpose {
  readonly press?: Press;
  readonly line?: string;
  readonly place: Place;
}

/** A form as a modal; undefined when what it completes is too long to be carried by it. */
export function formView(title: Said, fields: readonly Field[], lang: Lang, { press, line, place }: Purpose): types.ModalView | undefined {
  const carried: z.infer<typeof meta> = {
    v: 1,
    ...(press ? { press } : {}),
    ...(line === undefined ? {} : { line }),
    room: place.room,
    ...thread(place.thread),
  };
  const private_metadata = JSON.stringify(carried);
  if (private_metadata.length > META_MOST) return undefined;
  const words = speak(title, lang);
  return {
    type: 'modal',
    private_metadata,
    title: plain(words, 24),
    submit: plain(speak(PHRASES.submit, lang), 24),
    close: plain(speak(PHRASES.close, lang), 24),
    blocks: [...(words.length > 24 ? block([section(rich(spans(title, lang)))]) : []), ...fields.slice(0, 90).map((field) => input(field, lang))],
  };
}

/** What a form completes; undefined for a form of another version. */
export function purposeOf(metadata: string, user: string): Purpose | undefined {
  try {
    const { press, line, room, thread: root } = meta.parse(JSON.parse(metadata));
    return {
      ...(press ? { press } : {}),
      ...(line === undefined ? {} : { line }),
      place: { chat: 'slack', room, ...thread(root), to: user, ...(press && isDm(room) ? { alone: true as const } : {}) },
    };
  } catch {
    return undefined;
  }
}

/** The name of a field, by the id of its block, and whether several words are several values. */
export function fieldNamed(blockId: string): { readonly name: string; readonly many: boolean } | undefined {
  const [, kind, name] = /^(field|words):(.+)$/s.exec(blockId) ?? [];
  return name === undefined ? undefined : { name, many: kind === 'words' };
}

/** Choices as options: each value once, none that Slack would refuse. */
export function optionsOf(choices: readonly Choice[]): types.PlainTextOption[] {
  const seen = new Set<string>();
  const usable = choices.filter(({ text }) => text !== '' && text.length <= 150 && !seen.has(text) && seen.add(text));
  return usable.slice(0, CHOICES_MOST).map(({ text, hint }) => ({
    text: plain(text, 75),
    value: text,
    ...(hint === '' ? {} : { description: plain(hint, 75) }),
  }));
}

function input(field: Field, lang: Lang): types.InputBlock {
  const typed = field.choices === undefined && !field.more;
  const block_id = `${typed && field.many ? 'words' : 'field'}:${capped(field.name, 200)}`;
  const words = field.how ?? (typed && field.many ? PHRASES.several : undefined);
  const hint = words ? { hint: plain(speak(words, lang), 1000) } : {};
  return { type: 'input', block_id, label: plain(speak(field.label, lang), 150), element: asked(field, block_id), ...hint };
}

function asked({ choices, more, many, long }: Field, action_id: string): types.InputBlockElement {
  const options = optionsOf(choices ?? []);
  const all = options.length > 0 && options.length === choices?.length && !more;
  if (choices === undefined && !more) return { type: 'plain_text_input', action_id, max_length: long ? 3000 : 1000, ...(long ? { multiline: true } : {}) };
  if (all) return many ? { type: 'multi_static_select', action_id, options } : { type: 'static_select', action_id, options };
  return many ? { type: 'multi_external_select', action_id, min_query_length: 0 } : { type: 'external_select', action_id, min_query_length: 0 };
}

function plain(text: string, most: number): types.PlainTextElement {
  return { type: 'plain_text', text: capped(text, most) || '·', emoji: false };
}

function thread(root: string | undefined): { thread?: string } {
  return root === undefined ? {} : { thread: root };
}
