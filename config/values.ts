import { z } from 'zod';
import { SPAN, spanMs } from '../src/core/time.ts';

/** A name in the configuration. */
export const name = z
  .string()
  .regex(/^(?!__proto__$)[A-Za-z0-9_][A-Za-z0-9._-]{0,62}$/, 'letters, digits, dot, dash and underscore, not beginning with a dash');

/** A secret by reference: `env:NAME` or `file:/absolute/path`; never the secret itself. */
export const secret = z.string().regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+)$/, 'env:NAME or file:/absolute/path, never the secret itself');

/** A span of time: a number and s, m, h or d. Becomes milliseconds. */
export const span = z.string().regex(SPAN, 'a number and s, m, h or d, such as 30m').transform(spanMs);

/** Of an SSH host key. */
export const fingerprint = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'SHA256: and 43 characters, as `ssh-keygen -lf` prints');

/** An SSH public key, as in `~/.ssh/id_ed25519.pub`. */
export const PUBLIC_KEY =
  /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com) [A-Za-z0-9+/=]{40,3000}( \S.*)?$/;

/** A port; 0 is any that is free. */
export const port = z.number().int().min(0).max(65535);

/** Which hosts a rule is about. */
export const hostPattern = z.string().regex(/^(\*|@?[A-Za-z0-9_][A-Za-z0-9._-]*|site:[A-Za-z0-9_][A-Za-z0-9._-]*)$/, '"*", a host, "@tag" or "site:name"');

/** An address on the web. */
export const url = z.string().regex(/^https?:\/\/[^\s/@]+(\/\S*)?$/, 'an address such as https://matrix.example.org');
