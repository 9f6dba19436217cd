import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactor } from '../../src/core/redact.ts';
import { AHEAD, WINDOW } from '../../src/core/redactsieve.ts';
import { filled } from '../support/filled.ts';

const of = (...known: string[]) => redactor(() => known);
const HIDDEN = '[redacted:secret]';

describe('a known secret', () => {
  const secret = 'b/e+r ry"7&é';
  const { redact, knows } = of(secret);

  it.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify({ x: secret }).slice(6, -2)],
    ['in JSON with slashes escaped', JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/')],
    ['in a URL', encodeURIComponent(secret)],
    ['in a URL, in small letters', encodeURIComponent(secret).toLowerCase()],
    ['in a form', new URLSearchParams({ x: secret }).toString().slice(2)],
  ])('is hidden %s', (_, text) => {
    expect(redact(`a${text}z`)).toBe(`a${HIDDEN}z`);
    expect(knows(`a${text}z`)).toBe(true);
  });
  it('is hidden in base64, wherever it begins', () => {
    for (const before of ['', 'u', 'us', 'use', 'user:']) {
      for (const encoding of ['base64', 'base64url'] as const) {
        const text = Buffer.from(`${before}${secret}${before}`).toString(encoding);
        expect(redact(`x=${text}`)).not.toContain(text.slice(9, 15));
        expect(knows(text)).toBe(true);
      }
    }
  });
  it('is hidden within a word, and where two lie over each other', () => {
    const both = of('abcdef123', 'f123zzzz');
    expect(both.redact('xxabcdef123zzzzyy')).toBe(`xx${HIDDEN}yy`);
  });
  it('is none when it is too short, an address, or public', () => {
    expect(of('short').redact('short')).toBe('short');
    expect(of('redis://127.0.0.1:6379').redact('redis://127.0.0.1:6379')).toBe('redis://127.0.0.1:6379');
    const certificate = '-----BEGIN CERTIFICATE-----\nMIIBabcdefgh\n-----END CERTIFICATE-----\n';
    expect(of(certificate).redact('see MIIBabcdefgh')).toBe('see MIIBabcdefgh');
  });
  it('is only the secret part of a token and of a URL', () => {
    const token = of('root@pam!hostler=0f0e0d0c-1111-2222-3333-444455556666\n');
    expect(token.redact('root@pam!hostler and 0f0e0d0c-1111-2222-3333-444455556666')).toBe(`root@pam!hostler and ${HIDDEN}`);
    const url = of('redis://ana:s3%2Fcret@db1:6379/0');
    expect(url.redact('ana at db1 with s3/cret or s3%2Fcret')).toBe(`ana at db1 with ${HIDDEN} or ${HIDDEN}`);
  });
  it('of many lines is looked for by line', () => {
    const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${filled('{b:70}', 1)}\n${filled('{b:70}', 2)}\n-----END OPENSSH PRIVATE KEY-----\n`;
    const { redact: hide } = of(key);
    for (const line of key.split('\n').slice(1, 3)) expect(hide(`line: ${line}.`)).toBe(`line: ${HIDDEN}.`);
    expect(hide('-----BEGIN')).toBe('-----BEGIN');
  });
  it('is hidden at the end of what goes on, as far as it is there', () => {
    const { redactOpen } = of('correct horse battery');
    expect(redactOpen('it says correct horse')).toBe('it says …');
    expect(redactOpen('it says corr')).toBe('it says …');
    expect(redactOpen('it says correct horse battery\n')).toBe(`it says ${HIDDEN}\n`);
    expect(redactOpen('it says all is well\n')).toBe('it says all is well\n');
  });
  it('may come to be known later', () => {
    let known: readonly string[] = [];
    const late = redactor(() => known);
    expect(late.redact('swordfish')).toBe('swordfish');
    known = ['swordfish'];
    expect(late.redact('swordfish')).toBe(HIDDEN);
  });
});

it('a thousand known secrets are found among each other, cut anywhere, and nothing else is', () => {
  const known = Array.from({ length: 1000 }, (_, i) => filled('{a:18}', i).replace(/^../, 'q-'));
  const { redact, stream } = redactor(() => known);
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...known), fc.constantFrom(' q-', 'all is well', '\n', 'é')), { maxLength: 400 }),
      fc.nat(99),
      (parts, size) => {
        const whole = parts.join(' ');
        const expected = parts.map((part) => (known.includes(part) ? HIDDEN : part)).join(' ');
        expect(redact(whole)).toBe(expected);
        const redacting = stream();
        let out = '';
        for (let at = 0; at < whole.length; at += size + 1) out += redacting.push(whole.slice(at, at + size + 1));
        expect(out + redacting.end()).toBe(expected);
      },
    ),
    { numRuns: 50 },
  );
});

it('one that lies where it is stopped, in a text without lines or words, is found whole', () => {
  const { redact } = of('swordfish-and-chips');
  for (const stop of [WINDOW - AHEAD, WINDOW, 2 * (WINDOW - AHEAD)]) {
    for (let at = stop - 22; at < stop + 3; at++) {
      const text = `${'x,'.repeat(stop).slice(0, at)}swordfish-and-chips${'y,'.repeat(20_000)}`;
      expect(redact(text).includes('sword'), String(at)).toBe(false);
    }
  }
});

it('one is hidden in any text', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 6, maxLength: 40 }), fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (secret, before, after) => {
      const known = secret.trim();
      fc.pre(known.length >= 6 && !known.includes('\n') && !/^[a-z][a-z0-9+.-]*:\/\/|[=:]/i.test(known));
      const { redact, knows } = of(secret);
      expect(knows(before + known + after)).toBe(true);
      expect(redact(`${before}${known}${after}`)).not.toContain(known);
    }),
    { numRuns: 300 },
  );
});
