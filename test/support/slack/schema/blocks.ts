import { z } from 'zod';
import { accessory, actionsElement, imageElement, inputElement } from './elements.ts';
import { richText } from './rich.ts';
import { anyText, identifier, link, mrkdwn, plain } from './text.ts';

const block_id = identifier.optional();
const cell = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) }),
  z.strictObject({ type: z.literal('raw_number'), value: z.number(), text: z.string().min(1) }),
  richText,
]);

const section = z.strictObject({
  type: z.literal('section'),
  block_id,
  text: anyText(3000).optional(),
  fields: z.array(anyText(2000)).min(1).max(10).optional(),
  accessory: accessory.optional(),
  expand: z.boolean().optional(),
});
const header = z.strictObject({ type: z.literal('header'), block_id, text: plain(150) });
const divider = z.strictObject({ type: z.literal('divider'), block_id });
const context = z.strictObject({
  type: z.literal('context'),
  block_id,
  elements: z
    .array(z.discriminatedUnion('type', [imageElement, plain(), mrkdwn()]))
    .min(1)
    .max(10),
});
const actions = z.strictObject({ type: z.literal('actions'), block_id, elements: z.array(actionsElement).min(1).max(25) });
const input = z.strictObject({
  type: z.literal('input'),
  block_id,
  label: plain(2000),
  hint: plain(2000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: inputElement,
});
const image = z.strictObject({
  type: z.literal('image'),
  block_id,
  image_url: link.optional(),
  slack_file: z.union([z.strictObject({ id: z.string() }), z.strictObject({ url: z.string() })]).optional(),
  alt_text: z.string().max(2000),
  title: plain(2000).optional(),
});
const markdown = z.strictObject({ type: z.literal('markdown'), block_id, text: z.string().min(1).max(12_000) });
const table = z.strictObject({
  type: z.literal('table'),
  block_id,
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z
    .array(z.strictObject({ align: z.enum(['left', 'center', 'right']).optional(), is_wrapped: z.boolean().optional() }))
    .max(20)
    .optional(),
});

/** A block of a message. https://docs.slack.dev/reference/block-kit/blocks */
export const messageBlock = z.discriminatedUnion('type', [section, header, divider, context, actions, input, image, richText, markdown, table]);

/** A block of a modal or a home tab: neither markdown nor tables stand there. */
export const viewBlock = z.discriminatedUnion('type', [section, header, divider, context, actions, input, image, richText]);

/** Any block. */
export type Block = z.infer<typeof messageBlock>;
