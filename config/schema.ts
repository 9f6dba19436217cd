import { z } from 'zod';
import { SHELL_KINDS } from '../src/core/command.ts';
import { SPAN, spanMs } from '../src/core/time.ts';
import { RISKS } from '../src/core/types.ts';
import { contradictions } from './contradictions.ts';

const name = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,62}$/, 'letters, digits, dot, dash and underscore, not beginning with a dash');

/** A secret by reference: `env:NAME` or `file:/absolute/path`; never the secret itself. */
const secret = z.string().regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+)$/, 'env:NAME or file:/absolute/path, never the secret itself');

/** A span of time: a number and s, m, h or d. Becomes milliseconds. */
const span = z.string().regex(SPAN, 'a number and s, m, h or d, such as 30m').transform(spanMs);

const fingerprint = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'SHA256: and 43 characters, as `ssh-keygen -lf` prints');

const port = z.number().int().min(0).max(65535);

const hostPattern = z.string().regex(/^(\*|@?[A-Za-z0-9_][A-Za-z0-9._-]*|site:[A-Za-z0-9_][A-Za-z0-9._-]*)$/, '"*", a host, "@tag" or "site:name"');

/** How to log in to hosts; a host's own value wins over `ssh:`. */
const login = {
  user: name.optional(),
  port: z.number().int().min(1).max(65535).optional(),
  key: z.union([z.literal('agent'), secret]).optional(),
  passphrase: secret.optional(),
  /** Unprivileged account for looking; `user` performs the steps. */
  lookUser: name.optional(),
  /** Prefix every command with `sudo -n`. */
  sudo: z.boolean().optional(),
  knownHosts: z.string().startsWith('/', 'an absolute path').optional(),
};

const host = z.strictObject({
  site: name,
  /** Other sites that reach this host too. */
  sites: z.array(name).optional(),
  address: z.string().min(1).max(253),
  /** The address other hosts know it by, where it is another. */
  at: z.string().min(1).max(253).optional(),
  kind: z.enum(SHELL_KINDS).default('linux'),
  tags: z.array(name).default([]),
  /** The host to go through to reach this one. */
  jump: name.optional(),
  /** Pinned host keys, by fingerprint. */
  hostKey: z.union([fingerprint, z.array(fingerprint).min(1)]).optional(),
  /** libvirt connection URI. */
  libvirt: z
    .string()
    .regex(/^[a-z+]+:\/\/\/[A-Za-z/?=._-]*$/, 'a local libvirt URI such as qemu:///system')
    .default('qemu:///system'),
  ...login,
});

const certificate = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$/, 'the SHA-256 fingerprint of a certificate: 32 pairs of hex digits with colons, as `pvenode cert info` prints')
  .transform((text) => text.toUpperCase());

/** What the two kinds of Proxmox server have in common. */
const proxmox = {
  site: name,
  sites: z.array(name).optional(),
  tags: z.array(name).default([]),
  /** `user@realm!name=secret`, by reference. */
  token: secret,
  /** The certificate authority their certificates are signed by, as PEM, or `system` for those of the system; else every one is pinned by its fingerprint. */
  ca: z.union([z.literal('system'), secret]).optional(),
  /** A host to go through, by SSH. */
  tunnel: name.optional(),
};

/** A Proxmox VE cluster, or a node outside of any: a cluster of one. */
const cluster = z.strictObject({
  ...proxmox,
  /** By their names in the cluster. Any one that answers serves for all. */
  nodes: z.record(
    z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/, 'a node name: letters, digits and inner dashes'),
    z.strictObject({
      address: z.string().min(1).max(253),
      port: port.default(8006),
      fingerprint: certificate.optional(),
      /** The host of `hosts:` that this node is, for what only root may do there by SSH. */
      host: name.optional(),
    }),
  ),
});

const backupServer = z.strictObject({
  ...proxmox,
  address: z.string().min(1).max(253),
  port: port.default(8007),
  fingerprint: certificate.optional(),
});

const pattern = z.string().min(1).max(500).refine(compiles, 'a regular expression');
function compiles(text: string): boolean {
  try {
    // By itself, too: what closes the brackets around it would escape its anchors.
    return new RegExp(text) instanceof RegExp && new RegExp(`^(?:${text})$`) instanceof RegExp;
  } catch {
    return false;
  }
}

