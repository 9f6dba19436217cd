import { describe, expect, it } from 'vitest';
import { cardContent } from '../../src/chat/matrix/card.ts';
import { edit, fits, threaded } from '../../src/chat/matrix/content.ts';
import { changes } from '../../src/chat/matrix/seeds.ts';
import type { Card } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';

const EVIL = '</code></pre><a href="https://evil.example">@room</a> @admin:example.org `x`';
const card = (more: Partial<Card> = {}): Card => ({
  id: 'c1',
  rev: 3,
  mood: 'waiting',
  title: say({ en: 'reboot {vm}', zh: '重启 {vm}' }, { vm: EVIL }),
  blocks: [
    { kind: 'text', text: say({ en: 'by `{who}`: {why}', zh: '' }, { who: EVIL, why: EVIL }) },
    { kind: 'facts', facts: [[quoted(EVIL), EVIL]] },
    { kind: 'code', text: EVIL },
    { kind: 'table', columns: [quoted('a')], rows: [[EVIL]] },
    { kind: 'progress', done: 3, of: 10, label: quoted(EVIL) },
  ],
  buttons: [
    { id: 'approve', label: say({ en: 'Approve', zh: '批准' }), press: { action: 'approve', ticket: 'T0123456789A', code: '7F3KQ' } },
    { id: 'cancel', label: say({ en: 'Cancel', zh: '取消' }), press: { action: 'cancel', ticket: 'T0123456789A', code: '7F3KQ' } },
  ],
  ticket: { id: 'T0123456789A', state: 'waiting', digest: 'd', code: '7F3KQ', by: 'alice', plan: { steps: [], facts: [], undo: null } },
  ...more,
});
const SPEC = /^<\/?(strong|sub|p|br|ul|li|pre|code|span)>$/;

describe('a card', () => {
  it('has no tag, mention or link of anybody else', () => {
    const content = cardContent(card(), 'en');
    const markup = String(content.formatted_body);
    expect((markup.match(/<[^>]*>/g) ?? []).filter((tag) => !SPEC.test(tag))).toEqual([]);
    expect(content['m.mentions']).toEqual({});
    expect(markup.replace(/<(code)>.*?<\/\1>/gs, '').replace(/<pre>.*?<\/pre>/gs, '')).not.toMatch(/@room|@admin/);
    expect(String(content.body)).not.toMatch(/@room|@admin/);
    expect(markup).toContain('<pre><code>&#60;/code&#62;');
    expect(content.msgtype).toBe('m.text');
  });

  it('says how it is pressed without reactions, in its language', () => {
    expect(String(cardContent(card(), 'en').body)).toMatch(/✅ Approve: !ok 7F3KQ · 🛑 Cancel: !cancel T0123456789A$/);
    expect(String(cardContent(card(), 'zh').formatted_body)).toContain('✅ 批准 <code>!ok 7F3KQ</code> · 🛑 取消 <code>!cancel T0123456789A</code>');
    expect(String(cardContent(card(), 'en').formatted_body)).toContain('<sub>waiting · T0123456789A</sub>');
  });

  it('fits into an event, also as an edit, whatever is in it', () => {
    for (const text of ['"'.repeat(20_000), '漢'.repeat(20_000), Array.from({ length: 4000 }, () => '<&>').join('\n')]) {
      const content = cardContent(card({ blocks: Array.from({ length: 12 }, () => ({ kind: 'code' as const, text })) }), 'en');
      expect(Buffer.byteLength(JSON.stringify(edit(content, '$1')))).toBeLessThan(60_000);
      expect(fits(content)).toBe(true);
    }
  });

  it('is edited with a fallback, and threaded with one', () => {
    const content = cardContent(card(), 'en');
    expect(edit(content, '$1')).toMatchObject({
      body: `* ${content.body}`,
      'm.new_content': content,
      'm.mentions': {},
      'm.relates_to': { rel_type: 'm.replace', event_id: '$1' },
    });
    expect(threaded(content, '$r')).toMatchObject({
      'm.relates_to': { rel_type: 'm.thread', event_id: '$r', is_falling_back: true, 'm.in_reply_to': { event_id: '$r' } },
    });
  });
});

describe('reactions below a card', () => {
  it('become those of its buttons', () => {
    expect(changes({}, ['✅ A', '🛑'])).toEqual({ add: ['✅ A', '🛑'], remove: [] });
    expect(changes({ '✅ A': '$1', '🛑': '$2' }, ['✅ B', '🛑'])).toEqual({ add: ['✅ B'], remove: ['✅ A'] });
    expect(changes({ '✅ A': '$1' }, [])).toEqual({ add: [], remove: ['✅ A'] });
  });
});
