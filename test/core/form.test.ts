import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/core/command.ts';
import type { Known } from '../../src/core/complete.ts';
import { choicesFor, fieldsFor, filled } from '../../src/core/form.ts';
import { Incomplete } from '../../src/core/incomplete.ts';
import { normalise } from '../../src/core/normalise.ts';
import { parse } from '../../src/core/parse.ts';
import type { Missing } from '../../src/core/ticket.ts';
import { loadCommands } from '../../src/registry.ts';

const commands = await loadCommands();
const host = (name: string): Host => ({ name, site: 'east', sites: ['east'], kind: 'libvirt', tags: ['kvm'], address: '', libvirt: '' });
const known: Known = {
  commands,
  hosts: () => [host('kvm1'), host('kvm2')],
  guests: [{ name: 'shop', host: 'kvm1' }, { name: 'db 02', host: 'kvm1' }, ...Array.from({ length: 150 }, (_, i) => ({ name: `many${i}`, host: 'kvm2' }))],
  programs: [{ text: 'uptime', hint: 'How long it has been up' }],
  people: [],
  rooms: [],
  hours: [],
  alerts: [],
};

function lacks(line: string): Missing {
  try {
    parse(line, commands);
  } catch (error) {
    if (error instanceof Incomplete) return error.missing;
    throw error;
  }
  throw new Error(`“${line}” lacks nothing`);
}

describe('what a line lacks', () => {
  it('is all asked for at once, with what may be chosen', () => {
    const missing = lacks('vm snapshot');
    expect(missing.names).toEqual(['guest', 'name']);
    const [guest, name] = fieldsFor(missing, known, 'en');
    expect(guest).toMatchObject({ name: 'guest', label: { words: { en: 'GUEST' } }, more: true });
    expect(guest?.choices).toHaveLength(100);
    expect(guest?.choices?.[1]).toEqual({ text: 'db 02', hint: 'kvm1' });
    expect(name).toEqual({ name: 'name', label: { words: { en: 'SNAPSHOT', zh: '快照' } } });
  });

  it('is the rest of the command, where only its family was said', () => {
    const [field] = fieldsFor(lacks('vm'), known, 'zh');
    expect(field?.choices?.map(({ text }) => text)).toEqual(expect.arrayContaining(['list', 'reboot']));
    expect(filled(lacks('vm'), { command: ['list'] }, undefined)).toBe('vm list');
  });

  it('is completed from what is known, the beginning of a name first', () => {
    expect(choicesFor(lacks('vm show'), 'guest', 'sh', known, 'en').map(({ text }) => text)).toEqual(['shop']);
    expect(choicesFor(lacks('vm show'), 'guest', 'Y14', known, 'en')[0]?.text).toBe('many14');
    expect(fieldsFor(lacks('host run'), known, 'en').map(({ name, many }) => [name, many])).toEqual([
      ['program', undefined],
      ['on', true],
    ]);
  });

  it('says the same line as before, with nothing of it lost', () => {
    const missing = lacks('svc  restart --plan "nginx"');
    expect(filled(missing, { on: ['web1', '@db'] }, commands.get('svc restart'))).toBe('svc restart --plan "nginx" web1 @db');
    expect(parse('svc restart --plan "nginx" web1 @db', commands)).toMatchObject({ dry: true, input: { unit: 'nginx.service', on: ['web1', '@db'] } });
  });

  it('can be filled with nothing but values, whatever is in them', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('--plan', '-x', '" --plan "', '“ --plan', '\\', "'", 'a b', '--', '`id`', '\n--plan', '＂ --plan'),
    );
    fc.assert(
      fc.property(texts, texts, (guest, reason) => {
        const line = filled(
          { path: 'lock steal', names: ['lock', 'reason'], line: 'lock steal' },
          { lock: ['east/web1'], reason: [reason] },
          commands.get('lock steal'),
        );
        const said = filled(lacks('vm show'), { guest: [guest] }, commands.get('vm show'));
        for (const [text, value, name] of [
          [said, guest, 'guest'],
          [line, reason, 'reason'],
        ] as const) {
          let parsed: ReturnType<typeof parse> | undefined;
          try {
            parsed = parse(text, commands);
          } catch {
            continue; // not a legal value: refused as any typed one is
          }
          expect(parsed.dry).toBe(false);
          expect(parsed.input[name]).toBe(normalise(value));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
