import { z } from 'zod';

const id = z.string().min(1);
const perhaps = z.string().nullish();

/** What Slack's Events API sends: https://docs.slack.dev/apis/events-api#callback-field. Other keys are of no interest here. */
export const eventBody = z.object({
  type: z.literal('event_callback'),
  team_id: perhaps,
  enterprise_id: perhaps,
  event: z.looseObject({ type: z.string() }),
});

/** A message, or a mention of the bot. */
export const spoken = z.object({
  type: z.enum(['message', 'app_mention']),
  channel: id,
  channel_type: perhaps,
  user: perhaps,
  text: z.string().default(''),
  ts: id,
  thread_ts: perhaps,
  subtype: perhaps,
  bot_id: perhaps,
  hidden: z.boolean().nullish(),
  edited: z.unknown().optional(),
  team: perhaps,
  user_team: perhaps,
  source_team: perhaps,
});

/** A reaction that was put under a message. */
export const reacted = z.object({ type: z.literal('reaction_added'), user: id, item: z.object({ channel: id, ts: id }) });

/** Someone looks at the bot's own page. */
export const opened = z.object({ type: z.literal('app_home_opened'), user: id, tab: z.string() });

/** A slash command: https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
export const slashBody = z.object({
  command: z.string().regex(/^\/\S+$/),
  text: z.string().default(''),
  team_id: perhaps,
  enterprise_id: perhaps,
  channel_id: id,
  user_id: id,
  trigger_id: id,
});

const by = {
  team: z.object({ id }).nullish(),
  enterprise: z.object({ id }).nullish(),
  user: z.object({ id, team_id: perhaps }),
};

/** A button was pressed, on a message or on the home tab. */
export const actionBody = z.object({
  type: z.literal('block_actions'),
  ...by,
  trigger_id: z.string(),
  container: z.object({ type: z.string(), message_ts: perhaps, thread_ts: perhaps, channel_id: perhaps, view_id: perhaps }),
  channel: z.object({ id }).nullish(),
  message: z.object({ ts: id, thread_ts: perhaps }).nullish(),
  actions: z.array(z.object({ action_id: z.string(), action_ts: z.string().default(''), value: z.string().optional() })).min(1),
});

const chosen = z.object({ value: z.string() });
const view = z.object({ id, private_metadata: z.string().default('') });

/** A form was sent. */
export const submitBody = z.object({
  type: z.literal('view_submission'),
  ...by,
  view: view.extend({
    state: z.object({
      values: z.record(
        z.string(),
        z.record(z.string(), z.object({ value: perhaps, selected_option: chosen.nullish(), selected_options: z.array(chosen).nullish() })),
      ),
    }),
  }),
});

/** Someone types in a select whose choices are asked for. */
export const suggestBody = z.object({ type: z.literal('block_suggestion'), ...by, block_id: z.string(), value: z.string().default(''), view });

/** Who pressed or sent something, and from which workspace. */
export type By = Pick<z.infer<typeof actionBody>, 'team' | 'enterprise' | 'user'>;
