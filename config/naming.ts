import { z } from 'zod';
import type { Contradiction } from './contradictions.ts';
import { name, secret } from './values.ts';

/** A DNS name without its last dot. RFC 1035. */
export const domainName = z
  .string()
  .regex(/^(?=.{1,253}$)[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(\.[A-Za-z0-9_-]{1,63})*$/, 'a name such as example.org, without a dot at the end');

/** A domain that hosts join, and who joins them. */
export const domain = z.strictObject({
  user: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._@\\-]{0,199}$/, 'a user of the domain'),
  password: secret,
});

/** A DNS zone whose records are changed here. */
export const zone = z.strictObject({
  /** The primary server's address. */
  server: z.union([z.ipv4(), z.ipv6()]),
  /** The host from which it is asked. */
  from: name,
  /** TSIG, RFC 8945. */
  key: z.strictObject({
    name: domainName,
    algorithm: z.enum(['hmac-sha224', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512']).default('hmac-sha256'),
    secret,
  }),
});

const readable = z
  .object({
    hosts: z.record(z.string(), z.unknown()).catch({}),
    dns: z.record(z.string(), z.object({ from: z.string().optional().catch(undefined) }).catch({ from: undefined })).catch({}),
  })
  .catch({ hosts: {}, dns: {} });

/** Zones that are to be asked for from a host that there is not. */
export function ofZones(config: unknown): Contradiction[] {
  const { hosts, dns } = readable.parse(config);
  return Object.entries(dns).flatMap(([id, { from }]) =>
    from === undefined || Object.hasOwn(hosts, from)
      ? []
      : [{ path: ['dns', id, 'from'], message: `there is no host “${from}”; hosts: has ${Object.keys(hosts).join(', ') || 'none'}` }],
  );
}
