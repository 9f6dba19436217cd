import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactor } from '../../src/core/redact.ts';
import { WINDOW } from '../../src/core/redactsieve.ts';
import { filled } from '../support/filled.ts';
import { INNOCENTS } from '../support/innocents.ts';
import { SECRETS } from '../support/secrets.ts';

const { redact, stream, lines } = redactor(() => []);

describe('the corpora', () => {
  it('are large enough', () => {
    expect(INNOCENTS.length).toBeGreaterThanOrEqual(300);
    expect(SECRETS.length).toBeGreaterThanOrEqual(120);
  });
  it.each(INNOCENTS)('leaves alone: %s', (line) => expect(redact(line)).toBe(line));
  it('leaves them alone side by side', () => expect(redact(INNOCENTS.join('\n'))).toBe(INNOCENTS.join('\n')));
  it.each(SECRETS)('hides: $line', ({ line, expected, secrets }) => {
    expect(redact(line)).toBe(expected);
    for (const secret of secrets) expect(redact(line)).not.toContain(secret);
    expect(redact(expected), 'once more changes nothing').toBe(expected);
  });
  it('hides them amid anything else', () => {
    const between = SECRETS.map(({ line }, i) => `${INNOCENTS[i]}\n${line}\n${INNOCENTS[i + SECRETS.length]}\n`).join('\n');
    const expected = SECRETS.map((one, i) => `${INNOCENTS[i]}\n${one.expected}\n${INNOCENTS[i + SECRETS.length]}\n`).join('\n');
    expect(redact(between)).toBe(expected);
  });
});

/** Cuts a text at places between 0 and 1 of its length. */
function inChunks<T extends string | Buffer>(whole: T, places: readonly number[], slice: (from: number, to: number) => T): string {
  const at = [0, ...places.map((place) => Math.floor(place * whole.length)).sort((a, b) => a - b), whole.length];
  const { push, end } = bound(stream());
  return (
    at
      .slice(1)
      .map((to, i) => push(slice(at[i] ?? 0, to)))
      .join('') + end()
  );
}

function bound(redacting: ReturnType<typeof stream>) {
  return { push: (chunk: string | Buffer) => redacting.push(chunk), end: () => redacting.end() };
}

const piece = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...INNOCENTS) },
  { weight: 3, arbitrary: fc.constantFrom(...SECRETS.map(({ line }) => line)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '密码：一二三四五六',
      '\ufeff',
      '🔑'.repeat(9),
      '-----BEGIN CERTIFICATE-----',
      '-----END CERTIFICATE-----',
      '-----BEGIN PRIVATE KEY-----',
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 1500 }).map((n) => filled(`{b:${n * 30}}`, n)) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }).map((n) => 'kernel: all is well here today. '.repeat(n * 20)) },
);
const text = fc
  .array(fc.tuple(piece, fc.constantFrom('\n', '\r\n', ' ', '', '\n\n')), { maxLength: 120 })
  .map((pieces) => pieces.map(([one, end]) => one + end).join(''));

