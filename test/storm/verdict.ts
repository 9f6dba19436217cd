import { BOT, type Message } from '../support/slack/things.ts';
import { textOf } from '../support/slack/words.ts';
import type { Ledger } from './ledger.ts';
import { revShown, type Stored, storedCards, wantedThere } from './stored.ts';
import type { World } from './world.ts';

/** What was found to be wrong, and what was counted. Lists hold a line each. */
export interface Verdict {
  /** Fingerprints that were taken and stand on no card, on several, or otherwise than was last told. */
  readonly lost: readonly string[];
  readonly several: readonly string[];
  readonly otherwise: readonly string[];
  /** Cards in Slack that do not say what is stored, although nothing of them is on its way; and those that are on their way. */
  readonly disagree: readonly string[];
  readonly behind: number;
  /** Messages that stand twice. */
  readonly doubled: readonly string[];
  readonly cards: number;
  readonly roundUps: number;
  /** Fingerprints on the largest of those. */
  readonly largest: number;
}

/** The name that the bot gave a message, by which it finds it again. */
const keyOf = (message: Message): string => String(message.metadata?.event_payload.key ?? '');

/** Compares what the sender was told, what is stored, and what stands in Slack. */
export async function verdict({ redis, slack }: World, ledger: Ledger): Promise<Verdict> {
  const stored = await storedCards(redis);
  const mine = slack.world.messages.filter((message) => message.user === BOT.user && !message.deleted && keyOf(message) !== '');
  const { disagree, behind } = await compared(stored, mine, redis);
  return {
    ...compareTold(stored, ledger),
    ...{ disagree, behind, doubled: doubled(mine) },
    cards: stored.length,
    roundUps: stored.filter((one) => one.storm && mine.some((message) => cardOf(message) === one.id)).length,
    largest: Math.max(0, ...stored.filter(({ storm }) => storm).map(({ members }) => members.length)),
  };
}

/** What was told, beside what is stored. */
export function compareTold(stored: readonly Stored[], { told }: Ledger): Pick<Verdict, 'lost' | 'several' | 'otherwise'> {
  const at = new Map<string, { readonly card: string; readonly status: string }[]>();
  for (const { id, members } of stored)
    for (const { source, fingerprint, status } of members) {
      const name = `${source} ${fingerprint}`;
      at.set(name, [...(at.get(name) ?? []), { card: id, status }]);
    }
  const lines = (wrong: (found: readonly { readonly card: string; readonly status: string }[], status: string) => boolean) =>
    [...told]
      .filter(([name, status]) => wrong(at.get(name) ?? [], status))
      .map(([name, status]) => `${name}, told ${status}: ${JSON.stringify(at.get(name) ?? [])}`);
  return {
    lost: lines((found) => found.length === 0),
    several: lines((found) => found.length > 1),
    otherwise: lines((found, status) => found.length === 1 && found[0]?.status !== status),
  };
}

/** The id of the alert whose card this is. */
function cardOf(message: Message): string | undefined {
  return /^(A[0-9A-HJKMNP-TV-Z]{11})-[0-9A-Z]+-card/.exec(keyOf(message))?.[1];
}

async function compared(stored: readonly Stored[], messages: readonly Message[], redis: World['redis']): Promise<{ disagree: string[]; behind: number }> {
  const disagree: string[] = [];
  const wanted = await wantedThere(redis);
  for (const card of stored) {
    for (const { room } of card.places) {
      if (wanted.has(`${card.id} ${room}`)) continue;
      const shown = messages.filter((message) => message.channel === room && cardOf(message) === card.id);
      const rev = await revShown(redis, card.id, room);
      const text = shown[0] ? textOf(shown[0]) : '';
      if (shown.length === 0) disagree.push(`${card.id} is not in ${room}`);
      else if (rev !== card.rev) disagree.push(`${card.id} in ${room}: revision ${rev}, not ${card.rev}`);
      else if (!says(text, card)) disagree.push(`${card.id} in ${room} is ${card.state}, ${JSON.stringify(card.counts)}: ${text}`);
    }
  }
  return { disagree, behind: [...wanted].filter((name) => name.startsWith('A')).length };
}

/** Whether a card in a room says what is so. */
function says(text: string, { state, counts: { firing, resolved } }: Stored): boolean {
  if (state === 'resolved') return /resolved at /.test(text);
  const many = firing + resolved > 1;
  return /firing since /.test(text) && (!many || (text.includes(`${firing} firing`) && (resolved === 0 || text.includes(`${resolved} resolved`))));
}

function doubled(messages: readonly Message[]): string[] {
  const times = new Map<string, number>();
  for (const message of messages) {
    const name = `${message.channel} ${keyOf(message)}`;
    times.set(name, (times.get(name) ?? 0) + 1);
  }
  return [...times].filter(([, n]) => n > 1).map(([name, n]) => `${name}: ${n} times`);
}
