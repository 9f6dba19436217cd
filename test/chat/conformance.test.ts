import { describe, expect, it } from 'vitest';
import { ELEMENTS, typedPress } from '../../src/chat/elements.ts';
import { cardContent } from '../../src/chat/matrix/card.ts';
import { pressOf, seedsOf, typedFor } from '../../src/chat/matrix/keys.ts';
import { answer, begin, question, wanted } from '../../src/chat/matrix/questions.ts';
import { cardDrawings } from '../../src/chat/slack/blocks.ts';
import { formView } from '../../src/chat/slack/form.ts';
import { drawn } from '../../src/chat/terminal.ts';
import { flatten } from '../../src/core/flatten.ts';
import { type Block, type Button, type Card, type Field, PRESSES, type PressAction } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { messageBlocks } from '../support/slack/schema/message.ts';
import { modal as modalSchema } from '../support/slack/schema/view.ts';

const button = (action: PressAction, asks?: Field[]): Button => ({
  id: action,
  label: say({ en: `Press ${action}`, zh: `按 ${action}` }),
  press: { action, ticket: 'TABCDEFGHJKM', code: '7F3KQ' },
  ...(asks ? { asks } : {}),
});
const card = (blocks: readonly Block[], buttons: readonly Button[] = []): Card => ({
  id: 'TABCDEFGHJKM',
  rev: 1,
  mood: 'waiting',
  title: quoted('vm reboot shop'),
  blocks,
  buttons,
  ticket: null,
});
const slack = (one: Card) => JSON.stringify(cardDrawings(one, 'en')[0]?.blocks);
const matrix = (one: Card) => cardContent(one, 'en');

describe('every press has a form in every chat', () => {
  it.each(PRESSES)('%s', (action) => {
    const one = button(action);
    const { emoji, word, coded } = ELEMENTS[action];
    // A button there, …
    expect(slack(card([], [one]))).toContain(`"action_id":"press:${action}"`);
    expect(slack(card([], [one]))).toContain(`Press ${action}`);
    // … a reaction and a line to type here, …
    expect(seedsOf([one])).toEqual([coded ? `${emoji} 7F3KQ` : emoji]);
    expect(pressOf(seedsOf([one])[0] ?? '')).toEqual({ action, code: coded ? '7F3KQ' : '' });
    expect(String(matrix(card([], [one])).formatted_body)).toContain(`<code>${typedFor(one)}</code>`);
    // … which is understood in every chat, …
    const line = typedFor(one).slice(1);
    if (action === 'undo')
      expect(line).toBe('undo TABCDEFGHJKM'); // a command of its own
    else expect(typedPress(line)).toMatchObject({ action, ...(coded ? { code: '7F3KQ' } : { ticket: 'TABCDEFGHJKM' }) });
    expect(word).toMatch(/^[a-z0-9-]+$/);
    // … and a line in the terminal.
    const inTerminal = flatten(
      { ...card([], [one]), ticket: { id: 'TABCDEFGHJKM', state: 'waiting', digest: '', code: '7F3KQ', by: '', plan: { steps: [], facts: [], undo: null } } },
      'en',
    );
    expect(drawn(inTerminal, false, 'en')).toMatch(new RegExp(`hostler press .* ${action}`));
  });

  it('and no two share one', () => {
    for (const key of ['emoji', 'word'] as const) expect(new Set(PRESSES.map((action) => ELEMENTS[action][key])).size).toBe(PRESSES.length);
  });
});

describe('every kind of block is drawn in every chat', () => {
  const samples: { readonly [Kind in Block['kind']]: Extract<Block, { kind: Kind }> } = {
    text: { kind: 'text', text: say({ en: 'some `code` {x}', zh: '' }, { x: 'needle-text' }) },
    facts: { kind: 'facts', facts: [[quoted('risk'), quoted('needle-facts')]] },
    table: { kind: 'table', columns: [quoted('guest')], rows: [['needle-table']] },
    code: { kind: 'code', text: 'needle-code' },
    progress: { kind: 'progress', done: 1, of: 2, label: quoted('needle-progress') },
    file: { kind: 'file', name: 'needle-file', ref: 'F1', size: 12, lines: 3 },
    link: { kind: 'link', url: 'https://needle-link/#login=secret' },
  };
  it.each(Object.values(samples))('$kind', (block) => {
    const needle = `needle-${block.kind}`;
    const one = card([block]);
    for (const drawing of cardDrawings(one, 'en')) {
      expect(messageBlocks.safeParse(drawing.blocks).error).toBeUndefined();
      expect(JSON.stringify(drawing.blocks)).toContain(needle);
    }
    expect(String(matrix(one).formatted_body)).toContain(needle);
    expect(String(matrix(one).body)).toContain(needle);
    expect(flatten(one, 'en').text).toContain(needle);
  });
});

describe('every kind of field is asked for in every chat', () => {
  const choices = Array.from({ length: 30 }, (_, i) => ({ text: `guest-${i}`, hint: 'kvm1' }));
  const label = say({ en: 'GUEST', zh: '虚拟机' });
  const kinds: readonly (readonly [string, Field, string, readonly string[]])[] = [
    ['a text', { name: 'reason', label }, 'I looked', ['I looked']],
    ['a choice', { name: 'guest', label, choices }, '3', ['guest-2']],
    ['a choice by name', { name: 'guest', label, choices }, 'guest-29', ['guest-29']],
    ['one of more than are listed', { name: 'guest', label, choices, more: true }, 'other', ['other']],
    ['several', { name: 'on', label, choices, many: true }, '1, guest-5', ['guest-0', 'guest-5']],
  ];
  it.each(kinds)('%s', (_name, field, typed, values) => {
    const place = { chat: 'slack', room: 'C0OPS000001', to: 'U0ALICE0001' };
    const modal = formView(quoted('vm show'), [field], 'en', { press: button('fill').press, place });
    expect(modalSchema.safeParse(modal).error).toBeUndefined();
    expect(JSON.stringify(modal)).toContain(field.many ? 'multi_' : field.choices ? 'select' : 'plain_text_input');
    const asking = begin(button('fill').press, { chat: 'matrix', room: '!r:x' }, [field], '$e');
    expect(question(wanted(asking) ?? field).text.with).toMatchObject({ label });
    const answered = answer(asking, '$a', typed);
    expect(answered).toMatchObject({ kind: 'given', asking: { given: { [field.name]: values } } });
  });
});
