import type { FakeSlack } from '../support/slack/index.ts';

/** What was written to Slack: taken, and answered 429. */
export interface Traffic {
  readonly messages: Readonly<Record<string, number>>;
  readonly edits: Readonly<Record<string, number>>;
  readonly refusedMessages: number;
  readonly refusedEdits: number;
  /** Most that were taken within a second in one room, and edits within a minute. */
  readonly mostInSecond: number;
  readonly mostEdits: number;
}

/** How long after Slack is back all that is done that nobody waits for any more, in milliseconds. */
const LATE = 1000;

/** Counts what was written, room by room. `away`: when Slack was; what hung then and was given up is done all at once when it is back, and says nothing of how fast the bot writes. */
export function trafficOf({ calls, world }: FakeSlack, away: { readonly from: number; readonly until: number }): Traffic {
  const of = (method: string) => calls.filter((call) => call.method === method);
  const refused = (method: string) => of(method).filter(({ status, at }) => status === 429 && (at < away.from || at > away.until)).length;
  const isLate = (at: number) => at >= away.until && at < away.until + LATE;
  const taken = (method: string) => of(method).filter(({ status, error }) => status !== 0 && status !== 429 && error === undefined);
  const rooms = (method: string) => {
    const counted: Record<string, number> = {};
    for (const { args } of taken(method)) {
      const { name = '', kind } = world.channels.get(String(args.channel)) ?? {};
      const room = kind === 'im' ? 'to people alone' : name;
      counted[room] = (counted[room] ?? 0) + 1;
    }
    return counted;
  };
  const bots = world.messages.filter(({ metadata }) => metadata !== undefined);
  const channels = [...new Set(bots.map(({ channel }) => channel))];
  const edits = bots.flatMap(({ versions }) => versions.slice(1).map(({ at }) => at));
  return {
    messages: rooms('chat.postMessage'),
    edits: rooms('chat.update'),
    refusedMessages: refused('chat.postMessage'),
    refusedEdits: refused('chat.update'),
    mostInSecond: Math.max(
      0,
      ...channels.map((channel) =>
        most(
          bots.filter((one) => one.channel === channel).map(({ versions }) => versions[0]?.at ?? 0),
          1000,
        ),
      ),
    ),
    mostEdits: most(
      edits.filter((at) => !isLate(at)),
      60_000,
    ),
  };
}

/** Most moments within any window of so many milliseconds. */
function most(moments: readonly number[], window: number): number {
  const sorted = [...moments].sort((a, b) => a - b);
  let from = 0;
  let found = 0;
  for (const [i, at] of sorted.entries()) {
    while ((sorted[from] ?? at) <= at - window) from++;
    found = Math.max(found, i - from + 1);
  }
  return found;
}
