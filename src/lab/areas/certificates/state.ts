import { createHash } from 'node:crypto';
import type { Machine } from '../../world/machine.ts';
import { kept } from '../area.ts';

/** A certificate that practice hosts know, with its key. Times in milliseconds since the epoch. */
export interface Known {
  readonly label: string;
  readonly until: number;
}

const DAY = 86_400_000;
const began = Date.now();

/** The one that hosts serve, and the one that was renewed on web1. */
export const OLD: Known = { label: 'old', until: began + 12 * DAY };
export const NEW: Known = { label: 'new', until: began + 82 * DAY };

/** Where it stands on the hosts that serve it, and where it is renewed. */
export const SHOP = { cert: '/etc/ssl/shop/fullchain.pem', key: '/etc/ssl/shop/privkey.pem', port: 443 } as const;
export const RENEWED = { host: 'web1', cert: '/var/lib/acme/shop/fullchain.pem', key: '/var/lib/acme/shop/privkey.pem' } as const;

/** What is in a host's files, what it serves, and what deployments have kept, by their id. */
export const shopOn = kept((_machine: Machine) => ({ file: OLD, served: OLD, waiting: '', kept: new Map<string, Known>([['TLABDEPLOY01', OLD]]) }));

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

export const fingerprintOf = ({ label }: Known) => (hash(`certificate ${label}`).toUpperCase().match(/../g) ?? []).join(':');

/** Text in place of a PEM file: practice keys protect nothing. */
export function pemOf({ label }: Known, what: 'CERTIFICATE' | 'PRACTICE KEY'): string {
  return `-----BEGIN ${what}-----\n${Buffer.from(`${what} ${label}`).toString('base64')}\n-----END ${what}-----\n`;
}

export const shaOf = (known: Known, what: 'CERTIFICATE' | 'PRACTICE KEY') => hash(pemOf(known, what));

/** What openssl prints of it. */
export function printed(known: Known): string {
  const time = (at: number) => {
    const [, day = '', month = '', year = '', clock = ''] = /, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(at).toUTCString()) ?? [];
    return `${month} ${String(Number(day)).padStart(2)} ${clock} ${year} GMT`;
  };
  return [
    'subject=CN=shop.example.org',
    'issuer=CN=Practice CA,O=Example',
    `notBefore=${time(known.until - 90 * DAY)}`,
    `notAfter=${time(known.until)}`,
    `sha256 Fingerprint=${fingerprintOf(known)}`,
    'X509v3 Subject Alternative Name: ',
    '    DNS:shop.example.org, DNS:www.shop.example.org',
    '            Public Key Algorithm: id-ecPublicKey',
    '                Public-Key: (256 bit)',
    '',
  ].join('\n');
}
