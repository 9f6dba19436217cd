import type { At, CardMessage, Message } from './core/chat.ts';
import type { Tickets } from './core/ports.ts';
import type { Block, Place } from './core/types.ts';
import { say } from './core/words.ts';
import type { Settings } from './settings.ts';
import { LINK_MS, type SignIns } from './store/sessions.ts';

/** The command whose card carries a link to sign in. */
export const LOGIN = 'login';

interface LinkOptions {
  readonly tickets: Pick<Tickets, 'get'>;
  rules(): Promise<Pick<Settings, 'config' | 'policy' | 'personOf'>>;
  readonly store: Pick<SignIns, 'offer'>;
  /** Where the console is. */
  url(): string;
}

/**
 * Puts the link to sign in on its card, at the moment when it is shown to the one who asked and to nobody else. It stands nowhere before:
 * neither plan nor ticket has it. Shown anew, it is a new one, and the former is good no more.
 */
export function linkInto({ tickets, rules, store, url }: LinkOptions): (message: Message, at: At) => Promise<Message> {
  /** Links whose showing may have failed: whoever tries again shows the same, should it have come through. */
  const tried = new Map<string, string>();

  async function block(message: CardMessage, place: Place, again: boolean): Promise<Block | undefined> {
    const ticket = await tickets.get(message.card.id);
    if (ticket?.command !== LOGIN || ticket.state !== 'done' || ticket.dry) return undefined;
    const { personOf, policy, config } = await rules();
    const account = place.to === undefined ? undefined : { chat: place.chat, id: place.to };
    if (!account || personOf(account) !== ticket.by || !policy.people.has(ticket.by)) return undefined;
    if (config.practice) return text({ en: 'this is practice: open the console and choose who you are', zh: '这是练习模式：打开控制台并选择身份即可' });
    if (Date.now() - ticket.endedAt > LINK_MS) return text({ en: 'its time is over: say `login` again', zh: '已超时：请再次输入 `login`' });
    const known = again ? tried.get(ticket.id) : undefined;
    const secret = known ?? (await store.offer({ person: ticket.by, account, ticket: ticket.id }));
    if (secret === undefined) return text({ en: 'this link was used', zh: '此链接已被使用' });
    tried.set(ticket.id, secret);
    setTimeout(() => tried.delete(ticket.id), LINK_MS).unref();
    // In the fragment: browsers send it to nobody, neither to us in a request line nor to others as a referrer.
    return { kind: 'link', url: `${url()}/#login=${secret}` };
  }

  return async (message, at) => {
    if (message.kind !== 'card' || !message.about.private || !at.private || at.open || message.card.ticket?.state !== 'done') return message;
    const added = await block(message, at.place, at.began !== undefined);
    if (!added) return message;
    const [what, ...more] = message.card.blocks;
    return { ...message, card: { ...message.card, blocks: [...(what ? [what] : []), added, ...more] } };
  };
}

function text(words: { en: string; zh: string }): Block {
  return { kind: 'text', text: say(words) };
}
