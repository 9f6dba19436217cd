import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactor } from '../../src/core/redact.ts';
import { HEAD, Kept } from '../../src/hosts/kept.ts';
import { filled } from '../support/filled.ts';

/** What is kept of an output that the host gives as its beginning and its end. */
function kept(output: Buffer): Kept {
  const all = new Kept();
  const size = output.length;
  all.add({ size, pieces: [{ at: 0, bytes: output.subarray(0, HEAD) }] });
  if (size > HEAD) {
    const from = Math.max(HEAD, size - HEAD);
    all.add({ size, pieces: [{ at: from, bytes: output.subarray(from) }] });
  }
  return all;
}

const secret = 'swordfish-and-chips';
const { redact } = redactor(() => [secret]);

/** An output in which a text lies at a place. */
function around(at: number, text: string, filler: string): Buffer {
  const whole = filler.repeat(Math.ceil(500_000 / filler.length));
  return Buffer.from(`${whole.slice(0, at)}${text}${whole.slice(at, 500_000 - text.length)}`);
}

describe('what is kept of a long output', () => {
  it.each(['all is well\n', 'all is well ', '"all","is","well",', 'all,is,well,'])('has no part of a secret at its borders, amid %j', (filler) => {
    for (const border of [HEAD, 500_000 - HEAD]) {
      for (let back = 0; back <= secret.length; back += 3) {
        for (const [text, found] of [
          [secret, secret],
          [` token=${filled('{a:40}', back)} `, filled('{a:40}', back)],
        ] as const) {
          const output = around(border - back, text, filler);
          const said = redact(kept(output).text());
          for (let i = 0; i + 6 <= found.length; i++) expect(said.includes(found.slice(i, i + 6)), `${found.slice(i, i + 6)} of ${back} before`).toBe(false);
        }
      }
    }
  });

  it('has no part of a key that lies over a border', () => {
    const body = Array.from({ length: 60 }, (_, i) => filled('{b:64}', i));
    const key = ['-----BEGIN PRIVATE KEY-----', ...body, 'Ab1=', '-----END PRIVATE KEY-----', ''].join('\n');
    for (const border of [HEAD, 500_000 - HEAD]) {
      for (let back = 0; back < key.length; back += 523) {
        const said = redact(kept(around(border - back, `\n${key}`, 'all is well\n')).text());
        for (const line of body) expect(said.includes(line.slice(0, 12)) || said.includes(line.slice(-12))).toBe(false);
        expect(said.includes('Ab1='), String(back)).toBe(false);
      }
    }
  });

  it('tells how much was left out, and is whole when nothing was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 700_000 }), fc.constantFrom('all is well\n', 'x', 'a b '), (size, filler) => {
        const output = Buffer.from(filler.repeat(Math.ceil(size / filler.length)).slice(0, size));
        const all = kept(output);
        expect(Buffer.byteLength(all.text()) + all.cut).toBe(size);
        if (size <= 2 * HEAD) expect(all.text()).toBe(output.toString());
        else expect(all.cut - (size - 2 * HEAD)).toBeLessThan(40);
      }),
      { numRuns: 60 },
    );
  });

  it('of one that runs is shown from a whole line on', () => {
    const running = new Kept();
    running.add({ size: 6000, pieces: [{ at: 0, bytes: Buffer.from('password is swordfish-and-chips\n'.repeat(200).slice(0, 6000)) }] });
    expect(running.recent().startsWith('password is')).toBe(true);
  });
});
