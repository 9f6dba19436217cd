import { readFileSync } from 'node:fs';
import type { SecretRef } from '../core/types.ts';

/** The secret behind `env:NAME` or `file:/path`, on this machine. Throws when there is none, naming the reference and never the value. */
export function secret(reference: string | SecretRef): string {
  const text = typeof reference === 'string' ? reference : 'env' in reference ? `env:${reference.env}` : `file:${reference.file}`;
  if (text.startsWith('env:')) {
    const value = process.env[text.slice(4)];
    if (value === undefined || value === '') throw new Error(`the environment has no ${text.slice(4)}`);
    return value;
  }
  if (text.startsWith('file:')) return readFileSync(text.slice(5), 'utf8');
  throw new Error('a secret is given as env:NAME or file:/path');
}
