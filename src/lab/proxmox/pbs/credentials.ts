import type { Token, Who } from './access.ts';
import { PbsRefusal } from './refusal.ts';

/**
 * Whose call it is. The header is `PBSAPIToken=user@realm!name:SECRET`; after the first word stands `=` or a space, before the secret a colon.
 * Throws the 401, which the server holds back for three seconds.
 */
export function authenticate(header: string | undefined, tokens: readonly Token[]): Who {
  const value = /^PBSAPIToken[= ](.*)$/s.exec(header ?? '')?.[1];
  if (value === undefined) throw denied('no authentication credentials provided.');
  const colon = value.indexOf(':');
  const id = colon < 0 ? value : value.slice(0, colon);
  const bad = badId(id);
  if (bad !== undefined) throw denied(bad);
  const token = tokens.find((one) => one.id === id);
  if (!token) throw denied('user account or token disabled or expired.');
  if (colon < 0) throw denied('failed to split API token header');
  if (decoded(value.slice(colon + 1)) !== token.secret) throw denied('invalid credentials');
  return token;
}

/** With Proxmox VE's `=` before the secret, all of it is taken for the name of the token, which cannot have one. */
function badId(id: string): string | undefined {
  const at = id.lastIndexOf('@');
  if (at < 1) return 'not a valid user id';
  const [, token] = id.slice(at).split(/!(.*)/s);
  if (token === '') return 'empty token name in userid';
  return token === undefined || /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(token) ? undefined : 'invalid token name';
}

function decoded(secret: string): string {
  try {
    return decodeURIComponent(secret);
  } catch {
    return secret;
  }
}

function denied(why: string): PbsRefusal {
  return new PbsRefusal(401, `authentication failed - ${why}`);
}
