import type { Beats, Present } from '../ports.ts';
import type { SettleNeeds } from '../settle.ts';
import { dayAndClock, duration } from '../time.ts';
import { type Expected, tellLate } from './beats.ts';

/** How long something of the bot itself may be away before people are told, in milliseconds. */
export interface SelfTimes {
  readonly siteMs: number;
  readonly chatMs: number;
  /** How old the oldest job in the inbox may be, and for how long it may be so. */
  readonly queueMs: number;
  readonly stuckMs: number;
}
export const SELF_TIMES: SelfTimes = { siteMs: 30_000, chatMs: 60_000, queueMs: 30_000, stuckMs: 15_000 };

/** What a desk sees of the other parts. */
export interface SelfSeen {
  /** What should be there: the sites and the chats of the configuration. */
  readonly sites: readonly string[];
  readonly chats: readonly string[];
  readonly present: readonly Present[];
  /** How long the oldest job of the inbox has waited, in milliseconds; 0 when none waits. */
  readonly backlogMs: number;
}

/** What tending takes besides: what of the bot itself runs, and what was noted of it. */
export interface TendNeeds extends SettleNeeds {
  seen(): Promise<SelfSeen>;
  readonly parts: Beats;
  readonly times: SelfTimes;
}

const INBOX = 'inbox';
const siteName = (site: string) => `site ${site}`;
const chatName = (chat: string) => `chat ${chat}`;

/** What is there now, by the names of `selfExpected`. Pure. */
export function selfHeard({ present, backlogMs }: SelfSeen, { queueMs }: SelfTimes): readonly string[] {
  const names = present.flatMap(({ site, speaks = [] }) => [...(site === undefined ? [] : [siteName(site)]), ...speaks.map(chatName)]);
  return [...new Set([...names, ...(backlogMs <= queueMs ? [INBOX] : [])])];
}

/** What must be there. Pure. */
export function selfExpected({ sites, chats }: SelfSeen, { siteMs, chatMs, queueMs, stuckMs }: SelfTimes): readonly Expected[] {
  const own = { severity: 'critical' as const, labels: {} };
  const seen = (at: number | undefined) => (at === undefined ? '' : `; last seen ${dayAndClock(at)} UTC · 最后出现于 ${dayAndClock(at)} UTC`);
  return [
    ...sites.map(
      (site): Expected => ({
        ...{ ...own, name: siteName(site), everyMs: siteMs, graceMs: siteMs, labels: { site } },
        title: `no worker at ${site}: nothing can be done there · ${site} 没有 worker：无法在那里执行任何操作`,
        text: (at) => `start it: hostler worker --site ${site} · 请启动它${seen(at)}`,
      }),
    ),
    ...chats.map(
      (chat): Expected => ({
        ...{ ...own, name: chatName(chat), everyMs: chatMs, graceMs: chatMs, labels: { chat } },
        title: `no gateway speaks in ${chat} · 没有 gateway 在 ${chat} 中发言`,
        text: (at) => `nothing is shown there; what is to be shown waits · 那里不显示任何内容，待显示的内容会等待${seen(at)}`,
      }),
    ),
    {
      ...{ ...own, name: INBOX, everyMs: stuckMs, graceMs: stuckMs },
      title: 'what people ask waits · 请求正在积压',
      text: () =>
        `the oldest job in the inbox has waited for more than ${duration(queueMs)}; the desk's log says why · 收件箱中最早的任务已等待超过 ${duration(queueMs)}，原因见 desk 的日志`,
    },
  ];
}

/** Says what of the bot itself is away, and what is back. */
export async function tendSelf(needs: TendNeeds): Promise<void> {
  const seen = await needs.seen();
  const now = Date.now();
  const expected = selfExpected(seen, needs.times);
  await needs.parts.named(
    expected.map(({ name }) => name),
    now,
  );
  for (const name of selfHeard(seen, needs.times)) await needs.parts.heard(name, now);
  await tellLate('self', expected, needs.parts, needs);
}
