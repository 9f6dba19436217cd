import { z } from 'zod';
import { explain } from '../schema/explain.ts';
import type { Slack } from '../slack.ts';
import { BOT, type Channel } from '../things.ts';
import type { Fields } from '../wire.ts';
import type { World } from '../world.ts';

/** A no of Slack's, by its real name. `shape` says it is the caller's fault in shape, and why. */
export class Refused extends Error {
  readonly fields: Fields;
  readonly shape: string | undefined;
  constructor(error: string, fields: Fields = {}, shape?: string) {
    super(error);
    this.fields = fields;
    this.shape = shape;
  }
}

/** What a method is given beside its arguments. */
export interface Call {
  readonly slack: Slack;
  readonly world: World;
  readonly scopes: ReadonlySet<string>;
  /** Writes down a misuse that Slack lets pass. */
  readonly misuse: (what: string) => void;
}

/** A method of the Web API, ready to be called with whatever came in. */
export interface Method {
  /** A scope the bot token must have; none for those that need no scope or decide by channel. */
  readonly scope: string | undefined;
  readonly token: 'bot' | 'app' | 'any';
  /** Whether a JSON body is not read: files.getUploadURLExternal and the reading methods take forms only. */
  readonly formOnly: boolean;
  readonly call: (given: Fields, call: Call) => Fields | Promise<Fields>;
}

/** Arguments every method takes: bolt's client adds team_id to all of its calls. */
const EVERYWHERE = new Set(['token', 'team_id']);

/** Declares a method: its arguments and what it does. Unknown arguments pass, as in Slack, and are a violation. */
export function method<T extends z.ZodRawShape>(
  options: { readonly scope?: string; readonly token?: Method['token']; readonly formOnly?: boolean },
  shape: T,
  run: (args: z.infer<z.ZodObject<T>>, call: Call) => Fields | Promise<Fields>,
): Method {
  const schema = z.object(shape);
  return {
    scope: options.scope,
    token: options.token ?? 'bot',
    formOnly: options.formOnly ?? false,
    call: (given, call) => {
      for (const name of Object.keys(given)) if (!EVERYWHERE.has(name) && !(name in shape)) call.misuse(`unknown argument ${name}`);
      return run(shaped(schema, given, [], 'invalid_arguments'), call);
    },
  };
}

/** The value in this shape, or a refusal that says where it is not. */
export function shaped<S extends z.ZodType>(schema: S, value: unknown, root: readonly string[], error: string): z.infer<S> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const messages = explain(read.error, root);
  const errors = messages.map((message) => message.replace('[ERROR] ', ''));
  throw new Refused(error, { ...(error === 'invalid_blocks' && { errors }), response_metadata: { messages } }, messages.join('; '));
}

/** The channel of this id, if the bot may know of it. */
export function visible(world: World, id: string): Channel {
  const channel = world.channels.get(id);
  if (!/^[CGDU][A-Z0-9]{8,}$/.test(id)) throw new Refused('channel_not_found', {}, `no channel id: ${id}`);
  if (!channel || (channel.kind !== 'public' && !channel.members.has(BOT.user))) throw new Refused('channel_not_found');
  return channel;
}

/** The scope a kind of conversation asks for: `channels:read`, `groups:history`, … */
export function needs(call: Call, channel: Channel, what: 'read' | 'history'): void {
  require(call, `${{ public: 'channels', private: 'groups', im: 'im' }[channel.kind]}:${what}`);
}

/** Refuses where the token has not this scope. */
export function require(call: Call, scope: string): void {
  if (!call.scopes.has(scope)) throw new Refused('missing_scope', { needed: scope, provided: [...call.scopes].join(',') });
}

/** One page of a list, and the cursor to the next. */
export function page<T>(all: readonly T[], limit: number, cursor: string | undefined): { readonly items: readonly T[]; readonly next: string } {
  const text = cursor ? Buffer.from(cursor, 'base64').toString() : 'next:0';
  if (!/^next:\d+$/.test(text)) throw new Refused('invalid_cursor', {}, 'invalid cursor');
  if (limit < 1 || limit > 1000) throw new Refused('invalid_limit', {}, `limit ${limit}`);
  const from = Number(text.slice(5));
  const next = from + limit < all.length ? Buffer.from(`next:${from + limit}`).toString('base64') : '';
  return { items: all.slice(from, from + limit), next };
}