/** A program for `host run`: nothing else may be run. */
const program = z.strictObject({
  summary: z.string().min(1).max(200),
  /** Program and arguments; `{name}` in an argument stands for a value. No shell reads it. */
  argv: z.array(z.string().max(4000)).min(1).max(100),
  /** The values people may give with `--with name=value`, each with the whole pattern it must match. */
  with: z
    .record(z.string().regex(/^[a-z][a-z0-9_-]*$/, 'lower-case letters, digits, dash'), z.strictObject({ pattern, default: z.string().optional() }))
    .default({}),
  hosts: z.array(hostPattern).default(['*']),
  risk: z.enum(['low', 'medium', 'high']).default('medium'),
  timeout: span.default(600_000),
  /** `clean`: stopping it does no harm; `never`: it must not be stopped. */
  stop: z.enum(['clean', 'never']).optional(),
});

const grant = z.strictObject({
  commands: z.array(z.string().regex(/^(\*|[a-z][a-z0-9-]*( [a-z][a-z0-9-]*)*( \*)?)$/, '"*", "vm *" or "vm reboot"')),
  hosts: z.array(hostPattern),
  upTo: z.enum(RISKS).default('none'),
});

const url = z.string().regex(/^https?:\/\/[^\s/@]+(\/\S*)?$/, 'an address such as https://matrix.example.org');

/** Slack: Socket Mode with `appToken`, or signed HTTP with `signingSecret`. */
const slack = z.strictObject({
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

const matrix = z.strictObject({
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
const room = z.strictObject({
  chat: z.enum(['slack', 'matrix']),
  id: z.string().min(1),
  /** The language of cards there; without it, that of who asked. */
  lang: z.enum(['en', 'zh']).optional(),
  /** Cards of other hosts are not shown there, but to who asked. */
  hosts: z.array(hostPattern).default(['*']),
  /** Other rooms in which the cards of this one stand as well. */
  mirror: z.array(name).default([]),
});

/** The whole configuration. Strict: a key that is not known is an error. */
const shape = z.strictObject({
  /** Loopback addresses only; people may speak as anyone. */
  practice: z.boolean().default(false),
  redis: z
    .strictObject({
      url: z
        .string()
        .regex(
          /^((rediss?|sentinel):\/\/.+|unix:\/\/\/.+|env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+)$/,
          'redis://…, rediss://…, sentinel://host:port,…/name, unix:///…, env:NAME or file:/path',
        ),
    })
    .optional(),
  web: z.strictObject({ port: port.default(8484) }).default({ port: 8484 }),
  chats: z.strictObject({ slack: slack.optional(), matrix: matrix.optional() }).default({}),
  rooms: z.record(name, room).default({}),
  /** Where the bot itself runs, so that plans that would take it down say so. */
  self: z.strictObject({ host: name, guest: z.string().optional() }).optional(),
  ssh: z.strictObject(login).default({}),
  sites: z.record(name, z.strictObject({ title: z.string().optional() })),
  hosts: z.record(name, host).default({}),
  clusters: z.record(name, cluster).default({}),
  backupServers: z.record(name, backupServer).default({}),
  programs: z.record(name, program).default({}),
  people: z.record(
    name,
    z.strictObject({
      name: z.string().min(1),
      lang: z.enum(['en', 'zh']).default('en'),
      roles: z.array(name),
      /** Immutable ids, by chat. */
      accounts: z.record(name, z.array(z.string().min(1))).default({}),
    }),
  ),
  roles: z.record(name, z.strictObject({ grants: z.array(grant) })),
  approvals: z
    .array(z.strictObject({ from: z.enum(RISKS), count: z.number().int().min(1).max(9).default(1), roles: z.array(name), expires: span.default(1_800_000) }))
    .default([]),
});

/** The configuration, with what its parts say of each other. */
export const schema = shape.superRefine((config, ctx) => {
  for (const { path, message } of contradictions(config)) ctx.addIssue({ code: 'custom', message, path: [...path] });
});

/** A valid configuration. */
export type Config = z.output<typeof schema>;
export type ClusterConfig = Config['clusters'][string];
export type BackupServerConfig = Config['backupServers'][string];
export type HostConfig = Config['hosts'][string];
