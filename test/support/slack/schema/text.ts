import { z } from 'zod';

/** The longest any text object may be. */
const LONGEST = 3000;

/** A plain_text object of at most `max` characters. https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export const plain = (max = LONGEST) => z.strictObject({ type: z.literal('plain_text'), text: z.string().min(1).max(max), emoji: z.boolean().optional() });

/** A mrkdwn object of at most `max` characters; `emoji` is not for it. */
export const mrkdwn = (max = LONGEST) => z.strictObject({ type: z.literal('mrkdwn'), text: z.string().min(1).max(max), verbatim: z.boolean().optional() });

/** Either of the two. */
export const anyText = (max = LONGEST) => z.discriminatedUnion('type', [plain(max), mrkdwn(max)]);

/** An identifier of a block or an action. */
export const identifier = z.string().min(1).max(255);

/** A link Slack will take. */
export const link = z.url({ protocol: /^https?$/ }).max(3000);

/** A dialog that asks before an element acts. */
export const confirmation = z.strictObject({
  title: plain(100).optional(),
  text: anyText(300),
  confirm: plain(30).optional(),
  deny: plain(30).optional(),
  style: z.enum(['primary', 'danger']).optional(),
});

const described = { value: z.string().min(1).max(150), description: plain(75).optional() };

/** An option of a menu. */
export const option = z.strictObject({ text: plain(75), ...described });

/** An option of an overflow menu, which may be a link. */
export const linkOption = z.strictObject({ text: plain(75), ...described, url: link.optional() });

/** An option of checkboxes or radio buttons. */
export const richOption = z.strictObject({ text: anyText(75), ...described, description: anyText(75).optional() });

/** A titled group of options. */
export const optionGroup = z.strictObject({ label: plain(75), options: z.array(option).min(1).max(100) });
