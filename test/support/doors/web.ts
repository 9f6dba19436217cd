import type { FlatCard } from '../../../src/core/flatten.ts';
import { STATE_WORDS } from '../../../src/core/states.ts';
import { speak } from '../../../src/core/words.ts';
import { bot } from '../bot.ts';
import { type Door, rest, type Seen, until, type Who } from './door.ts';

/** A card with its state, as the console shows it. */
export function seenOf(card: FlatCard): Seen {
  const words = Object.entries(STATE_WORDS).find(([state]) => state === card.ticket?.state)?.[1];
  return {
    id: card.id,
    text: `${card.text}\n${card.buttons.map(({ label }) => label).join('\n')}\n${card.alert?.says ?? (words ? speak(words, 'en') : '')} · ${card.id}`,
    at: card.id,
  };
}

/** The web console's API: what the page does, without the page. */
export async function webDoor(): Promise<Door> {
  const world = await bot();
  const known = (who: Who) => {
    if (who === 'stranger') throw new Error('the console has no stranger');
    return who;
  };
  const many = (fields: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, [value]]));
  return {
    name: 'web',
    world,
    async says(who, line, wanted) {
      return seenOf(await world.says(known(who), line, wanted ? { until: (card) => wanted.test(seenOf(card).text) } : {}));
    },
    async fills(who, line, values) {
      const card = await world.says(known(who), line);
      const fill = card.buttons.find(({ press }) => press.action === 'fill');
      if (!fill) throw new Error(`nothing can be filled in: ${card.text}`);
      const { ticket } = await world.client.pressed(who, { ...fill.press, fields: many(values) }, crypto.randomUUID());
      return seenOf(await world.sees(who, ticket));
    },
    async presses(who, card, action, fields = {}) {
      const code = /code\s+`?([0-9A-Z]{5})`?/.exec(card.text)?.[1] ?? '';
      const { answer, ticket, heard } = await world.client.pressed(known(who), { ticket: card.id, code, action, fields: many(fields) }, crypto.randomUUID());
      return seenOf(await came(who, answer, ticket, heard));
    },
    async types(who, _card, line) {
      const answer = await world.client.said(known(who), line, crypto.randomUUID());
      return seenOf(await came(who, answer, _card.id, ''));
    },
    finds: (who, wanted) => until(`${wanted}`, async () => (await world.cards(known(who))).map(seenOf).find(({ text }) => wanted.test(text))),
    async pushes(who, card, action, fields = {}) {
      await world.client.pressed(known(who), { ticket: card.id, code: '', action, fields: many(fields) }, crypto.randomUUID());
    },
    thread: () => undefined,
    async sees(who, card) {
      const found = (await world.cards(known(who))).find(({ id }) => id === card.id);
      return found && seenOf(found).text;
    },
    async repeats(who, line) {
      const event = crypto.randomUUID();
      const before = new Set((await world.cards(known(who))).map(({ id }) => id));
      await Promise.all(Array.from({ length: 5 }, () => world.client.said(who, line, event)));
      await world.says(who, line, { event });
      return (await world.cards(who)).filter(({ id }) => !before.has(id)).length;
    },
    calls: async () => 0,
    async close() {
      await world.close();
    },
  };

  /** The card a press came to: its own answer, or the ticket once it rests and is no longer as it was. */
  async function came(who: Who, answer: string, ticket: string, heard: string): Promise<FlatCard> {
    const before = (await world.cards(who)).find(({ id }) => id === ticket)?.rev ?? 0;
    for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const cards = await world.cards(who);
      const own = cards.find(({ id }) => id === answer);
      if (own && rest(seenOf(own).text)) return own;
      const now = cards.find(({ id }) => id === ticket);
      if (now && now.rev > before && rest(seenOf(now).text)) return now;
    }
    throw new Error(`nothing came of the press ${heard}`);
  }
}
