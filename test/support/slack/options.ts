/** Every scope a bot of this kind asks for. */
export const SCOPES = [
  'app_mentions:read',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'reactions:read',
  'reactions:write',
  'team:read',
  'users:read',
] as const;

/** What a simulated workspace can be told when it starts. Times are milliseconds. */
export interface Options {
  /** What the bot token may do. */
  readonly scopes: readonly string[];
  /** The events the app is subscribed to. */
  readonly events: readonly string[];
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** The id of the organization, where there is one. */
  readonly enterprise: string | undefined;
  /** How long an app has to acknowledge. */
  readonly ackTime: number;
  /** The waits before the second, third and fourth try of an event. */
  readonly retries: readonly number[];
  /** How long an event waits for a socket. */
  readonly patience: number;
  /** How long a trigger is good. */
  readonly triggerLife: number;
  /** How long a message may be edited. */
  readonly editWindow: number;
  /** How long after the answer a file is shared. */
  readonly shareDelay: number;
  /** How often the server pings a socket. */
  readonly pingEvery: number;
  /** How long a socket stays open after it was told to go. */
  readonly grace: number;
  /** Whether the app has a home tab. */
  readonly homeTab: boolean;
}

/** What holds when nothing is said. */
export const DEFAULTS: Options = {
  scopes: SCOPES,
  events: ['app_mention', 'message.im', 'app_home_opened', 'member_joined_channel', 'reaction_added'],
  botToken: 'xoxb-0000000000-invented',
  appToken: 'xapp-1-A0HOSTLER01-invented',
  signingSecret: '0123456789abcdef0123456789abcdef',
  enterprise: undefined,
  ackTime: 3000,
  retries: [50, 200, 500],
  patience: 60_000,
  triggerLife: 3000,
  editWindow: Number.POSITIVE_INFINITY,
  shareDelay: 20,
  pingEvery: 5000,
  grace: 50,
  homeTab: true,
};
