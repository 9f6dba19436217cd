import { roomOf } from '../config/policy.ts';
import type { CardMessage, Chat, Memory, Post } from './core/chat.ts';
import type { Log } from './core/ports.ts';
import { clock } from './core/time.ts';
import type { Place } from './core/types.ts';
import { say, speak } from './core/words.ts';
import { secret } from './hosts/secret.ts';
import type { Away, Teller } from './redisaway.ts';
import type { Settings } from './settings.ts';

/** What is said of Redis. */
function cardOf({ since, until }: Away, lang: CardMessage['lang']): CardMessage {
  const values = { since: clock(since), until: clock(until ?? since) };
  const [title, text] =
    until === undefined
      ? [
          say({ en: 'Redis is away', zh: 'Redis 无法访问' }),
          say(
            {
              en: 'since {since} UTC. I can take no commands, presses or alerts until it is back, and begin nothing; what runs on hosts runs on. Nothing that was acknowledged is lost.',
              zh: '自 {since} UTC 起。恢复之前我无法受理命令、按钮和告警，也不会开始任何操作；主机上正在运行的会继续。已确认的内容不会丢失。',
            },
            values,
          ),
        ]
      : [
          say({ en: 'Redis is back', zh: 'Redis 已恢复' }),
          say(
            {
              en: 'Redis was away from {since} to {until} UTC; nothing that was acknowledged is lost.',
              zh: 'Redis 在 {since} 至 {until} UTC 期间无法访问；已确认的内容没有丢失。',
            },
            values,
          ),
        ];
  const card = { id: `redis-${since}`, rev: until ?? since, mood: until === undefined ? 'bad' : 'good', title, blocks: [{ kind: 'text', text }] } as const;
  const about = { at: since, by: '', private: false, heard: [], sees: () => true };
  return { kind: 'card', lang, card: { ...card, buttons: [], ticket: null }, about };
}

/** Nothing can be remembered: only what needs no memory is done here. */
const NOTHING: Memory = { get: async () => undefined, set: async () => undefined, claim: async () => false, drop: async () => undefined };

/** Everywhere that is to hear of Redis being away, said without it: the home rooms, and mail and ntfy where alerts fall back to them. What was said is edited, or answered, when it is back. */
export function tellersOf({ config, routing }: Settings, log: Log): readonly Teller[] {
  const { slack, matrix } = config.chats;
  const { mail, ntfy } = config;
  const lang = (place: Place) => roomOf(config, place)?.lang ?? 'en';
  const tellers: Teller[] = [];
  if (slack?.home !== undefined) {
    const open = async () => {
      const { SlackChat } = await import('./chat/slack/slack.ts');
      const api = slack.api === undefined ? {} : { apiUrl: slack.api };
      return new SlackChat({ botToken: secret(slack.botToken).trim(), workspaces: slack.workspaces, memory: NOTHING, log, ...api });
    };
    tellers.push(byChat(open, { chat: 'slack', room: slack.home }, lang({ chat: 'slack', room: slack.home })));
  }
  if (matrix?.home !== undefined) tellers.push(byMatrix(matrix, matrix.home, lang({ chat: 'matrix', room: matrix.home }), log));
  if (mail) {
    const { host, port, tls, from, user, password } = mail;
    const open = async () => {
      const { MailChat } = await import('./chat/mail.ts');
      const login = user === undefined || password === undefined ? {} : { login: { user, password: secret(password).trim() } };
      return new MailChat({ host, port, tls, from, ...login });
    };
    for (const room of routing.fallback.mail) tellers.push(byChat(open, { chat: 'mail', room }, 'en'));
  }
  if (ntfy) {
    const open = async () => {
      const { NtfyChat } = await import('./chat/ntfy.ts');
      return new NtfyChat({ server: ntfy.server, ...(ntfy.token === undefined ? {} : { token: secret(ntfy.token).trim() }) });
    };
    for (const room of routing.fallback.ntfy) tellers.push(byChat(open, { chat: 'ntfy', room }, 'en'));
  }
  return tellers;
}

function byChat(open: () => Promise<Pick<Chat, 'show' | 'close'>>, place: Place, lang: CardMessage['lang']): Teller {
  const key = `redis-${crypto.randomUUID()}`;
  let post: Post | undefined;
  return async (away) => {
    const chat = await open();
    try {
      const shown = await chat.show(cardOf(away, lang), { place, private: false, key, ...(post ? { post } : {}) });
      post = shown.post;
    } finally {
      await chat.close();
    }
  };
}

function byMatrix({ homeserver, token }: { readonly homeserver: string; readonly token: string }, room: string, lang: CardMessage['lang'], log: Log): Teller {
  let event: string | undefined;
  return async (away) => {
    const { sayPlainly } = await import('./chat/matrix/plain.ts');
    const { card } = cardOf(away, lang);
    const texts = [card.title, ...card.blocks.flatMap((block) => (block.kind === 'text' ? [block.text] : []))];
    const said = await sayPlainly(
      { homeserver, token: secret(token).trim(), log },
      room,
      texts.map((text) => speak(text, lang)).join('\n'),
      crypto.randomUUID(),
      event,
    );
    event ??= said;
  };
}
