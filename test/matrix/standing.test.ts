import { expect, it } from 'vitest';
import { barredBy } from '../../src/chat/matrix/standing.ts';
import { chatAt, type Ears, Home, Ears as Listener, line, remembering } from './home.ts';

it.each([
  ['@ana:example.org', undefined],
  ['@ana_slack:example.org', undefined],
  ['@slackline:example.org', undefined],
  ['@-ana=2f:example.org:8448', undefined],
  ['@1234:example.org', 'guest'],
  ['@_slack_U0ANA:example.org', 'bot'],
  ['@slack_u0ana:example.org', 'bot'],
  ['@telegram_4711:example.org', 'bot'],
  ['@whatsapp_31600000000:example.org', 'bot'],
  ['ana', 'unsure'],
  ['@ana', 'unsure'],
])('%s has standing or not', (account, barred) => {
  expect(barredBy(account)).toBe(barred);
});

it('lets who has none say and press nothing in their name, and tells where a press was made', async () => {
  const home = await new Home().open();
  const ears: Ears = new Listener();
  const chat = await chatAt(home, ears, remembering());
  try {
    home.odd = (_, path) => (path === 'rooms/!alone:x.y/joined_members' ? { status: 200, body: { joined: { '@bot:x.y': {}, '@alice:x.y': {} } } } : undefined);
    const by = (sender: string, text: string) => line(text, { sender });
    home.happen({
      '!a:x.y': [by('@alice:x.y', '!vm list'), by('@77:x.y', '!vm list'), by('@_irc_alice:x.y', '!ok 7F3KQ'), by('@alice:x.y', '!ok 7F3KQ 123456')],
      '!alone:x.y': [by('@alice:x.y', 'ok 7F3KQ 123 456')],
    });
    while (ears.lines.length + ears.presses.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(ears.lines.map(({ from, barred }) => [from, barred])).toEqual([
      ['@alice:x.y', undefined],
      ['@77:x.y', 'guest'],
    ]);
    expect(ears.presses.map(({ from, barred, fields, place }) => [from, barred, fields, place.alone])).toEqual([
      ['@_irc_alice:x.y', 'bot', {}, undefined],
      ['@alice:x.y', undefined, { seen: ['typed'] }, undefined],
      ['@alice:x.y', undefined, { code: ['123456'] }, true],
    ]);
  } finally {
    await chat.close();
    await home.close();
  }
});
