import type { Block } from './schema/blocks.ts';
import { type Element, offeredBy } from './schema/elements.ts';
import { elementsOf } from './schema/rules.ts';
import type { Fields } from './wire.ts';
import { arrivingBlocks } from './words.ts';

/** What people have put into the fields of some blocks: by block, then by action. */
export type State = Record<string, Record<string, Fields>>;

/** What a person puts into a field: text, an option's value or text, a user, a date; several; or nothing. */
export type Entry = string | readonly string[] | null;

/** An option as an app gave it. */
export interface Offer {
  readonly value: string;
  readonly text: { readonly text: string };
}

/** An element that holds something, and where it stands. */
export interface Field {
  readonly block: Block;
  readonly element: Exclude<Element, { readonly type: 'button' | 'image' | 'overflow' }>;
  readonly action: string;
}

/** All fields in these blocks. */
export function fieldsOf(blocks: readonly Block[]): Field[] {
  return blocks.flatMap((block) =>
    elementsOf(block).flatMap((element) =>
      element.type === 'button' || element.type === 'image' || element.type === 'overflow' ? [] : [{ block, element, action: element.action_id ?? '' }],
    ),
  );
}

/** The state of these blocks as it is shown: what was put in, else what was there at first. */
export function stateOf(blocks: readonly Block[], entered: State = {}): State {
  const state: State = {};
  for (const { block, element, action } of fieldsOf(blocks)) {
    const id = block.block_id ?? '';
    const there = entered[id]?.[action];
    state[id] = { ...state[id], [action]: there ?? { type: element.type, ...initially(element) } };
  }
  return state;
}

function initially(element: Field['element']): Fields {
  switch (element.type) {
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { selected_option: element.initial_option ?? null };
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      return { selected_options: element.initial_options ?? [] };
    case 'datetimepicker':
      return { selected_date_time: element.initial_date_time ?? null };
    case 'rich_text_input':
      return { rich_text_value: element.initial_value ?? null };
    case 'file_input':
      return { files: [] };
    case 'plain_text_input':
    case 'number_input':
    case 'email_text_input':
    case 'url_text_input':
      return { value: element.initial_value ?? null };
    default: {
      const initial = Object.entries(element).find(([key]) => key.startsWith('initial_'))?.[1] ?? (element.type.startsWith('multi') ? [] : null);
      return { [selectedName(element)]: initial };
    }
  }
}

function selectedName(element: Field['element']): string {
  const [, one = ''] = /(?:multi_)?(user|conversation|channel|date|time)/.exec(element.type) ?? [];
  return `selected_${one}${element.type.startsWith('multi') ? 's' : ''}`;
}

/** What an element holds once a person has put this into it; an error where the client would not let them. */
export function entered(element: Field['element'], entry: Entry, suggested: readonly Offer[]): Fields {
  const { type } = element;
  const options = offeredBy(element) ?? suggested;
  const pick = (wanted: string) => {
    const option = options.find((one) => one.value === wanted || one.text.text === wanted);
    if (!option) throw new Error(`«${wanted}» is not offered: ${options.map((one) => one.value).join(', ')}`);
    return option;
  };
  const several = entry === null ? [] : typeof entry === 'string' ? [entry] : entry;
  const single = several[0] ?? null;
  switch (type) {
    case 'static_select':
    case 'external_select':
    case 'radio_buttons':
      return { type, selected_option: single === null ? null : pick(single) };
    case 'multi_static_select':
    case 'multi_external_select':
    case 'checkboxes':
      return { type, selected_options: several.map(pick) };
    case 'plain_text_input': {
      const { min_length = 0, max_length = 3000 } = element;
      if (single !== null && (single.length < min_length || single.length > max_length))
        throw new Error(`the client takes ${min_length} to ${max_length} characters`);
      return { type, value: single };
    }
    case 'number_input':
    case 'email_text_input':
    case 'url_text_input':
      return { type, value: single };
    case 'datetimepicker':
      return { type, selected_date_time: single === null ? null : Number(single) };
    case 'rich_text_input':
      return { type, rich_text_value: single === null ? null : arrivingBlocks(single)[0] };
    case 'file_input':
      return { type, files: [] };
    default:
      return { type, [selectedName(element)]: type.startsWith('multi') ? several : single };
  }
}

/** Whether a field holds nothing. */
export function isBlank(value: Fields | undefined): boolean {
  return !value || Object.entries(value).every(([key, one]) => key === 'type' || one === null || one === '' || (Array.isArray(one) && one.length === 0));
}
