import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerHostKeyAlgorithm } from 'ssh2';

/** The fingerprint of a public key blob, as `ssh-keygen -lf` prints it: RFC 4253 §6.6 blob, SHA-256, base64 without padding. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** The type a public key blob begins with: RFC 4253 §6.6. */
export function keyType(blob: Buffer): string {
  return blob.length < 4 ? '' : blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
}

/** Types of host keys, most wanted first, each with the algorithms it signs by: RFC 8332 for RSA. */
const ALGORITHMS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

/** The types to ask a host for, in order: those its known_hosts has come first, for a server shows the first it has. */
export function keyTypes(pinned: Pinned, address: string, port: number): string[] {
  const known = fileKeys(pinned, address, port).map(keyType);
  return Object.keys(ALGORITHMS).sort((a, b) => Number(known.includes(b)) - Number(known.includes(a)));
}

/** What to ask for, to be shown a host key of one of these types. */
export function algorithms(types: readonly string[]): ServerHostKeyAlgorithm[] {
  return types.flatMap((type) => ALGORITHMS[type] ?? []);
}

/** What is known of a host's keys. */
export interface Pinned {
  readonly fingerprints: readonly string[];
  readonly knownHosts?: string;
}

/** Whether a presented key is one that is pinned; `known` tells a changed key from one never seen. */
export function isPinned(blob: Buffer, pinned: Pinned, address: string, port: number): { trusted: boolean; known: boolean; revoked: boolean } {
  const fromFile = fileKeys(pinned, address, port);
  const mine = fingerprint(blob);
  if (pinned.knownHosts !== undefined && knownKeys(readFileSync(pinned.knownHosts, 'utf8'), address, port, '@revoked').some((key) => key.equals(blob))) {
    return { trusted: false, known: true, revoked: true };
  }
  const trusted = pinned.fingerprints.includes(mine) || fromFile.some((key) => key.equals(blob));
  return { trusted, known: pinned.fingerprints.length > 0 || fromFile.length > 0, revoked: false };
}

function fileKeys({ knownHosts }: Pinned, address: string, port: number): Buffer[] {
  return knownHosts === undefined ? [] : knownKeys(readFileSync(knownHosts, 'utf8'), address, port);
}

/** The keys of a host in a known_hosts file: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT, plain and hashed names; with a marker, the keys on its lines instead. */
export function knownKeys(file: string, address: string, port: number, marker: '' | '@revoked' = ''): Buffer[] {
  const name = port === 22 ? address : `[${address}]:${port}`;
  return file.split('\n').flatMap((line) => {
    const words = line.trim().split(/\s+/);
    if (words[0]?.startsWith('@') ? words.shift() !== marker : marker !== '') return [];
    const [names, , key] = words;
    if (!names || !key || names.startsWith('#')) return [];
    return names.split(',').some((pattern) => isName(pattern, name)) ? [Buffer.from(key, 'base64')] : [];
  });
}

function isName(pattern: string, name: string): boolean {
  const [, , salt, hash] = /^\|(1)\|([^|]+)\|(.+)$/.exec(pattern) ?? [];
  if (salt && hash) return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  return pattern === '*' || pattern === name;
}
