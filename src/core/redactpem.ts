/** A line that begins or ends a block: a private key, or something public of that look. */
export interface Marker {
  readonly is: 'key' | 'end of key' | 'public' | 'end of public';
  readonly at: number;
  readonly end: number;
}

/** PEM, PGP, the SSH2 form (four dashes), and PuTTY's. */
const MARKER = /-{4,5} ?(BEGIN|END) ([A-Z0-9][A-Z0-9 ]{0,60}?) ?-{4,5}|Private-(Lines|MAC): ?\w+/y;
const PRIVATE = /PRIVATE KEY|SECRET KEY|PGP MESSAGE KEY/;
const END_OF_KEY = /-{4,5} ?END [A-Z0-9 ]{0,60}(?:PRIVATE|SECRET) KEY[A-Z ]{0,20}-{4,5}|Private-MAC: ?\w+/g;

/** Lines without anything of a key, in a row, after which a block that does not end is taken to be over. */
const DULL = 8;
/** Something of a key: a long word, or a line that is one. */
const BODY = /[A-Za-z0-9+/=]{40,}|^[ \t]*[A-Za-z0-9+/=]{4,}[ \t\r]*$/;
/** A line, ended really or in writing. */
const BREAK = /(?:\r?\n|\\r|\\n)[ \t]*$/;

export const MARKERS = {
  /** The next one from here on; an end of something public only where that was begun. */
  next(view: string, from: number, inPublic: boolean): Marker | undefined {
    let found: Marker | undefined;
    for (const start of ['----', 'Private-']) {
      for (let at = view.indexOf(start, from); at >= 0 && (!found || at < found.at); ) {
        const marker = markerAt(view, at);
        if (marker && (inPublic || marker.is !== 'end of public')) {
          found = marker;
          break;
        }
        let next = marker?.end ?? at + start.length - 1;
        if (!marker && start === '----') while (view.charCodeAt(next + 3) === 45 && view.charCodeAt(next + 2) === 45) next++;
        at = view.indexOf(start, Math.max(at + 1, next - 2));
      }
    }
    return found;
  },
  /** Where a private key ends that has begun before. */
  endOfKey(view: string, from: number): number | undefined {
    END_OF_KEY.lastIndex = from;
    const match = END_OF_KEY.exec(view);
    return match ? match.index + match[0].length : undefined;
  },
};

function markerAt(view: string, at: number): Marker | undefined {
  MARKER.lastIndex = at;
  const match = MARKER.exec(view);
  if (!match) return undefined;
  const [whole, edge, name = '', putty] = match;
  const isKey = putty !== undefined || PRIVATE.test(name);
  const isEnd = edge === 'END' || putty === 'MAC';
  return { is: isKey ? (isEnd ? 'end of key' : 'key') : isEnd ? 'end of public' : 'public', at, end: at + whole.length };
}

/** Counts lines that have nothing of a key; `at`: behind the last of too many in a row. */
export function fallsDull(view: string, lo: number, to: number, before: number): { readonly at: number | undefined; readonly dull: number } {
  let dull = before;
  for (let from = lo; ; ) {
    const end = view.indexOf('\n', from);
    if (end < 0 || end >= to) return { at: undefined, dull };
    dull = BODY.test(view.slice(from, end)) ? 0 : dull + 1;
    from = end + 1;
    if (dull >= DULL) return { at: from, dull: 0 };
  }
}

/** Where the lines of a key begin that end at `at`: each nothing but a word of base64. */
export function runBefore(view: string, lo: number, at: number): number {
  let run = at;
  for (;;) {
    const line = /[A-Za-z0-9+/=]+$/.exec(view.slice(Math.max(lo, run - 128), run).replace(BREAK, ''))?.[0];
    const brk = BREAK.exec(view.slice(Math.max(lo, run - 8), run))?.[0];
    if (line === undefined || brk === undefined) return run;
    const start = run - brk.length - line.length;
    if (start < lo) return run;
    const head = view.slice(Math.max(0, start - 8), start);
    if (start > 0 && !BREAK.test(head) && !/^[ \t"']*$/.test(head)) return run;
    run = start;
  }
}
