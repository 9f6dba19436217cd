import { type Known, knownSecrets } from './redactknown.ts';
import { Sieve, sweep, WINDOW } from './redactsieve.ts';

/**
 * What is hidden. `secret`: one that this process knows, or that is named so; `token`: what an API believes; `key`: a private key;
 * `password`: also a hash of one; `entropy`: a long word that looks drawn by lot.
 */
export type Hidden = 'secret' | 'token' | 'key' | 'password' | 'entropy';

/** What stands in its place. */
export function mark(kind: Hidden): string {
  return `[redacted:${kind}]`;
}

/** Hides secrets in text. */
export interface Redactor {
  redact(text: string): string;
  /** The end of a text that goes on: also hides a beginning of a known secret at its end. */
  redactOpen(text: string): string;
  /** The lines of one text, each by itself but in the light of all: a key may go over several. As many as there were. */
  lines(texts: readonly string[]): string[];
  /** For a text that comes in chunks, cut anywhere: what comes out is `redact` of the whole. Holds back at most `WINDOW` characters. */
  stream(): Redacting;
  /** Whether a secret this process knows is in a text, in any of its forms. */
  knows(text: string): boolean;
}

export interface Redacting {
  /** Takes a chunk; bytes are UTF-8. What can be told already comes out. */
  push(chunk: string | Uint8Array): string;
  /** The rest. */
  end(): string;
}

/** `known`: the secrets that are known now; a new array when there are others. Pure but for what it says. */
export function redactor(known: () => readonly string[]): Redactor {
  let values: readonly string[] | undefined;
  let compiled: Known = knownSecrets([]);
  const current = (): Known => {
    const now = known();
    if (now !== values) compiled = knownSecrets(now);
    values = now;
    return compiled;
  };
  const redact = (text: string) => {
    const writer = new Writer();
    sweep(new Sieve(current()), text, (start, end, kind) => writer.hide(text, start, end, kind));
    return writer.rest(text);
  };
  return {
    redact,
    redactOpen(text) {
      const at = current().opening(text);
      return redact(at < text.length ? `${text.slice(0, at)}…` : text);
    },
    lines: (texts) => byLine(texts, current()),
    stream: () => new Streaming(current()),
    knows: (text) => current().has(text),
  };
}

/** Puts together what stays and what stands for the rest. */
class Writer {
  #out = '';
  #done = 0;

  /** Without a kind: more of what was hidden last. */
  hide(text: string, start: number, end: number, kind: Hidden | undefined): void {
    this.#out += text.slice(this.#done, start);
    if (kind !== undefined) this.#out += mark(kind);
    this.#done = end;
  }

  rest(text: string): string {
    return this.#done === 0 ? text : this.#out + text.slice(this.#done);
  }
}

function byLine(texts: readonly string[], known: Known): string[] {
  const text = texts.join('\n');
  const spans: { readonly start: number; readonly end: number; readonly kind: Hidden | undefined }[] = [];
  sweep(new Sieve(known), text, (start, end, kind) => spans.push({ start, end, kind }));
  if (spans.length === 0) return [...texts];
  let from = 0;
  let next = 0;
  return texts.map((line) => {
    const to = from + line.length;
    let out = '';
    let done = from;
    for (; next < spans.length; next++) {
      const span = spans[next];
      if (!span || span.start > to || (span.start === to && line !== '')) break;
      out += text.slice(done, Math.max(done, span.start));
      if (span.kind !== undefined && span.start >= from) out += mark(span.kind);
      done = Math.min(span.end, to);
      if (span.end > to) break; // the next line has more of it
    }
    out += text.slice(done, to);
    from = to + 1;
    return out;
  });
}

/** Characters before what is not yet told that are kept for their meaning. */
const BEHIND = 256;

class Streaming implements Redacting {
  readonly #sieve: Sieve;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #text = '';
  /** Up to where it is told. */
  #at = 0;
  #decoding = false;

  constructor(known: Known) {
    this.#sieve = new Sieve(known);
  }

  push(chunk: string | Uint8Array): string {
    if (typeof chunk === 'string') {
      if (this.#decoding) this.#text += this.#decoder.decode();
      this.#decoding = false;
      this.#text += chunk;
    } else {
      this.#decoding = true;
      this.#text += this.#decoder.decode(chunk, { stream: true });
    }
    return this.#text.length - this.#at > WINDOW ? this.#tell(false) : '';
  }

  end(): string {
    if (this.#decoding) this.#text += this.#decoder.decode();
    this.#decoding = false;
    return this.#tell(true);
  }

  #tell(last: boolean): string {
    const text = this.#text;
    let out = '';
    let done = this.#at;
    const hide = (start: number, end: number, kind: Hidden | undefined) => {
      out += text.slice(done, start);
      if (kind !== undefined) out += mark(kind);
      done = end;
    };
    while (last ? this.#at < text.length : text.length - this.#at > WINDOW) this.#at = this.#sieve.from(text, this.#at, hide);
    out += text.slice(done, this.#at);
    const from = Math.max(0, this.#at - BEHIND);
    this.#text = text.slice(from);
    this.#at -= from;
    return out;
  }
}
