import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps a text so that who reads the store learns nothing. */
export interface Sealing {
  seal(text: string, owner: string): string;
  /** Throws when it was sealed with another key, for another owner, or was changed. */
  open(sealed: string, owner: string): string;
}

const NONCE = 12;
const TAG = 16;

/** AES-256-GCM under a key derived (HKDF-SHA-256) from a secret of at least 16 characters; what it is for and whose it is are bound to it. */
export function sealing(secret: string, purpose: string): Sealing {
  if (secret.trim().length < 16) throw new Error('the sealing key has less than 16 characters; make one with `openssl rand -base64 32`');
  const key = Buffer.from(hkdfSync('sha256', secret.trim(), 'hostler', purpose, 32));
  const bound = (owner: string) => Buffer.from(`${purpose} ${owner}`);
  return {
    seal(text, owner) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound(owner));
      return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64');
    },
    open(sealed, owner) {
      const bytes = Buffer.from(sealed, 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE)).setAAD(bound(owner));
      decipher.setAuthTag(bytes.subarray(-TAG));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]).toString('utf8');
    },
  };
}
