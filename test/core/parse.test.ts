import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { guest, host, targets } from '../../src/core/args.ts';
import { type AnyCommand, answer, command } from '../../src/core/command.ts';
import { isCommand } from '../../src/core/commandshape.ts';
import { Refusal } from '../../src/core/errors.ts';
import { distance, nearest } from '../../src/core/nearest.ts';
import { normalise } from '../../src/core/normalise.ts';
import { parse } from '../../src/core/parse.ts';
import { split } from '../../src/core/split.ts';
import { say } from '../../src/core/words.ts';

const summary = { en: 'A', zh: '甲' };
const plan = async () => answer(say(summary), []);
const declared: [string, unknown][] = [
  ['vm show', command({ summary, examples: ['vm show a'], risk: 'none', args: { guest: guest() }, plan })],
  [
    'svc list',
    command({
      summary,
      examples: ['svc list a'],
      risk: 'none',
      args: { on: targets() },
      options: { failed: z.boolean().default(false), since: z.string().optional() },
      plan,
    }),
  ],
  ['net ping', command({ summary, examples: ['net ping a b'], risk: 'none', args: { from: host(), to: host() }, plan })],
  ['hosts', command({ summary, examples: ['hosts'], risk: 'none', args: {}, plan })],
];
const commands = new Map(declared.flatMap(([path, one]): [string, AnyCommand][] => (isCommand(one) ? [[path, one]] : [])));
const no = (text: string) => {
  try {
    parse(text, commands);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`“${text}” was understood`);
};

describe('normalise', () => {
  it.each([
    ['vm\u00a0show\u2003“a b”', 'vm show "a b"'],
    ['svc list a —failed', 'svc list a --failed'],
    ['svc list a –failed', 'svc list a --failed'],
    ['vm show web‑1', 'vm show web-1'],
    ['ｖｍ　ｓｈｏｗ　ａ', 'vm show a'],
    ['\u200bvm show \ufeffa\u2060', 'vm show a'],
    ['vm show ‘a’', "vm show 'a'"],
  ])('%j is %j', (typed, plain) => {
    expect(normalise(typed)).toBe(plain);
  });

  it('leaves plain ASCII as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[!-~]( ?[!-~]){0,40}$/), (text) => {
        expect(normalise(text)).toBe(text);
      }),
    );
  });
});

describe('split', () => {
  it('gives back any words that were quoted', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 20 });
    const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        expect(split(words.map(quote).join(' ')).map(({ text }) => text)).toEqual(words);
      }),
    );
  });
});

describe('parse', () => {
  it('binds arguments and options by name, in any order', () => {
    expect(parse('svc list --failed web1 @web --since=now', commands)).toEqual({
      path: 'svc list',
      dry: false,
      input: { on: ['web1', '@web'], failed: true, since: 'now' },
    });
    expect(parse('SVC List web1 --plan', commands)).toMatchObject({ path: 'svc list', dry: true, input: { on: ['web1'], failed: false } });
    expect(parse('vm show -- "a b"', commands).input).toEqual({ guest: 'a b' });
  });

  it.each([
    ['', 'say a command'],
    ['vm', 'needs one more word'],
    ['vm shwo a', 'there is no command'],
    ['svc list', 'needs'],
    ['svc list web1 --since', 'needs a value'],
    ['svc list web1 --nope', 'has no option'],
    ['svc list web1 --failed --failed', 'given twice'],
    ['svc list we;b1', 'is not a legal'],
    ['vm show a b', 'one word too many'],
    ['vm show -rf', 'has no option'],
    ['vm show "-rf"', 'is not a legal'],
    ['vm show "a', 'never closed'],
    ['x'.repeat(4001), 'characters'],
  ])('refuses %j', (text, words) => {
    expect(no(text).message).toContain(words);
  });

  it('never throws anything but a refusal', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 80 }),
          fc.string({ maxLength: 40 }).map((rest) => `svc list ${rest}`),
        ),
        (text) => {
          try {
            const { input } = parse(text, commands);
            for (const value of Object.values(input).flat()) expect(String(value)).not.toMatch(/^-/);
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('nearest', () => {
  it('offers what is likely meant, and nothing far off', () => {
    expect(nearest('rebot', ['reboot', 'reset', 'resume'])).toEqual(['reboot']);
    expect(nearest('xyzzy', ['reboot', 'reset'])).toEqual([]);
    expect(distance('ab', 'ba')).toBe(1);
  });
});
