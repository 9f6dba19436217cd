import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate and its key, as PEM. */
export interface Certified {
  readonly key: string;
  readonly cert: string;
}

const YEARS = 10;
type Made = { readonly private: string; readonly cert: string };

/** The certificate authority kept in `dir`, or a new one. `name` is its common name. */
export function keptAuthority(dir: string, name: string): Promise<Certified> {
  return kept(dir, 'ca', () =>
    make(name, undefined, [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ]),
  );
}

/** A server's certificate kept in `dir`, or a new one that the authority has signed; good for its name, localhost and 127.0.0.1. */
export async function keptCertificate(dir: string, authority: Certified, name: string): Promise<Certified> {
  const before = read(dir, name);
  if (before && !new X509Certificate(before.cert).verify(new X509Certificate(authority.cert).publicKey)) return renew(dir, authority, name);
  return before ?? renew(dir, authority, name);
}

/** The SHA-256 fingerprint of a certificate: 32 pairs of upper-case hex digits with colons. */
export function fingerprintOf(cert: string): string {
  return new X509Certificate(cert).fingerprint256;
}

async function renew(dir: string, authority: Certified, name: string): Promise<Certified> {
  const made = await make(name, authority, [
    { name: 'basicConstraints', cA: false },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: name },
        { type: 2, value: 'localhost' },
        { type: 7, ip: '127.0.0.1' },
      ],
    },
  ]);
  return keep(dir, name, made);
}

async function kept(dir: string, name: string, create: () => Promise<Made>): Promise<Certified> {
  return read(dir, name) ?? keep(dir, name, await create());
}

function read(dir: string, name: string): Certified | undefined {
  const [keyFile, certFile] = [join(dir, `${name}.key`), join(dir, `${name}.pem`)];
  if (!existsSync(keyFile) || !existsSync(certFile)) return undefined;
  const cert = readFileSync(certFile, 'utf8');
  return Date.parse(new X509Certificate(cert).validTo) > Date.now() ? { key: readFileSync(keyFile, 'utf8'), cert } : undefined;
}

function keep(dir: string, name: string, made: Made): Certified {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(join(dir, `${name}.key`), made.private, { mode: 0o600 });
  writeFileSync(join(dir, `${name}.pem`), made.cert, { mode: 0o600 });
  return { key: made.private, cert: made.cert };
}

type Extensions = NonNullable<NonNullable<Parameters<typeof import('selfsigned').generate>[1]>['extensions']>;

async function make(name: string, ca: Certified | undefined, extensions: Extensions): Promise<Made> {
  // Loaded only when something is to be made: it is slow to load.
  const { generate } = await import('selfsigned');
  const notAfterDate = new Date();
  notAfterDate.setFullYear(notAfterDate.getFullYear() + YEARS);
  return generate([{ name: 'commonName', value: name }], { keyType: 'ec', algorithm: 'sha256', notAfterDate, extensions, ...(ca ? { ca } : {}) });
}
