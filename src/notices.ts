import type { Redis } from 'ioredis';
import { roomOf } from '../config/policy.ts';
import type { Showing } from './chat/wish.ts';
import { headText } from './core/chain.ts';
import type { Hear } from './core/chat.ts';
import { clock } from './core/time.ts';
import type { Card, Place } from './core/types.ts';
import { type Said, say } from './core/words.ts';
import { message } from './messages.ts';
import type { Queues } from './queue/bullmq.ts';
import type { Settings } from './settings.ts';
import { readHead } from './store/audithead.ts';
import { memory } from './store/chats.ts';

/** How long a notice is remembered, in milliseconds. */
const REMEMBERED = 7 * 86_400_000;
/** How long a gateway's word that it hears a chat counts, in milliseconds. */
const HEARD_FOR = 60_000;

/** How long the audit may stand still before people are told, and how long a gateway takes at most to say something, in milliseconds. */
const TROUBLED_FOR = 20_000;
const CLAIMED_FOR = 60_000;

const NAMES: Readonly<Record<string, string>> = { slack: 'Slack', matrix: 'Matrix' };

/** What the bot says of itself: in the home rooms of all chats, that it cannot hear or write its audit, and that it can again; in a room of its own, the audit's head of the day. One card an occasion, edited in place. */
export class Notices {
  readonly #redis: Redis;
  readonly #memory;
  readonly #rules: () => Promise<Settings>;
  readonly #queues: Pick<Queues, 'send'>;
  readonly #me = crypto.randomUUID();
  readonly #hears = new Map<string, boolean>();
  readonly #again = new Map<string, NodeJS.Timeout>();
  readonly #beating: NodeJS.Timeout;

  constructor(redis: Redis, rules: () => Promise<Settings>, queues: Pick<Queues, 'send'>) {
    this.#redis = redis;
    this.#memory = memory(redis, 'notices');
    this.#rules = rules;
    this.#queues = queues;
    this.#beating = setInterval(() => this.beat(), HEARD_FOR / 3).unref();
  }

