import { z } from 'zod';
import { json, ts, whole } from '../schema/arguments.ts';
import { BOT } from '../things.ts';
import { fileFields } from '../wire.ts';
import { method, Refused, shaped, visible } from './method.ts';

const finished = z.array(z.strictObject({ id: z.string(), title: z.string().optional(), highlight_type: z.string().optional() })).min(1);

/** The methods that upload: a URL is asked for, written to, and the upload completed. */
export const files = {
  'files.getUploadURLExternal': method(
    { scope: 'files:write', formOnly: true },
    { filename: z.string().min(1), length: whole, snippet_type: z.string().optional(), alt_txt: z.string().max(1000).optional() },
    (args, { world, slack }) => {
      if (args.length < 1) throw new Refused('missing_argument', {}, 'length is 0');
      const id = world.ids.next('F');
      world.uploads.set(id, { id, name: args.filename, title: args.filename, length: args.length, bytes: undefined, done: false });
      return { upload_url: `${slack.url}upload/v1/${id}`, file_id: id };
    },
  ),

  'files.completeUploadExternal': method(
    { scope: 'files:write' },
    {
      files: json,
      channel_id: z.string().optional(),
      channels: z.string().optional(),
      thread_ts: ts.optional(),
      initial_comment: z.string().optional(),
      blocks: json.optional(),
    },
    (args, { world, slack, misuse }) => {
      const named = shaped(finished, args.files, ['files'], 'invalid_arguments');
      const uploads = named.map(({ id, title }) => {
        const upload = world.uploads.get(id);
        if (!upload?.bytes || upload.done) throw new Refused('file_not_found', {}, `${id} was not uploaded, or is complete`);
        if (title !== undefined) upload.title = title;
        return upload;
      });
      const where = args.channel_id ?? args.channels;
      const channel = where === undefined ? undefined : visible(world, where);
      if (channel && !channel.members.has(BOT.user)) throw new Refused('not_in_channel');
      if (channel?.archived) throw new Refused('is_archived');
      const parent = channel && args.thread_ts !== undefined ? world.message(channel.id, args.thread_ts) : undefined;
      if (args.thread_ts !== undefined && !parent) throw new Refused('thread_not_found');
      if (parent?.thread !== undefined) misuse('thread_ts is a reply, not its parent');
      for (const upload of uploads) upload.done = true;
      if (channel) {
        // Slack shares the file after it has answered.
        slack.later(slack.options.shareDelay, () => {
          const said = { channel: channel.id, user: BOT.user, text: args.initial_comment ?? '', files: uploads };
          slack.events.said(world.say({ ...said, ...(parent && { thread: parent.thread ?? parent.ts }) }));
        });
      }
      return { files: uploads.map(fileFields) };
    },
  ),
};
