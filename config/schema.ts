import { z } from 'zod';
import { alerts, mail, ntfy } from './alerts.ts';
import { approval, deny, grant, hours } from './authority.ts';
import { matrix, room, slack } from './chats.ts';
import { contradictions } from './contradictions.ts';
import { backupServer, cluster, host, login, program } from './machines.ts';
import { domain, domainName, zone } from './naming.ts';
import { certificate, doctor, probe } from './upkeep.ts';
import { name, PUBLIC_KEY, port, secret, span } from './values.ts';

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
  web: z
    .strictObject({
      port: port.default(8484),
      /** The address people open it by, where a TLS proxy stands before it; without it, loopback only. */
      url: z
        .string()
        .regex(/^https:\/\/[A-Za-z0-9.-]+(:[0-9]+)?$/, 'an address such as https://hostler.example.org, without a path')
        .optional(),
      /** How long a person stays signed in. */
      session: span.default(43_200_000),
      /** What lets a program of another host read `/metrics` by `url`: a bearer token. */
      metrics: secret.optional(),
    })
    .default({ port: 8484, session: 43_200_000 }),
  audit: z
    .strictObject({
      /** Where the chained log and its index are kept; default: `audit` in the desk's own folder. */
      dir: z.string().startsWith('/', 'an absolute path').optional(),
      /** The room where the head of the chain is posted every day. */
      room: name.optional(),
      at: z
        .string()
        .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'a time such as 09:00, in UTC')
        .default('09:00'),
    })
    .default({ at: '09:00' }),
  /** Second factors: `key` seals their secrets in Redis; at least 16 characters, needed by the desk and the gateway. */
  factors: z.strictObject({ key: secret }).optional(),
  /** Who may do at once what would wait for approval; the room that is told, and how soon someone else must review it. */
  breakGlass: z.strictObject({ roles: z.array(name).min(1), room: name.optional(), within: span.default(86_400_000) }).optional(),
  /** What one person, and one room, may ask and press in a minute. */
  limits: z
    .strictObject({ person: z.number().int().min(1).max(100_000).default(60), room: z.number().int().min(1).max(100_000).default(240) })
    .default({ person: 60, room: 240 }),
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
  /** What must be so after a change of the network. */
  probes: z.array(probe).default([]),
  certificates: z.array(certificate).default([]),
  doctor: doctor.prefault({}),
  alerts: alerts.prefault({}),
  /** How mail is sent, and to which server of ntfy notices go: where a chat is down. */
  mail: mail.optional(),
  ntfy: ntfy.optional(),
  /** Domains that hosts join, by name. */
  domains: z.record(domainName, domain).default({}),
  /** DNS zones that are changed here, by name. */
  dns: z.record(domainName, zone).default({}),
  people: z.record(
    name,
    z.strictObject({
      name: z.string().min(1),
      lang: z.enum(['en', 'zh']).default('en'),
      roles: z.array(name),
      /** SSH public keys that this person signs approvals with, as in `~/.ssh/id_ed25519.pub`. */
      signingKeys: z.array(z.string().regex(PUBLIC_KEY, 'an SSH public key: ssh-ed25519 AAAA…, ecdsa, rsa or sk-…@openssh.com')).default([]),
      /** Immutable ids, by chat. */
      accounts: z.record(name, z.array(z.string().min(1))).default({}),
    }),
  ),
  roles: z.record(name, z.strictObject({ grants: z.array(grant) })),
  /** Hours that grants and deny rules may name. */
  hours: z.record(name, hours).default({}),
  /** Wins over every grant, for asking and for approving. */
  deny: z.array(deny).default([]),
  approvals: z.array(approval).default([]),
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
