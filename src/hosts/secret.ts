import { readFileSync } from 'node:fs';
import type { SecretRef } from '../core/types.ts';

/** What was resolved in this process, the last of them last; another array whenever there is something new. */
let resolved: readonly string[] = [];
const seen = new Set<string>();
/** Most that are remembered: who changes secrets often is not to be looked for all of them for ever. */
const MOST = 2000;
/** References that are no secrets: where the SSH agent listens. */
const PUBLIC: readonly string[] = ['env:SSH_AUTH_SOCK'];

/** Every secret that this process has resolved: none of them may leave it. */
export function resolvedSecrets(): readonly string[] {
  return resolved;
}

/** Keeps a secret that came another way from leaving this process. */
export function remember(value: string): void {
  if (seen.has(value)) return;
  seen.add(value);
  resolved = [...resolved, value].slice(-MOST);
  for (const old of seen.size > MOST ? [...seen].slice(0, seen.size - MOST) : []) seen.delete(old);
}

/** The secret behind `env:NAME` or `file:/path`, on this machine. Throws when there is none, naming the reference and never the value. */
export function secret(reference: string | SecretRef): string {
  const text = typeof reference === 'string' ? reference : 'env' in reference ? `env:${reference.env}` : `file:${reference.file}`;
  const value = resolve(text);
  if (!PUBLIC.includes(text)) remember(value);
  return value;
}

function resolve(text: string): string {
  if (text.startsWith('env:')) {
    const value = process.env[text.slice(4)];
    if (value === undefined || value === '') throw new Error(`the environment has no ${text.slice(4)}`);
    return value;
  }
  if (text.startsWith('file:')) return readFileSync(text.slice(5), 'utf8');
  throw new Error('a secret is given as env:NAME or file:/path');
}
