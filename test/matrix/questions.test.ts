import { describe, expect, it } from 'vitest';
import { answer, begin, question, wanted } from '../../src/chat/matrix/questions.ts';
import type { Field } from '../../src/core/types.ts';
import { say, speak } from '../../src/core/words.ts';

const press = { action: 'fill', ticket: 'T0123456789A', code: '' } as const;
const place = { chat: 'matrix', room: '!r', to: '@alice:x' };
const label = say({ en: 'Which?', zh: '哪个？' });
const choices = (...texts: string[]) => texts.map((text) => ({ text, hint: '' }));
const ask = (...fields: Field[]) => begin(press, place, fields, '$0');
const free: Field = { name: 'reason', label };
const one: Field = { name: 'vm', label, choices: choices('web1', 'web2', 'db1', '2', 'Mail') };
const many: Field = { ...one, many: true };
const more: Field = { ...one, more: true };

describe('an answer', () => {
  it.each([
    ['free text', free, ' I looked  ', ['I looked']],
    ['the text itself', one, 'web1', ['web1']],
    ['the text in other case', one, 'MAIL', ['Mail']],
    ['a number', one, '1', ['web1']],
    ['a number as it is listed', one, '3.', ['db1']],
    ['a text that is a number', one, '2', ['2']],
    ['the only one that begins so', one, 'd', ['db1']],
    ['several', many, 'web1, 3 ma', ['web1', 'db1', 'Mail']],
    ['several in Chinese', many, 'web1、db1，web1', ['web1', 'db1']],
    ['one that is not listed', more, 'ftp9', ['ftp9']],
  ])('is %s', (_, field, text, values) => {
    const came = answer(ask(field), '$1', text);
    expect(came.kind).toBe('given');
    expect(came.asking.given).toEqual({ [field.name]: values });
    expect(wanted(came.asking)).toBeUndefined();
  });

  it.each([
    ['several begin so', one, 'web', '“web” may be several: web1, web2.'],
    ['none is so', one, 'ftp', 'There is no “ftp” to choose.'],
    ['the number is not in the list', one, '9', 'There is no “9” to choose.'],
    ['one of several is not there', many, 'web1 ftp', 'There is no “ftp” to choose.'],
    ['it is empty', free, '  ', 'Nothing was answered.'],
  ])('is asked for again when %s', (_, field, text, why) => {
    const came = answer(ask(field), '$1', text);
    expect(came.kind === 'again' && speak(came.why, 'en')).toBe(why);
    expect(wanted(came.asking)).toBe(field);
  });

  it('may be a choice that was found only now', () => {
    const came = answer(ask(more), '$1', 'ftp', choices('ftp-old', 'FTP'));
    expect(came.asking.given).toEqual({ vm: ['FTP'] });
  });

  it.each(['cancel', '取消', 'CANCEL', '!cancel'])('ends it: %s', (text) => {
    const came = answer(ask(one, free), '$1', text);
    expect([came.kind, came.asking.over, wanted(came.asking)]).toEqual(['cancelled', true, undefined]);
  });
});

describe('questions', () => {
  it('come one after the other, and leave out what is known', () => {
    const begun = begin(press, place, [one, free], '$0', { vm: ['web1'] });
    expect(wanted(begun)).toBe(free);
    const first = answer(ask(one, free), '$1', 'web2').asking;
    expect(wanted(first)).toBe(free);
    expect(answer(first, '$2', 'because').asking).toMatchObject({ given: { vm: ['web2'], reason: ['because'] }, seen: ['$0', '$1', '$2'] });
  });

  it('list twenty choices and say how many there are besides', () => {
    const all = choices(...Array.from({ length: 33 }, (_, i) => `vm${i}`));
    const asked = question({ name: 'vm', label, choices: all });
    expect(asked.choices).toHaveLength(20);
    expect(asked.rest && speak(asked.rest, 'en')).toBe('…and 13 more: type the name');
    expect(question(free).choices).toEqual([]);
    expect(answer(ask({ name: 'vm', label, choices: all }), '$1', '21').kind).toBe('again');
  });
});
