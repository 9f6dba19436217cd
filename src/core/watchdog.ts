/** What a watchdog knows between two looks, and over a restart. Times in milliseconds since the epoch. */
export interface Watched {
  readonly format: 1;
  /** What it watches: of another it knows nothing. */
  readonly url: string;
  /** When it last looked. */
  readonly at: number;
  /** Since when the bot is not ready, and why; without it all is well. */
  readonly down?: { readonly since: number; readonly why: string };
  /** Ways by which that was said. */
  readonly told: readonly string[];
  /** It is back: from when to when it was not there, and the ways by which that is still to be said. */
  readonly back?: { readonly from: number; readonly to: number; readonly left: readonly string[] };
}

/** What is to be said by a way now. */
export interface Word {
  readonly way: string;
  readonly kind: 'down' | 'back';
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/** Between two looks further apart than this, nobody knows whether the silence went on: it is counted anew. */
const GAP = 3_600_000;
/** How long it is tried to say that it is back, in milliseconds. */
const LATEST = 3_600_000;

/** Nothing is known yet. */
export function unwatched(url: string): Watched {
  return { format: 1, url, at: 0, told: [] };
}

/** What is known after a look: `why` it is not ready, or undefined when it is. Pure. */
export function watch(before: Watched, why: string | undefined, now: number): Watched {
  const { url, told, down, back, at } = before;
  const still = back && now - back.to < LATEST && back.left.length > 0 ? { back } : {};
  if (why === undefined) {
    const came = down && told.length > 0 ? { back: { from: down.since, to: now, left: told } } : still;
    return { format: 1, url, at: now, told: [], ...came };
  }
  const known = down && (told.length > 0 || now - at < GAP);
  return { format: 1, url, at: now, told, down: { since: known ? down.since : now, why }, ...still };
}

/** What is to be said, by each of these ways once: that it has not been ready for `afterMs`, and that it is again. What could not be said is there again. Pure. */
export function words({ at, down, told, back }: Watched, ways: readonly string[], afterMs: number): readonly Word[] {
  const returned = back?.left.flatMap((way): Word[] => (ways.includes(way) ? [{ way, kind: 'back', from: back.from, to: back.to, why: '' }] : [])) ?? [];
  if (!down || at - down.since < afterMs) return returned;
  // Who has not heard that it was back need not hear that it is away.
  const silent = ways.flatMap((way): Word[] =>
    told.includes(way) || back?.left.includes(way) ? [] : [{ way, kind: 'down', from: down.since, to: at, why: down.why }],
  );
  return [...returned, ...silent];
}

/** What is known after a word was said. Pure. */
export function said(before: Watched, { way, kind }: Word): Watched {
  if (kind === 'down') return { ...before, told: [...before.told, way] };
  const { back, ...others } = before;
  const left = back?.left.filter((other) => other !== way) ?? [];
  return back && left.length > 0 ? { ...others, back: { ...back, left } } : others;
}
