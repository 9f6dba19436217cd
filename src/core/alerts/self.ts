import type { Beats, Present } from '../ports.ts';
import type { SettleNeeds } from '../settle.ts';
import { dayAndClock, duration } from '../time.ts';
import { say } from '../words.ts';
import { type Expected, tellLate } from './beats.ts';

/** How long something of the bot itself may be away before people are told, in milliseconds. */
export interface SelfTimes {
  readonly siteMs: number;
  readonly chatMs: number;
  /** How old the oldest job for a desk may be, and for how long it may be so. */
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
  /** How long the oldest job for a desk has waited, of what people ask or of alerts, in milliseconds; 0 when none waits. */
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
  const seen = (at: number | undefined) => (at === undefined ? '' : say({ en: '; last seen {at} UTC', zh: '；最后出现于 {at} UTC' }, { at: dayAndClock(at) }));
  return [
    ...sites.map(
      (site): Expected => ({
        ...{ ...own, name: siteName(site), everyMs: siteMs, graceMs: siteMs, labels: { site } },
        title: say({ en: 'no worker at {site}: nothing can be done there', zh: '{site} 没有 worker：无法在那里执行任何操作' }, { site }),
        text: (at) =>
          say({ en: 'start it: `hostler worker --site {site}`{seen}', zh: '请启动：`hostler worker --site {site}`{seen}' }, { site, seen: seen(at) }),
      }),
    ),
    ...chats.map(
      (chat): Expected => ({
        ...{ ...own, name: chatName(chat), everyMs: chatMs, graceMs: chatMs, labels: { chat } },
        title: say({ en: 'no gateway speaks in {chat}', zh: '没有 gateway 在 {chat} 中发言' }, { chat }),
        text: (at) =>
          say({ en: 'nothing is shown there; what is to be shown waits{seen}', zh: '那里不显示任何内容，待显示的内容会等待{seen}' }, { seen: seen(at) }),
      }),
    ),
    {
      ...{ ...own, name: INBOX, everyMs: stuckMs, graceMs: stuckMs },
      title: say({ en: 'what is asked of the desk waits', zh: 'desk 的任务正在积压' }),
      text: () =>
        say(
          {
            en: 'the oldest of what people ask and of alerts has waited for more than {time}; the desk’s log says why',
            zh: '最早的请求或告警已等待超过 {time}，原因见 desk 的日志',
          },
          { time: duration(queueMs) },
        ),
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
