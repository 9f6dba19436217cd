import type { Part } from './part.ts';

/** How long Redis may be away before it is said, how often it is asked, and how long it may take to answer; in milliseconds. */
export interface AwayTimes {
  readonly afterMs: number;
  readonly everyMs: number;
  readonly answerMs: number;
}
const TIMES: AwayTimes = { afterMs: 20_000, everyMs: 2000, answerMs: 1500 };

/** Redis does not answer since then; `until`: it answers again since then. Milliseconds since the epoch. */
export interface Away {
  readonly since: number;
  readonly until?: number;
}

/** Says something directly, without Redis. Rejects when that cannot be done now. */
export type Teller = (away: Away) => Promise<void>;

/** Between two looks further apart than this, in milliseconds, this machine was asleep itself: what was before is no silence of Redis. */
const ASLEEP = 30_000;

/** How often it is tried to say that Redis is back where that fails. */
const TRIES = 10;

/**
 * Has it said, once by each way, that Redis does not answer, and then that it does again: to those who were told. Gateways cannot agree on who says it
 * while it is away, so that several of them say it each.
 */
export function watchRedis(ask: () => Promise<unknown>, tellers: () => readonly Teller[], times: Partial<AwayTimes> = {}): Part {
  const { afterMs, everyMs, answerMs } = { ...TIMES, ...times };
  let since: number | undefined;
  let ways: readonly Teller[] = [];
  let told = new Set<Teller>();
  let busy = false;
  let looked = Date.now();
  let pending: { readonly away: Away; readonly left: Set<Teller>; tries: number } | undefined;

  async function look(): Promise<void> {
    const begun = Date.now();
    if (begun - looked > Math.max(ASLEEP, 3 * everyMs) && told.size === 0) since = undefined;
    const answered = await answers(ask, answerMs);
    looked = Date.now();
    if (answered) {
      if (since !== undefined && told.size > 0) pending = { away: { since, until: begun }, left: told, tries: 0 };
      since = undefined;
      told = new Set();
    } else {
      if (since === undefined) ways = tellers();
      since ??= looked - begun > ASLEEP ? looked : begun;
      const away = { since };
      if (Date.now() - since >= afterMs)
        await tellAll(
          ways.filter((way) => !told.has(way)),
          away,
          (way) => told.add(way),
        );
    }
    const last = pending;
    if (!last) return;
    await tellAll([...last.left], last.away, (way) => last.left.delete(way));
    if ((last.left.size === 0 || ++last.tries >= TRIES) && pending === last) pending = undefined;
  }

  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void look().finally(() => {
      busy = false;
    });
  }, everyMs).unref();
  return { close: async () => clearInterval(timer) };
}

/** By each way, beside each other; one that fails is tried again. */
async function tellAll(ways: readonly Teller[], away: Away, said: (way: Teller) => void): Promise<void> {
  await Promise.all(
    ways.map((way) =>
      way(away).then(
        () => said(way),
        () => undefined,
      ),
    ),
  );
}

async function answers(ask: () => Promise<unknown>, withinMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), withinMs);
  });
  const asked = ask().then(
    () => true,
    () => false,
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
