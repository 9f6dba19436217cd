import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** How far the clock of who signs may be from ours, in milliseconds; what was signed earlier is not taken again. */
const SKEW = 300_000;

/** How a request says that it may send: by the secret itself, or signed with it. */
export type Credential = { readonly kind: 'secret'; readonly given: string } | { readonly kind: 'signed'; readonly signature: string; readonly time: string };

/** `Authorization: Bearer`, a Basic password, `x-hostler-secret`, or `x-hostler-signature` with `x-hostler-time` (seconds since the epoch); undefined for none. */
export function credentialOf(headers: IncomingHttpHeaders): Credential | undefined {
  const signature = one(headers['x-hostler-signature']);
  if (signature !== undefined) return { kind: 'signed', signature, time: one(headers['x-hostler-time']) ?? '' };
  const plain = one(headers['x-hostler-secret']);
  if (plain !== undefined) return { kind: 'secret', given: plain };
  const [scheme = '', token = ''] = (headers.authorization ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer') return { kind: 'secret', given: token };
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(token, 'base64').toString('utf8');
  return { kind: 'secret', given: pair.slice(pair.indexOf(':') + 1) };
}

/** Whether the secret is the one given. In constant time, also where lengths differ. */
export function isSecret(given: string, secret: string): boolean {
  return timingSafeEqual(hashed(given), hashed(secret));
}

/**
 * Whether this body was signed with the secret, lately: `sha256=` and the hex HMAC-SHA-256 of the time, a dot, and the body. The time is signed
 * with it, so that what was once sent cannot be sent again later.
 */
export function isSigned({ signature, time }: { readonly signature: string; readonly time: string }, body: Buffer, secret: string, now: number): boolean {
  if (!isTimely(time, now)) return false;
  const right = `sha256=${createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')}`;
  return isSecret(signature, right);
}

/** Whether what says so was signed lately. */
export function isTimely(time: string, now: number): boolean {
  return /^\d{1,12}$/.test(time) && Math.abs(now - Number(time) * 1000) <= SKEW;
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}

function hashed(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