  /** Says in every home room whether a chat can be heard: by no gateway, for long enough to be sure. Gateways that notice the same say it once. */
  async hearing(chat: string, { hears, since, why }: Parameters<Hear['hearing']>[0]): Promise<void> {
    clearTimeout(this.#again.get(chat));
    this.#hears.set(chat, hears);
    const open = await this.#memory.get(`deaf ${chat}`);
    if (hears) {
      await this.#memory.set(`heard ${chat}`, this.#me, HEARD_FOR);
      if (open === undefined) return;
      await this.#show(open, 'good', again(chat, Number(open.split('-').at(-1)), Date.now()));
      return this.#memory.drop(`deaf ${chat}`);
    }
    const other = await this.#memory.get(`heard ${chat}`);
    if (other !== undefined) {
      // Another gateway may hear it: what this one has noted says nothing any more, and the others note it anew.
      if (other === this.#me) await this.#memory.drop(`heard ${chat}`);
      const look = () => void this.hearing(chat, { hears, since, ...(why ? { why } : {}) }).catch(() => undefined);
      this.#again.set(chat, setTimeout(look, HEARD_FOR / 2).unref());
      return;
    }
    const id = open ?? `notice-${chat}-${since}`;
    if (open === undefined && !(await this.#memory.claim(`deaf ${chat}`, id, REMEMBERED))) return;
    if ((await this.#memory.get(id)) === undefined) await this.#show(id, 'bad', deaf(chat, since, why));
  }

  /** Whether nothing says that this gateway cannot hear a chat to which it is connected. */
  hears(chat: string): boolean {
    return this.#hears.get(chat) !== false;
  }

  /** Notes from time to time that this gateway hears. */
  beat(): void {
    for (const [chat, hears] of this.#hears) if (hears) this.hearing(chat, { hears, since: Date.now() }).catch(() => undefined);
    this.audit(Date.now()).catch(() => undefined); // Redis is away: the next time
  }

  /** Says what there is to say of the audit now (milliseconds since the epoch): its head once a day, and that it cannot be written. */
  async audit(now: number): Promise<void> {
    const { trouble, ...head } = await readHead(this.#redis);
    const open = await this.#memory.get('audit trouble');
    if (trouble && now - trouble.since > TROUBLED_FOR) {
      const id = open ?? `notice-audit-${trouble.since}`;
      if (open !== undefined || (await this.#memory.claim('audit trouble', id, REMEMBERED)))
        if ((await this.#memory.get(id)) === undefined) await this.#show(id, 'bad', stuck(trouble));
    } else if (!trouble && open !== undefined) {
      await this.#show(open, 'good', goesOn());
      await this.#memory.drop('audit trouble');
    }
    const { config } = await this.#rules();
    const room = config.audit.room === undefined ? undefined : config.rooms[config.audit.room];
    const day = new Date(now).toISOString().slice(0, 10);
    const id = `notice-head-${day}`;
    // At any time of the day after the one that was asked for: the bot may have been down then.
    if (!room || head.seq === 0 || now < Date.parse(`${day}T${config.audit.at}Z`) || (await this.#memory.get(id)) !== undefined) return;
    if (!(await this.#memory.claim(`head ${day}`, this.#me, CLAIMED_FOR))) return;
    const before = Number((await this.#memory.get('head')) ?? 0);
    await this.#show(id, 'good', headOf(headText(head), head.seq, head.seq - before), [{ chat: room.chat, room: room.id }]);
    await this.#memory.set('head', String(head.seq));
  }

  close(): void {
    clearInterval(this.#beating);
    for (const timer of this.#again.values()) clearTimeout(timer);
  }

  /** A notice as it is to be shown; undefined for anything else. */
  async showing(id: string, place: Place): Promise<Showing | undefined> {
    if (!id.startsWith('notice-')) return undefined;
    const json = await this.#memory.get(id);
    if (json === undefined) return undefined;
    const card: Card = JSON.parse(json);
    const about = { at: card.rev, by: '', private: false, heard: [], sees: () => true };
    const lang = roomOf((await this.#rules()).config, place)?.lang ?? 'en';
    const message = { kind: 'card', card, lang, about } as const;
    return { message, instead: message, private: false, later: false, thread: [] };
  }

  async #show(id: string, mood: Card['mood'], [title, text]: readonly [Said, Said], at?: readonly Place[]): Promise<void> {
    const card: Card = { id, rev: Date.now(), mood, title, blocks: [{ kind: 'text', text }], buttons: [], ticket: null };
    await this.#memory.set(id, JSON.stringify(card), REMEMBERED);
    const { slack, matrix } = (await this.#rules()).config.chats;
    const places: readonly Place[] = at ?? [
      ...(slack?.home === undefined ? [] : [{ chat: 'slack', room: slack.home }]),
      ...(matrix?.home === undefined ? [] : [{ chat: 'matrix', room: matrix.home }]),
    ];
    await this.#queues.send(places.map((place) => message({ job: 'show', card: id, rev: card.rev, place, lane: 0 })));
  }
}

function deaf(chat: string, since: number, why: Said | undefined): [Said, Said] {
  const name = NAMES[chat] ?? chat;
  const reason = why ?? say({ en: 'nothing arrives', zh: '收不到任何消息' });
  return [
    say({ en: 'I cannot hear {name}', zh: '我收不到 {name} 的消息' }, { name }),
    say(
      {
        en: 'since {since} UTC: {reason}. Commands and presses there do not reach me; requests under way go on. I keep trying.',
        zh: '自 {since} UTC 起：{reason}。那里的命令和按钮无法送达；进行中的请求会继续。我会不断重试。',
      },
      { since: clock(since), reason },
    ),
  ];
}

function again(chat: string, since: number, now: number): [Said, Said] {
  const name = NAMES[chat] ?? chat;
  return [
    say({ en: 'I hear {name} again', zh: '已恢复接收 {name} 的消息' }, { name }),
    say(
      {
        en: 'I could not hear from {since} to {now} UTC. What was said meanwhile and reaches me late is asked about before it is done.',
        zh: '{since} 至 {now} UTC 期间无法接收。期间迟到的消息会先询问，再执行。',
      },
      { since: clock(since), now: clock(now) },
    ),
  ];
}

function headOf(head: string, seq: number, more: number): [Said, Said] {
  return [
    say({ en: 'audit head {head}', zh: '审计链头 {head}' }, { head }),
    say(
      {
        en: '{seq} entries, {more} since it was last posted. Whoever keeps this line can prove later that nothing was changed or taken away: `hostler audit verify --anchor {head}`',
        zh: '共 {seq} 条，自上次发布以来新增 {more} 条。保存此行即可日后证明没有任何改动或删除：`hostler audit verify --anchor {head}`',
      },
      { seq, more, head },
    ),
  ];
}

function stuck({ since, why }: { readonly since: number; readonly why: string }): [Said, Said] {
  return [
    say({ en: 'the audit cannot be written', zh: '无法写入审计记录' }),
    say(
      {
        en: 'since {since} UTC: {why}. Nothing is lost: it stays in Redis until the desk can write again. Requests go on.',
        zh: '自 {since} UTC 起：{why}。没有任何丢失：内容保留在 Redis 中，直到 desk 能再次写入。请求照常进行。',
      },
      { since: clock(since), why },
    ),
  ];
}

function goesOn(): [Said, Said] {
  return [
    say({ en: 'the audit is written again', zh: '审计记录已恢复写入' }),
    say({ en: 'all that had waited in Redis is in it', zh: '在 Redis 中等待的内容均已写入' }),
  ];
}
