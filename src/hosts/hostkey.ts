import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The fingerprint of a public key blob, as `ssh-keygen -lf` prints it: RFC 4253 §6.6 blob, SHA-256, base64 without padding. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** What is known of a host's keys. */
export interface Pinned {
  readonly fingerprints: readonly string[];
  readonly knownHosts?: string;
}

/** Whether a presented key is one that is pinned; `known` tells a changed key from one never seen. */
export function isPinned(blob: Buffer, pinned: Pinned, address: string, port: number): { trusted: boolean; known: boolean } {
  const fromFile = pinned.knownHosts === undefined ? [] : knownKeys(readFileSync(pinned.knownHosts, 'utf8'), address, port);
  const mine = fingerprint(blob);
  const trusted = pinned.fingerprints.includes(mine) || fromFile.some((key) => key.equals(blob));
  return { trusted, known: pinned.fingerprints.length > 0 || fromFile.length > 0 };
}

/** The keys of a host in a known_hosts file: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT, plain and hashed names; markers (@…) are left out. */
export function knownKeys(file: string, address: string, port: number): Buffer[] {
  const name = port === 22 ? address : `[${address}]:${port}`;
  return file.split('\n').flatMap((line) => {
    const [names, , key] = line.trim().split(/\s+/);
    if (!names || !key || names.startsWith('#') || names.startsWith('@')) return [];
    return names.split(',').some((pattern) => isName(pattern, name)) ? [Buffer.from(key, 'base64')] : [];
  });
}

function isName(pattern: string, name: string): boolean {
  const [, , salt, hash] = /^\|(1)\|([^|]+)\|(.+)$/.exec(pattern) ?? [];
  if (salt && hash) return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  return pattern === name;
}
