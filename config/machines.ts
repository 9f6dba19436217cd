import { z } from 'zod';
import { SHELL_KINDS } from '../src/core/command.ts';
import { fingerprint, hostPattern, name, port, secret, span } from './values.ts';

/** How to log in to hosts; a host's own value wins over `ssh:`. */
export const login = {
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

const absolute = z
  .string()
  .max(4000)
  .regex(/^\/[^\n]*$/, 'an absolute path');

/** A backup of a host's files. */
const hostBackup = z.strictObject({
  tool: z.enum(['restic', 'borg', 'rsync']),
  /** In the tool's own words: restic's `-r`, borg's repository, rsync's destination. */
  repository: z
    .string()
    .min(1)
    .max(1000)
    .regex(/^[^-\s][^\n]*$/, 'a repository as the tool takes it, not beginning with a dash'),
  paths: z.array(absolute).min(1),
  exclude: z.array(z.string().min(1).max(1000)).default([]),
  password: secret.optional(),
  keep: z.partialRecord(z.enum(['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly']), z.number().int().min(1).max(10_000)).default({}),
  maxAge: span.default(93_600_000),
  requiresMount: absolute.optional(),
});

export const host = z.strictObject({
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
  /** Its network card's address, for wake-on-LAN. */
  mac: z
    .string()
    .regex(/^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$/, 'six pairs of hex digits with colons')
    .transform((text) => text.toLowerCase())
    .optional(),
  /** Its baseboard management controller, by IPMI over LAN. */
  bmc: z.strictObject({ address: z.string().min(1).max(253), user: name, password: secret, from: name.optional() }).optional(),
  /** What is copied where, by which tool. */
  backups: z.record(name, hostBackup).default({}),
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
export const cluster = z.strictObject({
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

export const backupServer = z.strictObject({
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
export const program = z.strictObject({
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
