import type { Span } from '../../core/words.ts';
import { Html, html } from './html.ts';

/*
 * Outside text must call nobody and link nowhere, and what people copy must still be what it was.
 * - Who is called is said by `m.mentions`, which is on every message of the bot: servers and clients since Matrix 1.7 look at nothing else.
 * - In HTML, every sign that makes a client see a mention or a link (of a name with a dot, a mail address, a scheme, a room) stands in an element
 *   of its own: clients look for both in one text node at a time, and a copy of it is the same text. Inside <code> and <pre> nothing is changed;
 *   there clients look for neither.
 * - In the plain body, for clients from before and for notifications, the sign becomes its full-width form, visibly; the bot reads that as the
 *   sign again. Names with dots and `root@web1.example.org` are left: commands are full of them, and as links they show where they go.
 */
const SIGNS =
  /(@(?=[\p{L}\p{N}_])|[#+!$](?=[^\s:#]{1,255}:\S)|(?<=\b[a-z][a-z0-9+.-]{0,20}):(?=\S)|(?<=[\p{L}\p{N}_-])\.(?=\p{L})|(?<=\bwww)\.|(?<=\blocal)host\b)/giu;

const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/(?<![\p{L}\p{N}_])@(?=room\b|[^\s:@]+:\S)/giu, '＠'],
  [/(?<=matrix\.to\/)#/gi, '＃'],
  [/(?<=\b(?:https?|ftp)):(?=\/\/)|(?<=\b(?:bitcoin|im|magnet|mailto|matrix|sips?|sms|smsto|tel|xmpp)):(?=\S)/gi, '：'],
];

/** Text for a plain body: nothing in it calls anybody, or links to what it does not show. */
export function neutralBody(text: string): string {
  return PLAIN.reduce((all, [sign, wide]) => all.replace(sign, wide), text);
}

/** Text as HTML: nothing in it becomes a mention or a link. Line feeds become breaks. */
export function neutralHtml(text: string): Html {
  const lines = text.split('\n').map((line) => line.split(SIGNS).map((piece, i) => (i % 2 === 1 ? html`<span>${piece}</span>` : html`${piece}`)));
  return joined(
    lines.map((line) => html`${line}`),
    html`<br>`,
  );
}

/** A message's stretches as HTML: code as code, the rest neutral. */
export function spansHtml(spans: readonly Span[]): Html {
  return html`${spans.map(({ text, code }) => (code ? html`<code>${text}</code>` : neutralHtml(text)))}`;
}

/** Pieces in a row with something between them. */
export function joined(pieces: readonly Html[], between: Html): Html {
  return new Html(pieces.map(String).join(String(between)));
}
