import { createPublicKey, type JsonWebKeyInput, type KeyObject } from 'node:crypto';

/** Reads the fields of SSH's wire format (RFC 4251, section 5). Throws RangeError where there is less than is asked for. */
export class SshReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  bytes(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new RangeError('cut short');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  byte(): number {
    return this.bytes(1).readUInt8();
  }

  number(): number {
    return this.bytes(4).readUInt32BE();
  }

  string(): Buffer {
    return this.bytes(this.number());
  }

  text(): string {
    return this.string().toString('utf8');
  }

  isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
}

/** A string of SSH's wire format: its length, then itself. */
export function sshString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A public key as SSH writes it, ready to verify with. `curve`: bytes of a coordinate, for ECDSA. `application`: of a key that lives in a security key. */
export interface SshKey {
  readonly type: string;
  readonly key: KeyObject;
  readonly curve?: number;
  readonly application?: string;
}

const CURVES: Readonly<Record<string, { readonly crv: string; readonly size: number }>> = {
  nistp256: { crv: 'P-256', size: 32 },
  nistp384: { crv: 'P-384', size: 48 },
  nistp521: { crv: 'P-521', size: 66 },
};
/** Shorter RSA keys are not taken, in bits. */
const LEAST_RSA = 2048;

/** The key of a blob (RFC 4253 section 6.6, RFC 5656, RFC 8709, OpenSSH's PROTOCOL.u2f). Throws for one that is damaged, or of a kind that is not taken. */
export function sshKey(blob: Buffer): SshKey {
  const read = new SshReader(blob);
  const type = read.text();
  const url = (bytes: Buffer) => bytes.toString('base64url');
  const made = (key: JsonWebKeyInput['key'], more: Partial<SshKey> = {}): SshKey => {
    if (!read.isAtEnd()) throw new Error('more than a key');
    return { type, key: createPublicKey({ key, format: 'jwk' }), ...more };
  };
  switch (type) {
    case 'ssh-ed25519':
      return made({ kty: 'OKP', crv: 'Ed25519', x: url(read.string()) });
    case 'sk-ssh-ed25519@openssh.com': {
      const x = url(read.string());
      const application = read.text();
      return made({ kty: 'OKP', crv: 'Ed25519', x }, { application });
    }
    case 'ssh-rsa': {
      const e = url(read.string());
      const found = made({ kty: 'RSA', e, n: url(unsigned(read.string())) });
      if ((found.key.asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_RSA) throw new Error(`an RSA key of less than ${LEAST_RSA} bits`);
      return found;
    }
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
    case 'sk-ecdsa-sha2-nistp256@openssh.com': {
      const curve = CURVES[read.text()];
      const point = read.string();
      if (!curve || point.length !== 1 + 2 * curve.size || point[0] !== 4) throw new Error('not a point of its curve');
      const application = type.startsWith('sk-') ? read.text() : undefined;
      const [x, y] = [point.subarray(1, 1 + curve.size), point.subarray(1 + curve.size)];
      return made({ kty: 'EC', crv: curve.crv, x: url(x), y: url(y) }, { curve: curve.size, ...(application === undefined ? {} : { application }) });
    }
    default:
      throw new Error(`keys of type ${type.slice(0, 40)} are not taken`);
  }
}

/** A big number without the zero that marks it as positive. */
export function unsigned(mpint: Buffer): Buffer {
  let from = 0;
  while (from < mpint.length - 1 && mpint[from] === 0) from++;
  return mpint.subarray(from);
}
