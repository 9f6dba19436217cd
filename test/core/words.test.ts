import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align, width } from '../../src/core/flatten.ts';
import { clean, list, say, speak } from '../../src/core/words.ts';

describe('outside text', () => {
  it('never brings control, bidi or zero-width characters along, whatever it holds', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not come through
    const forging = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => !forging.test(speak(say({ en: 'a {text} b', zh: '{text}' }, { text }), 'en'))),
    );
    expect(clean('\x1b[31mred\u202Egnp.exe\r\nnext\ttab')).toBe('\uFFFD[31mred\uFFFDgnp.exe\nnext\ttab');
  });

  it('cannot fill the holes of our own words', () => {
    expect(speak(say({ en: '{a} and {b}', zh: '{a}{b}' }, { a: '{b}', b: '{a}' }), 'en')).toBe('{b} and {a}');
  });

  it('is capped', () => {
    expect(clean('x'.repeat(5000)).length).toBeLessThan(2100);
  });
});

describe('messages', () => {
  it('speak both languages, nested', () => {
    const inner = say({ en: 'one', zh: '一' });
    const both = say({ en: 'say {inner}', zh: '说{inner}' }, { inner });
    expect([speak(both, 'en'), speak(both, 'zh')]).toEqual(['say one', '说一']);
    expect([speak(list(['a', 'b']), 'en'), speak(list(['a', 'b']), 'zh')]).toEqual(['a, b', 'a、b']);
  });
});

describe('tables as text', () => {
  it('align, wide characters counted as two', () => {
    expect(width('虚拟机a')).toBe(7);
    expect(
      align([
        ['名', 'n'],
        ['ab', 10],
        ['c', 7],
      ]),
    ).toBe('名  n\nab  10\nc    7');
  });
});
