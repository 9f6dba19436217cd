import type { FlatCard } from '../../src/core/flatten.ts';
import type { Bot } from './bot.ts';

/** The newest card of an alert as a person sees it, once it says so. */
export async function alertSeen(bot: Bot, person: string, wanted: (card: FlatCard) => boolean, ms = 20_000): Promise<FlatCard> {
  const until = Date.now() + ms;
  for (;;) {
    const cards = (await bot.cards(person)).filter(({ id }) => id.startsWith('A'));
    const found = cards.findLast(wanted);
    if (found) return found;
    if (Date.now() > until) throw new Error(`no such alert in ${ms} ms; there is: ${cards.map(({ text }) => text).join('\n---\n')}\n${bot.logged.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Presses a button of an alert's card; the card of what is asked, once it rests. */
export async function pressAlert(bot: Bot, person: string, card: FlatCard, label: string): Promise<FlatCard> {
  const button = card.buttons.find((one) => one.label === label);
  if (!button) throw new Error(`there is no button “${label}” but ${card.buttons.map((one) => one.label).join(', ')}`);
  const { ticket } = await bot.client.pressed(person, button.press, crypto.randomUUID());
  return bot.sees(person, ticket);
}
