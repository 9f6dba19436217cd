import { z } from 'zod';
import { hostPattern, name, port, secret, url } from './values.ts';

/** Slack: Socket Mode with `appToken`, or signed HTTP with `signingSecret`. */
export const slack = z.strictObject({
  /** Ids of the workspaces whose people are heard. */
  workspaces: z.array(z.string().regex(/^[TE][A-Z0-9]{5,}$/, 'a workspace id such as T0123456789')).min(1),
  botToken: secret,
  appToken: secret.optional(),
  signingSecret: secret.optional(),
  /** Where requests are taken in HTTP mode. */
  host: z.string().default('127.0.0.1'),
  port: port.default(3000),
  /** Id of the channel where the bot says that it cannot hear. */
  home: z
    .string()
    .regex(/^[CG][A-Z0-9]{5,}$/, 'a channel id such as C0123456789')
    .optional(),
  /** Address of the Web API, for a proxy. */
  api: url.optional(),
});

/** Matrix, as one account of a homeserver. */
export const matrix = z.strictObject({
  homeserver: url,
  /** The bot's own id. */
  user: z.string().regex(/^@[^:\s]+:\S+$/, 'a Matrix id such as @hostler:example.org'),
  token: secret,
  /** Whether the bot reads and writes in end-to-end encrypted rooms. */
  encryption: z.boolean().default(false),
  /** Id of the room where the bot says that it cannot hear. */
  home: z
    .string()
    .regex(/^!\S+$/, 'a room id such as !abc:example.org')
    .optional(),
  /** What the homeserver allows an account: Synapse's default is 0.2 messages a second, and 10 at once. */
  messagesPerSecond: z.number().positive().max(1000).default(0.2),
  burst: z.number().int().min(1).max(10_000).default(10),
});

/** What is particular to a room of a chat. */
export const room = z.strictObject({
  chat: z.enum(['slack', 'matrix']),
  id: z.string().min(1),
  /** The language of cards there; without it, that of who asked. */
  lang: z.enum(['en', 'zh']).optional(),
  /** Cards of other hosts are not shown there, but to who asked. */
  hosts: z.array(hostPattern).default(['*']),
  /** Other rooms in which the cards of this one stand as well. */
  mirror: z.array(name).default([]),
});
