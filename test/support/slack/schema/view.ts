import { z } from 'zod';
import { viewBlock } from './blocks.ts';
import { together } from './rules.ts';
import { plain } from './text.ts';

const common = {
  blocks: z.array(viewBlock).max(100).superRefine(together),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};

/** A modal. https://docs.slack.dev/reference/views/modal-views */
export const modal = z
  .strictObject({
    type: z.literal('modal'),
    ...common,
    title: plain(24),
    close: plain(24).optional(),
    submit: plain(24).optional(),
    clear_on_close: z.boolean().optional(),
    notify_on_close: z.boolean().optional(),
    submit_disabled: z.boolean().optional(),
  })
  .superRefine((view, context) => {
    if (!view.submit && view.blocks.some((block) => block.type === 'input')) {
      context.addIssue({ code: 'custom', message: 'missing required field: submit', path: ['submit'] });
    }
  });

/** A home tab. https://docs.slack.dev/reference/views/home-tab-views */
export const home = z.strictObject({ type: z.literal('home'), ...common });

/** What the acknowledgement of a view_submission may say. https://docs.slack.dev/surfaces/modals#response_actions */
export const submitReply = z.union([
  z.strictObject({}),
  z.strictObject({ response_action: z.literal('clear') }),
  z.strictObject({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string().min(1)) }),
  z.strictObject({ response_action: z.enum(['update', 'push']), view: modal }),
]);

/** A modal as an app gives it. */
export type Modal = z.infer<typeof modal>;
/** A home tab as an app gives it. */
export type Home = z.infer<typeof home>;
