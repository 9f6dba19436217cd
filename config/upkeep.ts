import { z } from 'zod';
import { hostPattern, name, span } from './values.ts';

const path = z
  .string()
  .max(4000)
  .regex(/^\/[^\n]*$/, 'an absolute path');
const hosts = z.array(hostPattern).default(['*']);

/** What must be so after a change of the network of these hosts, or they go back by themselves. */
export const probe = z
  .strictObject({
    name,
    hosts,
    /** The host that asks; without it, the changed host itself. */
    from: name.optional(),
    ping: z
      .string()
      .regex(/^(self|[A-Za-z0-9:][A-Za-z0-9:._-]*)$/, 'an address, or self: the changed host')
      .optional(),
    tcp: z
      .string()
      .regex(/^(self|[A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}$/, 'address:port, [address]:port, or self:port')
      .optional(),
  })
  .refine(({ ping, tcp }) => (ping === undefined) !== (tcp === undefined), 'needs one of ping: and tcp:');

/** A certificate that hosts serve, and where a new one comes from. */
export const certificate = z
  .strictObject({
    name,
    hosts,
    cert: path,
    key: path.optional(),
    /** Where it is served, with TLS. */
    port: z.number().int().min(1).max(65535).optional(),
    reload: z
      .string()
      .regex(/^[A-Za-z0-9_@:][A-Za-z0-9_@:.\\-]*$/, 'a systemd unit')
      .optional(),
    from: z.strictObject({ host: name, cert: path, key: path }).optional(),
  })
  .refine(({ key, from }) => from === undefined || key !== undefined, { path: ['key'], message: 'needs key: where it is deployed' });

const percent = z.number().int().min(1).max(100);

/** A site's own thresholds and rules for the doctor. */
export const doctor = z.strictObject({
  /** Checks that are not wanted, by id. */
  skip: z.array(z.string().regex(/^[a-z][a-z0-9-]*$/, 'the id of a check, as `doctor --list` shows it')).default([]),
  certificateDays: z.number().int().min(1).max(365).default(21),
  rootBackup: span.default(93_600_000),
  clockSkewMs: z.number().int().min(1).default(500),
  poolPercent: percent.default(80),
  thinPercent: percent.default(80),
  zvolTimes: z.number().min(1).default(1.5),
  /** Hosts where pve-firewall is meant to be off. */
  pveFirewallOff: z.array(hostPattern).default([]),
  /** Disk controllers that guests must not have; upstream recommends what some sites forbid. */
  controllers: z
    .array(
      z.strictObject({
        hosts,
        forbid: z.array(z.enum(['lsi', 'lsi53c810', 'virtio-scsi-pci', 'virtio-scsi-single', 'megasas', 'pvscsi'])).default([]),
        iothread: z.enum(['forbidden', 'allowed']).default('allowed'),
        why: z.string().min(1).max(300),
      }),
    )
    .default([]),
  /** Hosts that are meant to use BBR, and to merge memory pages (KSM). */
  bbr: z.array(hostPattern).default([]),
  ksm: z.array(hostPattern).default([]),
});
