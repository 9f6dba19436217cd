import { describe, expect, it } from 'vitest';
import { draw, shorten } from '../../src/core/draw.ts';
import type { Block, Card } from '../../src/core/types.ts';
import { quoted, say, spans } from '../../src/core/words.ts';

const card = (...blocks: Block[]): Card => ({ id: 'T1', rev: 1, mood: 'good', title: quoted('vm list'), blocks, buttons: [], ticket: null });

describe('a drawn card', () => {
  it('takes backticks for code in our words only', () => {
    const said = say({ en: 'code `{code}` of {name}', zh: '' }, { code: 'A`B', name: '`rm -rf` `x`' });
    expect(spans(said, 'en')).toEqual([
      { text: 'code ', code: false },
      { text: 'A`B', code: true },
      { text: ' of `rm -rf` `x`', code: false },
    ]);
    expect(spans(say({ en: '{inner}!', zh: '' }, { inner: say({ en: '`{x}`', zh: '' }, { x: 1 }) }), 'en')).toEqual([
      { text: '1', code: true },
      { text: '!', code: false },
    ]);
  });

  it('keeps every block within the limits of every chat, and says when something is left out', () => {
    const rows = Array.from({ length: 500 }, (_, i) => [`guest-${i}`, 'running', i]);
    const table: Block = { kind: 'table', columns: [quoted('name'), quoted('state'), quoted('id')], rows };
    const drawn = draw(card(table, { kind: 'code', text: 'x\n'.repeat(9000) }, table, table, table, table), 'en');
    expect(drawn.cut).toBe(true);
    const sizes = drawn.pieces.map((piece) => (piece.kind === 'fixed' ? piece.text.length : 0));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2500);
    expect(sizes.reduce((a, b) => a + b)).toBeLessThanOrEqual(9000);
    expect(JSON.stringify(drawn.pieces.at(-1))).toContain('in the thread');
    expect(drawn.plain.length).toBeLessThanOrEqual(3000);
    expect(draw(card({ kind: 'table', columns: [quoted('a')], rows: [['1']] }), 'en').cut).toBe(false);
  });

  it('caps facts and texts as well', () => {
    const long = quoted('y'.repeat(2000));
    const drawn = draw(
      card(
        { kind: 'facts', facts: Array.from({ length: 60 }, () => [quoted('x'), long] as const) },
        ...Array.from({ length: 10 }, () => ({ kind: 'text', text: long }) as const),
      ),
      'en',
    );
    expect(drawn.cut).toBe(true);
    expect(JSON.stringify(drawn.pieces).length).toBeLessThan(12_000);
  });

  it('shows how far it is', () => {
    const bar = (done: number, of?: number) => draw(card({ kind: 'progress', done, label: quoted('x'), ...(of === undefined ? {} : { of }) }), 'en').pieces[0];
    expect(bar(3, 6)).toMatchObject({ bar: '▰▰▰▰▰▱▱▱▱▱', count: '3/6' });
    expect(bar(9, 3)).toMatchObject({ bar: '▰▰▰▰▰▰▰▰▰▰' });
    expect(bar(2)).toMatchObject({ bar: undefined, count: '' });
  });

  it('is cut between lines, and never within a character', () => {
    expect(shorten('one\ntwo\nthree', 10)).toBe('one\ntwo\n…');
    expect(shorten('😀😀😀', 5)).toBe('😀\n…');
    expect(shorten('short', 9)).toBe('short');
  });
});
