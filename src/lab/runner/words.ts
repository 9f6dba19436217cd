/** What the on-host runner is asked for. */
export type Asked =
  | {
      readonly verb: 'start';
      readonly id: string;
      readonly limit: number;
      readonly from: number;
      readonly hold: number;
      readonly stdin: number;
      readonly argv: readonly [string, ...string[]];
    }
  | { readonly verb: 'follow'; readonly id: string; readonly from: number; readonly hold: number }
  | { readonly verb: 'stop'; readonly id: string; readonly grace: number }
  | { readonly verb: 'expire'; readonly days: number };

/** The words after `hostler-run`, if argv is a call of the on-host runner. */
export function runnerWords(argv: readonly string[]): readonly string[] | undefined {
  const [sh, c, , marker, ...words] = argv;
  return sh === 'sh' && c === '-c' && marker === 'hostler-run' ? words : undefined;
}

/** Reads the runner's words; what is wrong with them if they are not its. */
export function asked(words: readonly string[]): Asked | string {
  const [verb, ...rest] = words;
  if (verb === 'start') return start(rest);
  if (verb === 'follow') return follow(rest);
  if (verb === 'stop') return stop(rest);
  if (verb === 'expire') return expire(rest);
  return verb === undefined ? 'no verb' : `${verb}: not a verb`;
}

function start([id, limit, from, hold, stdin, program, ...args]: readonly string[]): Asked | string {
  const numbers = whole(limit, from, hold, stdin);
  if (!isId(id)) return noId(id);
  if (typeof numbers === 'string') return numbers;
  if (program === undefined) return 'no program';
  const [limitS = 0, fromByte = 0, holdS = 0, stdinBytes = 0] = numbers;
  return { verb: 'start', id, limit: limitS, from: fromByte, hold: holdS, stdin: stdinBytes, argv: [program, ...args] };
}

function follow([id, from, hold, ...more]: readonly string[]): Asked | string {
  const numbers = whole(from, hold);
  if (!isId(id)) return noId(id);
  if (typeof numbers === 'string') return numbers;
  if (more.length > 0) return tooMany(more);
  const [fromByte = 0, holdS = 0] = numbers;
  return { verb: 'follow', id, from: fromByte, hold: holdS };
}

function stop([id, grace, ...more]: readonly string[]): Asked | string {
  const numbers = whole(grace);
  if (!isId(id)) return noId(id);
  if (typeof numbers === 'string') return numbers;
  return more.length > 0 ? tooMany(more) : { verb: 'stop', id, grace: numbers[0] ?? 0 };
}

function expire([days, ...more]: readonly string[]): Asked | string {
  const numbers = whole(days);
  if (typeof numbers === 'string') return numbers;
  return more.length > 0 ? tooMany(more) : { verb: 'expire', days: numbers[0] ?? 0 };
}

function isId(word: string | undefined): word is string {
  return word !== undefined && /^[A-Za-z0-9-]+$/.test(word);
}

function noId(word: string | undefined): string {
  return `${word ?? ''}: not an id`;
}

function tooMany(more: readonly string[]): string {
  return `${more[0]}: one word too many`;
}

function whole(...words: readonly (string | undefined)[]): readonly number[] | string {
  const wrong = words.find((word) => word === undefined || !/^\d{1,15}$/.test(word));
  return words.every((word) => word !== undefined && word !== wrong) ? words.map(Number) : `${wrong ?? ''}: not a whole number`;
}
