import { createHash, timingSafeEqual, verify } from 'node:crypto';
import { type SshKey, SshReader, sshKey, sshString, unsigned } from './sshwire.ts';
import { type Said, say } from './words.ts';

/** The namespace approvals are signed under, so that a signature made for anything else (a git commit, a file) says nothing here. */
export const NAMESPACE = 'hostler';

/** What an approver signs: which request, who asked, and exactly which plan. One line without its end. */
export function approvalMessage(ticket: string, askedBy: string, planDigest: string): string {
  return `approve ${ticket} asked by ${askedBy} plan ${planDigest}`;
}

/** The command line that makes such a signature. */
export function signLine(message: string): string {
  return `printf %s '${message}' | ssh-keygen -Y sign -n ${NAMESPACE} -f ~/.ssh/id_ed25519`;
}

export type Checked = { readonly ok: true /** The line of `allowedKeys` that made it. */; readonly key: string } | { readonly ok: false; readonly why: Said };

const MAGIC = 'SSHSIG';
const ARMOR = /^\s*-----BEGIN SSH SIGNATURE-----([A-Za-z0-9+/=\s]+)-----END SSH SIGNATURE-----\s*$/;
/** Longest armored signature that is looked at, in characters; the longest real ones (RSA of 16384 bits) have about 6000. */
const LONGEST = 10_000;

/**
 * Whether an armored SSH signature (OpenSSH's PROTOCOL.sshsig, version 1) is of this message, in this namespace, by one of these public keys
 * (as in `~/.ssh/id_ed25519.pub`). Never throws.
 */
export function verifySshSig(armored: string, message: string, namespace: string, allowedKeys: readonly string[]): Checked {
  const body = armored.length > LONGEST ? undefined : ARMOR.exec(armored)?.[1];
  if (body === undefined) return no(say({ en: 'this is not an SSH signature', zh: '这不是 SSH 签名' }));
  try {
    const blob = Buffer.from(body, 'base64');
    const read = new SshReader(blob);
    if (read.bytes(MAGIC.length).toString('latin1') !== MAGIC || read.number() !== 1) return no(DAMAGED);
    const publicKey = read.string();
    const space = read.text();
    const reserved = read.string();
    const hash = read.text();
    const signature = read.string();
    if (!read.isAtEnd()) return no(DAMAGED);
    if (space !== namespace)
      return no(
        say(
          {
            en: 'it was made for “{space}”, not for {namespace}: sign with -n {namespace}',
            zh: '它是为“{space}”签的，而非 {namespace}：请用 -n {namespace} 签名',
          },
          { space, namespace },
        ),
      );
    if (hash !== 'sha512' && hash !== 'sha256') return no(DAMAGED);
    const key = allowedKeys.find((line) => same(keyBlob(line), publicKey));
    if (key === undefined) return no(say({ en: 'it was made with a key that is not yours here', zh: '签名所用的密钥未登记在您名下' }));
    const digest = createHash(hash).update(message).digest();
    const signed = Buffer.concat([Buffer.from(MAGIC), sshString(namespace), sshString(reserved), sshString(hash), sshString(digest)]);
    if (!isSigned(sshKey(publicKey), new SshReader(signature), signed)) return no(say({ en: 'it is not of this plan', zh: '它不是对此计划的签名' }));
    return { ok: true, key };
  } catch {
    return no(DAMAGED);
  }
}

const DAMAGED = say({ en: 'this signature is damaged, or of a kind that is not taken', zh: '此签名已损坏，或类型不受支持' });
const no = (why: Said): Checked => ({ ok: false, why });

/** The blob of a public key's line; empty for what is none. */
function keyBlob(line: string): Buffer {
  return Buffer.from(line.trim().split(/\s+/)[1] ?? '', 'base64');
}

function same(a: Buffer, b: Buffer): boolean {
  return a.length > 0 && a.length === b.length && timingSafeEqual(a, b);
}

/** How each kind of key signs: its algorithm's name on the wire, and the hash. */
const HASHES: Readonly<Record<string, string | null>> = {
  'ssh-ed25519': null,
  'sk-ssh-ed25519@openssh.com': null,
  'rsa-sha2-256': 'sha256',
  'rsa-sha2-512': 'sha512',
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
  'sk-ecdsa-sha2-nistp256@openssh.com': 'sha256',
};

function isSigned({ type, key, curve, application }: SshKey, read: SshReader, data: Buffer): boolean {
  const algorithm = read.text();
  const hash = HASHES[algorithm];
  const fits = type === 'ssh-rsa' ? algorithm.startsWith('rsa-sha2-') : algorithm === type;
  if (hash === undefined || !fits) return false;
  const raw = read.string();
  let signed = data;
  if (application !== undefined) {
    const flags = read.byte();
    const counter = read.bytes(4);
    // Somebody was there and touched it.
    if ((flags & 1) === 0) return false;
    const sha = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest();
    signed = Buffer.concat([sha(application), Buffer.from([flags]), counter, sha(data)]);
  }
  if (!read.isAtEnd()) return false;
  return curve === undefined ? verify(hash, signed, key, raw) : verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, fixed(raw, curve));
}

/** ECDSA's two numbers, each as long as its curve. */
function fixed(raw: Buffer, size: number): Buffer {
  const read = new SshReader(raw);
  const numbers = [unsigned(read.string()), unsigned(read.string())];
  if (!read.isAtEnd()) throw new Error('more than two numbers');
  return Buffer.concat(numbers.map((number) => Buffer.concat([Buffer.alloc(Math.max(0, size - number.length)), number])));
}
