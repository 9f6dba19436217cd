/** What became of a step, as its host says it. `none`: nothing was begun. `unproven`: something of it may be alive. */
const STATES = ['running', 'exit', 'timeout', 'stopped', 'unproven', 'rebooted', 'gone', 'none'] as const;
export type RunState = (typeof STATES)[number];

/** Bytes of output and where they belong. */
export interface Piece {
  readonly at: number;
  readonly bytes: Buffer;
}

/** An answer of the runner. `boot`: the host's boot id, or `-`; `code`: a shell's exit status; `size`: bytes of output so far. */
export interface Answer {
  readonly boot: string;
  readonly contained: 'unit' | 'group' | '-';
  readonly state: RunState;
  readonly code: number | undefined;
  readonly size: number;
  readonly ms: number;
  readonly pieces: readonly Piece[];
  /** Processes that are or may be alive: number and command. */
  readonly alive: readonly string[];
}

/** What is said before anything is begun: whoever hears only this knows that it may have been. */
const LAUNCHING = 'hostler-run launching\n';

/** Reads an answer, one character per byte; undefined when it is not whole. */
export function parseAnswer(said: string): Answer | undefined {
  const text = said.startsWith(LAUNCHING) ? said.slice(LAUNCHING.length) : said;
  const [header, boot = '-', contained = '-'] = /^hostler-run 2 (\S+) (unit|group|-)\n/.exec(text) ?? [];
  if (header === undefined) return undefined;
  const pieces: Piece[] = [];
  const alive: string[] = [];
  for (let at = header.length; ; ) {
    const end = text.indexOf('\n', at);
    if (end < 0) return undefined;
    const line = text.slice(at, end);
    at = end + 1;
    const [, offset, length] = /^out (\d+) (\d+)$/.exec(line) ?? [];
    if (offset !== undefined && length !== undefined) {
      const bytes = text.slice(at, at + Number(length));
      at += bytes.length;
      if (bytes.length < Number(length) || text[at++] !== '\n') return undefined;
      pieces.push({ at: Number(offset), bytes: Buffer.from(bytes, 'latin1') });
    } else if (line.startsWith('alive ')) {
      alive.push(shown(line.slice('alive '.length)));
    } else {
      const [, said, code, size, ms] = /^end (\w+) (\d+|-) (\d+) (\d+)$/.exec(line) ?? [];
      const state = STATES.find((one) => one === said);
      if (state === undefined) return undefined;
      return {
        ...{ boot, contained: contained === 'unit' || contained === 'group' ? contained : '-', state, pieces, alive },
        ...{ code: code === '-' ? undefined : Number(code), size: Number(size), ms: Number(ms) },
      };
    }
  }
}

/** A line of bytes as text without control characters. */
function shown(line: string): string {
  return Buffer.from(line, 'latin1')
    .toString('utf8')
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .trim();
}
