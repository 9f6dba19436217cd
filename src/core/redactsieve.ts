import type { Hidden } from './redact.ts';
import { codesOf } from './redactcodes.ts';
import type { Known } from './redactknown.ts';
import { fallsDull, MARKERS, type Marker, runBefore } from './redactpem.ts';
import { scan } from './redactscan.ts';

/** Most characters that are looked at at once. */
export const WINDOW = 16_384;
/** Of these, how many are looked at only for what begins before them: longer than any known secret or value. */
export const AHEAD = 2048;
/** Characters before, for what gives a word its meaning. */
const BEHIND = 256;

/** Something to hide, by its place in the text. `kind` undefined: more of what was hidden last. */
export type Hide = (start: number, end: number, kind: Hidden | undefined) => void;

/** A stretch of a view. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: Hidden;
}

/** Goes through a whole text. */
export function sweep(sieve: Sieve, text: string, hide: Hide): void {
  for (let at = 0; at < text.length; ) at = sieve.from(text, at, hide);
}

/**
 * Goes through a text from one place to the next. What it says depends on the text alone: on at most `WINDOW` characters from where it is,
 * and on whether there are more; never on how the text came. So it must be asked with more than `WINDOW` characters left, or with all there are.
 */
export class Sieve {
  readonly #known: Known;
  /** Within a private key; within something public of that look; within a word too long to be seen whole. */
  #within: 'key' | 'public' | 'word' | undefined;
  #dull = 0;

  constructor(known: Known) {
    this.#known = known;
  }

  /** Tells what is to be hidden from `at` on, in order; up to where. */
  from(text: string, at: number, hide: Hide): number {
    const begin = Math.max(0, at - BEHIND);
    const last = text.length - at <= WINDOW;
    const view = begin === 0 && last ? text : text.slice(begin, Math.min(text.length, at + WINDOW));
    const shifted: Hide = begin === 0 ? hide : (start, end, kind) => hide(start + begin, end + begin, kind);
    return begin + this.#step(view, at - begin, last, shifted);
  }

  #step(view: string, lo: number, last: boolean, hide: Hide): number {
    if (this.#within === 'key') return this.#throughKey(view, lo, last, undefined, hide);
    if (this.#within === 'word') return this.#throughWord(view, lo, last, hide);
    const marker = MARKERS.next(view, lo, this.#within === 'public');
    if (marker?.at === lo && marker.is !== 'end of key') {
      if (marker.is === 'key') return this.#throughKey(view, lo, last, 'key', hide);
      this.#within = marker.is === 'public' ? 'public' : undefined;
      this.#dull = 0;
      return marker.end;
    }
    return this.#plain(view, lo, last, marker, hide);
  }

  /** Text that is neither a key nor the like, up to the next marker or to a good place. */
  #plain(view: string, lo: number, last: boolean, marker: Marker | undefined, hide: Hide): number {
    let limit = view.length;
    let to = last ? limit : goodPlace(view, lo);
    if (marker) to = limit = marker.is === 'end of key' ? runBefore(view, lo, marker.at) : marker.at;
    else if (this.#within === 'public') {
      const { at, dull } = fallsDull(view, lo, to, this.#dull);
      this.#dull = dull;
      if (at !== undefined) {
        to = at;
        this.#within = undefined;
      }
    }
    const codes = codesOf(view);
    const spans = this.#known.find(view, codes, lo, to, limit);
    scan(view, codes, lo, to, limit, this.#within !== 'public', spans);
    let done = to;
    for (const { start, end, kind } of merged(spans)) {
      hide(start, end, kind);
      done = Math.max(done, end);
    }
    if (marker?.is === 'end of key') {
      hide(limit, marker.end, 'key'); // the rest of a key whose beginning is not here
      this.#within = undefined;
      return marker.end;
    }
    if (!marker && !last && done === limit) this.#within = 'word';
    return done;
  }

  /** A private key up to its end, or to where nothing looks like one any more. */
  #throughKey(view: string, lo: number, last: boolean, kind: 'key' | undefined, hide: Hide): number {
    const begun = kind === undefined ? lo : (MARKERS.next(view, lo, false)?.end ?? lo);
    if (kind !== undefined) this.#dull = -1; // the rest of the first line
    const end = MARKERS.endOfKey(view, begun);
    const to = end ?? (last ? view.length : goodPlace(view, lo));
    const { at, dull } = end === undefined ? fallsDull(view, begun, Math.max(begun, to), this.#dull) : { at: undefined, dull: 0 };
    this.#dull = dull;
    const stop = at ?? Math.max(begun, to);
    this.#within = end === undefined && at === undefined ? 'key' : undefined;
    hide(lo, stop, kind);
    return stop;
  }

  /** The rest of a word that was hidden as far as it was seen. */
  #throughWord(view: string, lo: number, last: boolean, hide: Hide): number {
    const rest = /[A-Za-z0-9+/=_.~%-]*/y;
    rest.lastIndex = lo;
    const length = rest.exec(view)?.[0].length ?? 0;
    if (lo + length < view.length) this.#within = undefined;
    if (length === 0) return this.#step(view, lo, last, hide);
    hide(lo, lo + length, undefined);
    return lo + length;
  }
}

/** Where to stop before `AHEAD`: after a line, else after a word, else anywhere. */
function goodPlace(view: string, lo: number): number {
  const most = view.length - AHEAD;
  for (const end of ['\n', ' ']) {
    const at = view.lastIndexOf(end, most - 1) + 1;
    if (at > lo) return at;
  }
  return most;
}

/** In order, none over another: what was found first names those that touch it. */
function merged(spans: readonly Span[]): Span[] {
  if (spans.length < 2) return [...spans];
  const out: { start: number; end: number; kind: Hidden }[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const before = out.at(-1);
    if (before && span.start < before.end) before.end = Math.max(before.end, span.end);
    else out.push({ ...span });
  }
  return out;
}
