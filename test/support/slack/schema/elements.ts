import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { richText } from './rich.ts';
import { confirmation, identifier, link, linkOption, option, optionGroup, plain, richOption } from './text.ts';

const action_id = identifier.optional();
const confirm = confirmation.optional();
const focus_on_load = z.boolean().optional();
const placeholder = plain(150).optional();
const menu = { action_id, confirm, focus_on_load, placeholder };
const many = { ...menu, max_selected_items: z.number().int().min(1).optional() };
const written = {
  action_id,
  focus_on_load,
  placeholder,
  dispatch_action_config: z.strictObject({ trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).min(1) }).optional(),
};
const query = z.number().int().min(0).optional();
const answers = { response_url_enabled: z.boolean().optional() };
const filter = z
  .strictObject({
    include: z
      .array(z.enum(['im', 'mpim', 'private', 'public']))
      .min(1)
      .optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .optional();
const choices = { options: z.array(option).min(1).max(100).optional(), option_groups: z.array(optionGroup).min(1).max(100).optional() };
const fewChoices = z.array(richOption).min(1).max(10);
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const lines = z.number().int().min(1).max(100).optional();

/** A button. https://docs.slack.dev/reference/block-kit/block-elements/button-element */
export const button = z.strictObject({
  type: z.literal('button'),
  text: plain(75),
  action_id,
  url: link.optional(),
  value: z.string().max(2000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm,
  accessibility_label: z.string().max(75).optional(),
});

/** An image inside a section or a context. */
export const imageElement = z.strictObject({
  type: z.literal('image'),
  image_url: link.optional(),
  slack_file: z.union([z.strictObject({ id: z.string() }), z.strictObject({ url: z.string() })]).optional(),
  alt_text: z.string().max(2000),
});

const overflow = z.strictObject({ type: z.literal('overflow'), action_id, confirm, options: z.array(linkOption).min(1).max(5) });

/** Everything that lets a person choose. */
export const chosen = [
  z.strictObject({ type: z.literal('static_select'), ...menu, ...choices, initial_option: option.optional() }),
  z.strictObject({ type: z.literal('multi_static_select'), ...many, ...choices, initial_options: z.array(option).min(1).optional() }),
  z.strictObject({ type: z.literal('external_select'), ...menu, min_query_length: query, initial_option: option.optional() }),
  z.strictObject({ type: z.literal('multi_external_select'), ...many, min_query_length: query, initial_options: z.array(option).min(1).optional() }),
  z.strictObject({ type: z.literal('users_select'), ...menu, initial_user: z.string().optional() }),
  z.strictObject({ type: z.literal('multi_users_select'), ...many, initial_users: z.array(z.string()).min(1).optional() }),
  z.strictObject({
    type: z.literal('conversations_select'),
    ...menu,
    ...answers,
    filter,
    initial_conversation: z.string().optional(),
    default_to_current_conversation: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal('multi_conversations_select'),
    ...many,
    filter,
    initial_conversations: z.array(z.string()).min(1).optional(),
    default_to_current_conversation: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('channels_select'), ...menu, ...answers, initial_channel: z.string().optional() }),
  z.strictObject({ type: z.literal('multi_channels_select'), ...many, initial_channels: z.array(z.string()).min(1).optional() }),
  z.strictObject({ type: z.literal('checkboxes'), action_id, confirm, focus_on_load, options: fewChoices, initial_options: fewChoices.optional() }),
  z.strictObject({ type: z.literal('radio_buttons'), action_id, confirm, focus_on_load, options: fewChoices, initial_option: richOption.optional() }),
  z.strictObject({ type: z.literal('datepicker'), ...menu, initial_date: date.optional() }),
  z.strictObject({
    type: z.literal('timepicker'),
    ...menu,
    initial_time: z
      .string()
      .regex(/^\d{2}:\d{2}$/)
      .optional(),
    timezone: z.string().optional(),
  }),
] as const;

/** Everything that lets a person write, and what only stands in actions and inputs. */
export const typed = [
  z.strictObject({ type: z.literal('datetimepicker'), action_id, confirm, focus_on_load, initial_date_time: z.number().int().optional() }),
  z.strictObject({ type: z.literal('rich_text_input'), ...written, initial_value: richText.optional(), min_lines: lines, max_lines: lines }),
] as const;

const inputOnly = [
  z.strictObject({
    type: z.literal('plain_text_input'),
    ...written,
    initial_value: z.string().max(3000).optional(),
    multiline: z.boolean().optional(),
    min_length: z.number().int().min(0).max(3000).optional(),
    max_length: z.number().int().min(1).max(3000).optional(),
  }),
  z.strictObject({
    type: z.literal('number_input'),
    ...written,
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  }),
  z.strictObject({ type: z.literal('email_text_input'), ...written, initial_value: z.string().optional() }),
  z.strictObject({ type: z.literal('url_text_input'), ...written, initial_value: z.string().optional() }),
  z.strictObject({
    type: z.literal('file_input'),
    action_id,
    filetypes: z.array(z.string()).optional(),
    max_files: z.number().int().min(1).max(10).optional(),
  }),
] as const;

/** What a section may have at its right. */
export const accessory = z.discriminatedUnion('type', [button, imageElement, overflow, ...chosen]).superRefine(coherent);

/** What an actions block may hold. */
export const actionsElement = z.discriminatedUnion('type', [button, overflow, ...chosen, ...typed]).superRefine(coherent);

/** What an input block may hold. */
export const inputElement = z.discriminatedUnion('type', [...chosen, ...typed, ...inputOnly]).superRefine(coherent);

/** Any element, as all three of them give it. */
export type Element = z.infer<typeof accessory> | z.infer<typeof actionsElement> | z.infer<typeof inputElement>;

/** Rules that join two fields of one element. */
function coherent(element: Element, context: z.RefinementCtx): void {
  const complain = (message: string) => context.addIssue({ code: 'custom', message, path: [] });
  if (element.type === 'image' && (element.image_url === undefined) === (element.slack_file === undefined)) complain('need either image_url or slack_file');
  if (element.type === 'static_select' || element.type === 'multi_static_select') {
    if ((element.options === undefined) === (element.option_groups === undefined)) complain('must define either `options` or `option_groups`');
  }
  const offered = offeredBy(element);
  const first =
    'initial_options' in element ? (element.initial_options ?? []) : 'initial_option' in element && element.initial_option ? [element.initial_option] : [];
  if (offered && first.some((one) => !offered.some((other) => isDeepStrictEqual(one, other)))) complain('initial option is not one of the options');
  if (offered && new Set(offered.map((one) => one.value)).size < offered.length) complain('option values must be unique');
  if (element.type === 'plain_text_input') {
    const { min_length = 0, max_length = 3000, initial_value } = element;
    if (min_length > max_length) complain('min_length cannot be greater than max_length');
    if (initial_value !== undefined && initial_value.length > max_length) complain('initial_value is longer than max_length');
  }
}

/** The options an element offers by itself; undefined where they come from elsewhere. */
export function offeredBy(element: Element): readonly { readonly value: string; readonly text: { readonly text: string } }[] | undefined {
  if (!('options' in element)) return undefined;
  if (element.options) return element.options;
  return 'option_groups' in element ? element.option_groups?.flatMap((group) => group.options) : undefined;
}
