import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostError } from '../../src/core/errors.ts';
import type { Pinned } from '../../src/hosts/hostkey.ts';
import { needs } from '../support/real/have.ts';
import { closeAll, runs } from '../support/real/processes.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';

const TYPES = ['ed25519', 'ecdsa', 'rsa'] as const;

describe.skipIf(!needs(['sshd', 'ssh-keygen']))('host keys of a real OpenSSH server', () => {
  let sshd: Sshd;
  let other: Sshd;
  beforeAll(async () => {
    [sshd, other] = await Promise.all([startSshd({ hostKeys: TYPES }), startSshd({ hostKeys: TYPES })]);
  });
  afterAll(() => closeAll(sshd, other));

  const connect = (pinned: Pinned, server = sshd) =>
    server
      .ssh({ pinned })
      .exec(['echo', 'in'], { timeoutMs: 5000, cap: 1000 })
      .then(
        (exec) => (exec.kind === 'exit' ? exec.stdout.trim() : exec.kind),
        (error: unknown) => (error instanceof HostError && error.said.with ? `${error.trouble} ${error.said.words.en} ${error.said.with.shown}` : error),
      );
  let files = 0;
  const file = (text: string) => {
    const name = join(sshd.dir, `known_hosts_${files++}`);
    writeFileSync(name, text);
    return name;
  };
  /** The same file with hashed names, by ssh-keygen itself. */
  const hashed = (name: string) => {
    const copy = `${name}.hashed`;
    copyFileSync(name, copy);
    runs('ssh-keygen', '-H', '-f', copy);
    return copy;
  };

  it.each(TYPES)('trusts a pinned fingerprint of its %s key', async (type) => {
    expect(await connect({ fingerprints: [sshd.fingerprint(type)] })).toBe('in');
  });

  it.each(TYPES)('trusts a known_hosts file that has only its %s key, plain and hashed', async (type) => {
    const knownHosts = file(`# comment\n\nother.example ssh-ed25519 AAAA\n${sshd.knownHost(type)}`);
    expect(await connect({ fingerprints: [], knownHosts })).toBe('in');
    expect(await connect({ fingerprints: [], knownHosts: hashed(knownHosts) })).toBe('in');
  });

  it('trusts any of several, and a fingerprint where the file has an old key', async () => {
    expect(await connect({ fingerprints: [other.fingerprint('ed25519'), sshd.fingerprint('rsa')] })).toBe('in');
    const stale = file(other.knownHost('ecdsa').replace(`:${other.port} `, `:${sshd.port} `));
    expect(await connect({ fingerprints: [sshd.fingerprint('rsa')], knownHosts: stale })).toBe('in');
  });

  it('refuses a host nobody knows, with the fingerprint ssh-keygen prints', async () => {
    const port22 = file(sshd.knownHost().replace(/^\S+/, '127.0.0.1'));
    for (const knownHosts of [file(''), port22, hashed(port22), file(other.knownHost())]) {
      const refused = await connect({ fingerprints: [], knownHosts });
      expect(refused).toContain('key refused: its host key {shown} is not known');
      expect(refused).toContain(sshd.fingerprint('ed25519'));
    }
  });

  it.each(TYPES)('refuses a changed %s key, with the one it shows now', async (type) => {
    const knownHosts = file(other.knownHost(type).replace(`:${other.port} `, `:${sshd.port} `));
    const byFile = await connect({ fingerprints: [], knownHosts });
    expect(byFile).toContain('its host key changed');
    expect(byFile).toContain(sshd.fingerprint(type));
    const byFingerprint = await connect({ fingerprints: [other.fingerprint(type)] });
    expect(byFingerprint).toContain('its host key changed');
    expect(byFingerprint).toContain(sshd.fingerprint('ed25519'));
  });

  it('takes a key under @cert-authority for unknown, and never takes a revoked one', async () => {
    const authority = file(`@cert-authority ${sshd.knownHost()}`);
    expect(await connect({ fingerprints: [], knownHosts: authority })).toContain('is not known');
    const [, ...key] = sshd.knownHost().split(' ');
    const revoked = file(`@revoked * ${key.join(' ')}${sshd.knownHost()}`);
    expect(await connect({ fingerprints: [sshd.fingerprint()], knownHosts: revoked })).toContain('is revoked');
  });

  it('refuses when the file cannot be read', async () => {
    expect(await connect({ fingerprints: [], knownHosts: join(sshd.dir, 'none') })).toContain('key its known_hosts cannot be read');
  });

  it('leaves no connection behind where it refused', async () => {
    await expect.poll(() => other.sessions().length + sshd.sessions().length, { timeout: 5000 }).toBeLessThan(20);
  });
});
