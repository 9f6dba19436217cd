import { describe, expect, it } from 'vitest';
import { fieldsTyped, typedPress } from '../../src/chat/elements.ts';
import { pressOf as pressOfKey, seedsOf, typedFor } from '../../src/chat/matrix/keys.ts';
import { buttonBlocks, pressOf } from '../../src/chat/slack/button.ts';
import { drawn } from '../../src/chat/terminal.ts';
import { flatten } from '../../src/core/flatten.ts';
import type { Button } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';

const TICKET = { id: 'TABCDEFGHJKM', state: 'done', digest: '', code: '', by: '', plan: { steps: [], facts: [], undo: null } } as const;

const offers = Array.from(
  { length: 3 },
  (_, i): Button => ({
    id: `offer-${i}`,
    label: say({ en: `Offer ${i}`, zh: `选项 ${i}` }),
    press: { action: 'offer', ticket: 'TABCDEFGHJKM', code: String(i) },
  }),
);

describe('the offers of one card are told from each other', () => {
  it.each([0, 1, 2])('number %i', (i) => {
    const press = offers[i]?.press;
    // by Slack's buttons, …
    const [actions] = buttonBlocks(offers, 'en');
    const drawn = actions?.elements[i];
    expect(drawn?.type === 'button' ? pressOf(drawn.action_id ?? '', drawn.value ?? '')?.press : undefined).toEqual(press);
    // by reactions, whatever a client does to them, …
    const key = seedsOf(offers)[i] ?? '';
    expect([key, pressOfKey(key), pressOfKey(key.replace(/\uFE0F/g, ''))]).toEqual([
      `${i + 1}️⃣`,
      { action: 'offer', code: String(i) },
      { action: 'offer', code: String(i) },
    ]);
    // and by what is typed.
    expect(typedFor(offers[i] ?? { id: '', label: say({ en: '', zh: '' }), press: { action: 'offer', ticket: '', code: '' } })).toBe(
      `!offer TABCDEFGHJKM ${i + 1}`,
    );
    expect(typedPress(`offer TABCDEFGHJKM ${i + 1}`)).toEqual({ ...press, reason: '' });
  });

  it('in a terminal by the line to type, with what it is', () => {
    const card = flatten({ id: 'TABCDEFGHJKM', rev: 1, mood: 'good', title: quoted('doctor'), blocks: [], buttons: offers, ticket: TICKET }, 'en');
    expect(drawn(card, false, 'en', false)).toContain('hostler say "offer TABCDEFGHJKM 2"  Offer 1');
  });

  it('and from every other press', () => {
    expect(pressOfKey('▶️')).toEqual({ action: 'again', code: '' });
    expect(pressOfKey('↩️')).toEqual({ action: 'undo', code: '' });
    expect(pressOfKey('↪️ 7F3KQ')).toEqual({ action: 'withdraw', code: '7F3KQ' });
    expect(pressOfKey('1')).toBeUndefined();
    expect(typedPress('offer TABCDEFGHJKM 0')).toMatchObject({ code: '', reason: '0' });
  });
});

describe('what is typed behind an approval', () => {
  const typed = (line: string, unseen: boolean) => fieldsTyped(typedPress(line) ?? { action: 'fill', reason: '' }, unseen);
  it('is a one-time code only where nobody else reads it', () => {
    expect(typed('ok 7F3KQ 123456', true)).toEqual({ code: ['123456'] });
    expect(typed('ok 7F3KQ 123 456', true)).toEqual({ code: ['123456'] });
    expect(typed('ok 7F3KQ 123456', false)).toEqual({ seen: ['typed'] });
    expect(typed('no 7F3KQ 123456', true)).toEqual({ reason: ['123456'] });
  });
  it('is a signature, which anybody may read, or else a reason', () => {
    const signature = '-----BEGIN SSH SIGNATURE----- U1NIU0lH -----END SSH SIGNATURE-----';
    expect(typed(`ok 7F3KQ ${signature}`, false)).toEqual({ signature: [signature] });
    expect(typed('ok 7F3KQ looks right', false)).toEqual({ reason: ['looks right'] });
    expect(typed('why 7F3KQ the disk is full', false)).toEqual({ reason: ['the disk is full'] });
    expect(typed('ok 7F3KQ', true)).toEqual({});
  });
});