describe('a stream', () => {
  it('comes to the same wherever it is cut, also within a character', () => {
    const places = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(text, places, (whole, cuts) => {
        const expected = redact(whole);
        expect(inChunks(whole, cuts, (from, to) => whole.slice(from, to))).toBe(expected);
        const bytes = Buffer.from(whole);
        expect(inChunks(bytes, cuts, (from, to) => bytes.subarray(from, to))).toBe(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('comes to the same one character at a time, and one byte at a time', () => {
    const whole = SECRETS.slice(0, 60)
      .map(({ line }, i) => `${line}\r\n密 ${INNOCENTS[i]}`)
      .join('\n')
      .repeat(3);
    expect(whole.length).toBeGreaterThan(WINDOW);
    const [characters, bytes] = [stream(), stream()];
    const expected = redact(whole);
    expect([...whole].map((c) => characters.push(c)).join('') + characters.end()).toBe(expected);
    expect([...Buffer.from(whole)].map((byte) => bytes.push(Buffer.of(byte))).join('') + bytes.end()).toBe(expected);
  });

  it('holds back at most a window', () => {
    const redacting = stream();
    let [given, told] = [0, 0];
    for (let i = 0; i < 2000; i++) {
      const line = `${INNOCENTS[i % INNOCENTS.length]}\n`;
      given += line.length;
      told += redacting.push(line).length;
      expect(given - told).toBeLessThanOrEqual(WINDOW);
    }
    expect(told + redacting.end().length).toBe(given);
  });
});

describe('a private key', () => {
  const body = (n: number) => Array.from({ length: n }, (_, i) => filled('{b:64}', i)).join('\n');
  const key = (n: number) => `-----BEGIN PRIVATE KEY-----\n${body(n)}\nAb1=\n-----END PRIVATE KEY-----`;

  it.each([1, 50, 400, 3000])('of %i lines is hidden whole', (n) => {
    expect(redact(`before\n${key(n)}\nafter`)).toBe('before\n[redacted:key]\nafter');
    expect(redact(JSON.stringify({ key: `${key(n)}\n`, after: 1 }))).toBe('{"key":"[redacted:key]\\n","after":1}');
  });
  it('without an end is hidden as far as it looks like one', () => {
    const after = Array.from({ length: 20 }, (_, i) => `line ${i} of something else`);
    const out = redact(`-----BEGIN RSA PRIVATE KEY-----\n${body(300)}\n${after.join('\n')}`);
    expect(out).toBe(`[redacted:key]${after.slice(8).join('\n')}`);
  });
  it('without a beginning is hidden', () => {
    const out = redact(`${body(40)}\nAb1=\n-----END RSA PRIVATE KEY-----\nafter`);
    expect(out).toBe('[redacted:key]\nafter');
    expect(redact(`${body(2000)}\nAb1=\n-----END RSA PRIVATE KEY-----\nafter`)).toMatch(/^(\[redacted:entropy\]\n?)+\[redacted:key\]\nafter$/);
  });
  it('is not a certificate, nor a public key, however long', () => {
    for (const name of ['CERTIFICATE', 'PUBLIC KEY', 'PGP PUBLIC KEY BLOCK', 'CERTIFICATE REQUEST', 'X509 CRL']) {
      const whole = `x\n-----BEGIN ${name}-----\n${body(600)}\nAb1=\n-----END ${name}-----\ny`;
      expect(redact(whole)).toBe(whole);
      expect(redact(`${whole}\n${key(3)}\n${filled('{a:40}', 1)}`)).toBe(`${whole}\n[redacted:key]\n[redacted:entropy]`);
    }
  });
  it('that is only spoken of hides little', () => {
    const said = Array.from({ length: 12 }, (_, i) => `paragraph ${i} has more to say`);
    expect(redact(`the file begins with -----BEGIN PRIVATE KEY-----\n${said.join('\n')}`)).toContain('paragraph 11');
  });
});

describe('the lines of one text', () => {
  it('stay as many, and a key over several of them is hidden whole', () => {
    const key = ['-----BEGIN EC PRIVATE KEY-----', filled('{b:64}', 1), 'Ab1=', '-----END EC PRIVATE KEY-----'];
    expect(lines(['a', ...key, '', 'b password=hunter2', 'c'])).toEqual(['a', '[redacted:key]', '', '', '', '', 'b password=[redacted:password]', 'c']);
    expect(lines([])).toEqual([]);
    expect(lines(['', ''])).toEqual(['', '']);
  });
  it('are each what the whole text says', () => {
    fc.assert(
      fc.property(
        fc.array(
          piece.map((one) => one.replaceAll('\n', ' ')),
          { maxLength: 60 },
        ),
        (given) => {
          const out = lines(given);
          expect(out).toHaveLength(given.length);
          const whole = redact(given.join('\n'));
          expect(out.join('\n').replaceAll('\n', '')).toBe(whole.replaceAll('\n', ''));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a word too long to be seen whole', () => {
  it('is hidden whole, once', () => {
    expect(redact(`x ${filled('{b:60000}', 1)} y`)).toBe('x [redacted:entropy] y');
    expect(redact(`token=${filled('{b:60000}', 1)}; y`)).not.toMatch(/[A-Za-z0-9+/]{24}/);
  });
  it('does not make it slow', () => {
    for (const one of ['a', '-', '=', ':', '$', '/', '----', '$6$', 'eyJ', 'password=', '\\', '"', '://a:', '0123456789abcdef']) {
      const whole = one.repeat(Math.ceil(300_000 / one.length));
      const began = process.cpuUsage().user;
      redact(whole);
      expect(process.cpuUsage().user - began, one).toBeLessThan(3_000_000);
    }
  });
});
