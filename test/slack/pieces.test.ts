import { describe, expect, it } from 'vitest';
import { encoded, pressOf } from '../../src/chat/slack/button.ts';
import { decode, withoutMention } from '../../src/chat/slack/decode.ts';
import { formView, optionsOf, purposeOf } from '../../src/chat/slack/form.ts';
import { spoken } from '../../src/chat/slack/payloads.ts';
import { escaped } from '../../src/chat/slack/rich.ts';
import { isSaid } from '../../src/chat/slack/said.ts';
import { trimmed } from '../../src/chat/slack/trim.ts';
import { fileName } from '../../src/chat/slack/upload.ts';
import { isOurs } from '../../src/chat/slack/workspace.ts';
import { quoted, say } from '../../src/core/words.ts';

describe('who is listened to', () => {
  const message = { type: 'message', channel: 'D1', channel_type: 'im', user: 'U1', text: 'x', ts: '1.2' };
  it.each([
    [true, {}],
    [true, { type: 'app_mention', channel_type: undefined }],
    [false, { channel_type: 'channel' }],
    [false, { subtype: 'message_changed' }],
    [false, { subtype: 'file_share' }],
    [false, { hidden: true }],
    [false, { bot_id: 'B1' }],
    [false, { user: 'UME' }],
    [false, { user: undefined }],
    [false, { type: 'app_mention', edited: { user: 'U1', ts: '1.3' } }],
  ])('%s for %j', (said, given) => {
    expect(isSaid(spoken.parse({ ...message, ...given }), 'UME')).toBe(said);
  });

  it('is of a workspace of ours by everything that is said of it', () => {
    expect(isOurs(['T1', 'T2'], ['T1', undefined, null, 'T2'])).toBe(true);
    for (const teams of [['T3'], ['T1', 'T3'], [], [undefined], ['']]) expect(isOurs(['T1', 'T2'], teams)).toBe(false);
  });
});

describe('lines', () => {
  it.each([
    ['&lt;b&gt; &amp;amp;', '<b> &amp;'],
    ['<http://web1.example.org|web1.example.org>', 'web1.example.org'],
    ['<http://x>', 'x'],
    ['<mailto:a@b.example|a@b.example>', 'a@b.example'],
    ['<#C1|ops> <#C2>', '#ops #C2'],
    ['<@U1|alice>', '<@U1>'],
    ['<!subteam^S1|@team> <!here>', '@team @here'],
    ['*_vm list_*', 'vm list'],
    ['```vm list```', 'vm list'],
    ['a *b* c', 'a *b* c'],
    ['<unknown>', '<unknown>'],
  ])('%s is %s', (text, line) => {
    expect(decode(text)).toBe(line);
  });

  it('lose the mention they begin with, and no other', () => {
    expect(withoutMention(' <@UME>: vm list <@UME>', 'UME')).toBe('vm list <@UME>');
    expect(withoutMention('<@UYOU> vm', 'UME')).toBe('<@UYOU> vm');
  });
});

describe('buttons', () => {
  const press = { action: 'mark-done', ticket: 'T1', code: '' } as const;
  it('carry what they ask for, within 2,000 characters', () => {
    const asks = Array.from({ length: 8 }, (_, i) => ({
      name: `f${i}`,
      label: say({ en: 'long '.repeat(60), zh: '长'.repeat(300) }),
      choices: [],
      many: true as const,
    }));
    const value = encoded({ press, asks });
    expect(value.length).toBeLessThanOrEqual(2000);
    const read = pressOf('press:mark-done:3', value);
    expect(read).toMatchObject({ press });
    expect(read?.asks.map(({ name, choose, many }) => [name, choose, many])).toEqual(asks.map(({ name }) => [name, true, true]));
  });

  it.each([
    ['press:mark-done', '2 T1 -'],
    ['press:mark-done', ''],
    ['press:mark-done', '1 T1 - {'],
    ['press:fly', '1 T1 -'],
  ])('of other versions are known as such: %s %s', (id, value) => {
    expect(pressOf(id, value)).toBeUndefined();
  });
});

describe('forms', () => {
  it('know what they complete, unless that is too long', () => {
    const place = { chat: 'slack', room: 'C1', thread: '1.2', to: 'U1' };
    const view = formView(quoted('A title that is longer than Slack allows'), [], 'en', { line: 'vm reboot', place });
    expect(view?.title.text.length).toBe(24);
    expect(purposeOf(view?.private_metadata ?? '', 'U1')).toEqual({ line: 'vm reboot', place });
    expect(formView(quoted('x'), [], 'en', { line: 'x'.repeat(3000), place })).toBeUndefined();
    expect(purposeOf('{"v":2}', 'U1')).toBeUndefined();
  });

  it('offer each choice once, and none that Slack would refuse', () => {
    const choices = ['a', 'a', '', 'x'.repeat(151), 'y'.repeat(100)].map((text) => ({ text, hint: 'h'.repeat(90) }));
    expect(optionsOf(choices).map(({ value, text, description }) => [value?.length, text.text.length, description?.text.length])).toEqual([
      [1, 1, 75],
      [100, 75, 75],
    ]);
  });
});

describe('text', () => {
  it('is escaped within its length, no entity cut', () => {
    expect(escaped('<!channel> & co')).toBe('&lt;!channel&gt; &amp; co');
    const long = escaped('&'.repeat(2000));
    expect(long.length).toBeLessThanOrEqual(3900);
    expect(long).toMatch(/^(&amp;)+…$/);
  });

  it('is cut where a card is too long, and says so', () => {
    const spans = (length: number) => [{ text: 'x'.repeat(length), code: false }];
    const cut = trimmed(
      [
        { kind: 'text', spans: spans(100) },
        {
          kind: 'facts',
          facts: [
            [spans(10), spans(50)],
            [spans(10), spans(50)],
          ],
        },
        { kind: 'text', spans: spans(5) },
      ],
      200,
    );
    expect(cut.map((piece) => (piece.kind === 'facts' ? piece.facts.length : piece.kind === 'text' ? piece.spans[0]?.text.length : 0))).toEqual([100, 1, 1]);
  });

  it('names a file so that it is found again', () => {
    expect(fileName('web1.log', 'k-1')).toBe('web1-k-1.log');
    expect(fileName('../虚拟机 x', 'k')).toBe('..-虚拟机-x-k.txt');
  });
});
