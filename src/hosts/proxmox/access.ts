import { HostError } from '../../core/errors.ts';
import { say } from '../../core/words.ts';
import type { Access } from '../login.ts';
import { message } from '../login.ts';
import { secret } from '../secret.ts';

/** One server that answers for the whole: a node of a cluster, or the backup server itself. `fingerprint`: SHA-256 of its certificate, hex pairs with colons. */
export interface Endpoint {
  /** The name it has in the cluster; `localhost` for a backup server. */
  readonly node: string;
  readonly address: string;
  readonly port: number;
  readonly fingerprint?: string;
}

/** How to reach the API of a Proxmox VE cluster or a backup server. */
export interface ApiAccess {
  readonly kind: 'pve' | 'pbs';
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
  /** `user@realm!name=secret`, by reference. */
  readonly token: string;
  /** The only certificate authority that is believed, as PEM, by reference. */
  readonly ca?: string;
  /** The host to go through by SSH. */
  readonly tunnel?: Access;
}

/** `user@realm!name` and its secret. */
export interface Token {
  readonly id: string;
  readonly secret: string;
}

/** The token of an access, as it is now. Throws HostError `auth`, never naming the secret. */
export function tokenOf({ name, token }: ApiAccess): Token {
  const text = reveal(name, token)
    .trim()
    .replace(/^(PVE|PBS)APIToken[= ]/, '');
  const [, id, value] = /^([^\s!]+@[^\s!@]+![A-Za-z0-9._-]+)[=:](\S+)$/.exec(text) ?? [];
  if (id === undefined || value === undefined)
    throw new HostError('auth', name, say({ en: '{token} does not hold user@realm!name=secret', zh: '{token} 的内容不是 user@realm!name=secret' }, { token }));
  return { id, secret: value };
}

/** The certificate authority of an access as PEM, if it names one. Throws HostError `key`. */
export function authorityOf({ name, ca }: ApiAccess): string | undefined {
  return ca === undefined ? undefined : reveal(name, ca, 'key');
}

function reveal(name: string, reference: string, trouble: 'auth' | 'key' = 'auth'): string {
  try {
    return secret(reference);
  } catch (error) {
    throw new HostError(
      trouble,
      name,
      say({ en: '{reference} is not to be had: {why}', zh: '无法取得 {reference}：{why}' }, { reference, why: message(error) }),
      {
        cause: error,
      },
    );
  }
}
