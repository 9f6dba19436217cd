import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import ssh2, { type ParsedKey } from 'ssh2';

/** A key pair: the private half as OpenSSH text and both halves parsed. */
export interface Key {
  readonly text: string;
  readonly parsed: ParsedKey;
}

/** Reads the key in a file, or makes one and keeps it there. */
export function keptKey(file: string): Key {
  const kept = existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined;
  const key = kept ?? newKey();
  if (!kept) writeFileSync(file, key.text, { mode: 0o600 });
  chmodSync(file, 0o600);
  return key;
}

/** A new ed25519 key pair. */
export function newKey(): Key {
  for (;;) {
    const key = parse(ssh2.utils.generateKeyPairSync('ed25519').private);
    // Some generated pairs do not read back as a working key; another draw does.
    if (key && works(key.parsed)) return key;
  }
}

/** What `ssh-keygen -lf` prints for the public half. */
export function fingerprint(key: Key): string {
  return `SHA256:${createHash('sha256').update(key.parsed.getPublicSSH()).digest('base64').replace(/=+$/, '')}`;
}

function parse(text: string): Key | undefined {
  const parsed = ssh2.utils.parseKey(text);
  return parsed instanceof Error ? undefined : { text, parsed };
}

function works(key: ParsedKey): boolean {
  const message = Buffer.from('practice');
  const signature: unknown = key.sign(message);
  return Buffer.isBuffer(signature) && key.verify(message, signature) === true;
}
