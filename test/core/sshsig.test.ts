import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approvalMessage, NAMESPACE, signLine, verifySshSig } from '../../src/core/sshsig.ts';

const message = approvalMessage('T0123456789A', 'alice', 'ab'.repeat(32));

describe('an SSH signature', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hostler-sign-'));
  const kinds = {
    ed25519: ['-t', 'ed25519'],
    rsa: ['-t', 'rsa', '-b', '2048'],
    p256: ['-t', 'ecdsa', '-b', '256'],
    p384: ['-t', 'ecdsa', '-b', '384'],
    p521: ['-t', 'ecdsa', '-b', '521'],
  };
  type Kind = keyof typeof kinds;
  const pub = (kind: string) => readFileSync(join(dir, `${kind}.pub`), 'utf8');
  const sign = (kind: string, text: string, namespace = NAMESPACE, ...more: string[]) =>
    execFileSync('ssh-keygen', ['-Y', 'sign', '-q', '-n', namespace, '-f', join(dir, kind), ...more], {
      input: text,
      stdio: ['pipe', 'pipe', 'ignore'],
    }).toString();
  let made: Readonly<Record<string, string>> = {};
  beforeAll(() => {
    for (const [kind, args] of Object.entries(kinds)) execFileSync('ssh-keygen', ['-q', ...args, '-N', '', '-C', `${kind}@example.org`, '-f', join(dir, kind)]);
    made = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, sign(kind, message)]));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  const check = (armored: string, text = message, keys = [pub('p256'), pub('ed25519')]) => verifySshSig(armored, text, NAMESPACE, keys);

  it.each(Object.keys(kinds) as Kind[])('by ssh-keygen with %s is known as that key’s, and as no other’s', (kind) => {
    expect(check(made[kind] ?? '', message, Object.keys(kinds).map(pub))).toEqual({ ok: true, key: pub(kind) });
    const others = Object.keys(kinds).filter((other) => other !== kind);
    expect(check(made[kind] ?? '', message, others.map(pub)).ok).toBe(false);
    expect(check(made[kind] ?? '', message, []).ok).toBe(false);
  });

  it('with either hash, however often it was signed', () => {
    for (let i = 0; i < 8; i++) expect(check(sign('p256', `${message}${i}`, NAMESPACE, '-O', 'hashalg=sha256'), `${message}${i}`).ok).toBe(true);
  });

  it('of another plan, another request or another asker says nothing', () => {
    for (const other of [
      approvalMessage('T0123456789B', 'alice', 'ab'.repeat(32)),
      approvalMessage('T0123456789A', 'bob', 'ab'.repeat(32)),
      `${message} `,
      '',
    ]) {
      const found = check(made.ed25519 ?? '', other);
      expect(found.ok ? '' : found.why.words.en).toBe('it is not of this plan');
    }
  });

  it('made for anything else says nothing', () => {
    const found = check(sign('ed25519', message, 'git'));
    expect(found.ok ? '' : found.why.words.en).toContain('sign with -n');
  });

  it('is nothing but a signature, whatever is pasted', () => {
    const armored = made.ed25519 ?? '';
    for (const text of ['', 'yes', armored.slice(1), `${armored}x`, armored.repeat(2), armored.replace('BEGIN', 'BEGUN'), 'A'.repeat(100_000)])
      expect(check(text).ok).toBe(false);
    expect(check(`\n  ${armored.replaceAll('\n', '\r\n')}\n`).ok).toBe(true);
  });

  it('is void when any bit of it is another', () => {
    const body = (made.ed25519 ?? '').split('\n').slice(1, -2).join('');
    const bytes = Buffer.from(body, 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const other = Buffer.from(bytes);
        other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        return !check(`-----BEGIN SSH SIGNATURE-----\n${other.toString('base64')}\n-----END SSH SIGNATURE-----`).ok;
      }),
      { numRuns: 1500 },
    );
  });

  it('is made by the line that people are told', () => {
    const line = signLine(message).replace('~/.ssh/id_ed25519', join(dir, 'ed25519'));
    expect(check(execFileSync('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'ignore'] }).toString()).ok).toBe(true);
  });
});
