import { webApi } from '@slack/bolt';
import { Throttled } from '../../core/chat.ts';

/** What Slack says is wrong: `channel_not_found`, …; undefined when it was not Slack that said so. */
export function troubleOf(error: unknown): string | undefined {
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : undefined;
}

/** Whether Slack said one of these. */
export function isTrouble(error: unknown, names: readonly string[]): boolean {
  return names.includes(troubleOf(error) ?? '');
}

/** The call, its rate limits said in our words; `room` when they are that room's alone. */
export async function called<T>(call: Promise<T>, room?: string): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof webApi.WebAPIRateLimitedError) throw new Throttled(error.retryAfter * 1000, room);
    throw error;
  }
}

/** The bot is not in the room, cannot see it, or nobody may write there. */
export const CLOSED = [
  'not_in_channel',
  'channel_not_found',
  'is_archived',
  'is_inactive',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
] as const;
/** The message cannot be edited any more. */
export const GONE = [
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
  'channel_not_found',
  'not_in_channel',
  'is_inactive',
  'is_archived',
] as const;
/** The message has to be shorter, or plainer. */
export const TOO_LONG = ['msg_too_long', 'msg_blocks_too_long', 'invalid_blocks', 'invalid_blocks_format', 'too_many_blocks'] as const;
/** The message that was to be answered is not there. */
export const NO_THREAD = ['thread_not_found', 'cannot_reply_to_message', 'invalid_thread_ts'] as const;
/** An ephemeral message cannot be shown to this person there. */
export const UNSEEN = [...CLOSED, 'user_not_in_channel', 'user_not_found'] as const;
/** The workspace takes no files of the bot's. */
export const NO_FILES = [
  'missing_scope',
  'file_uploads_disabled',
  'file_uploads_except_images_disabled',
  'storage_limit_reached',
  'file_upload_size_restricted',
] as const;
