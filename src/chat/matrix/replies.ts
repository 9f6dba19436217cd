import { shorten } from '../../core/draw.ts';
import type { Choice } from '../../core/types.ts';
import { type Lang, type Said, spans, speak } from '../../core/words.ts';
import type { Bodies } from './content.ts';
import { html } from './html.ts';
import { joined, neutralBody, neutralHtml, spansHtml } from './neutral.ts';

/** Longest output that goes into a message, in characters; more becomes a file. */
export const INLINE = 2500;

/** A text of ours. */
export function textBodies(text: Said, lang: Lang): Bodies {
  return { body: neutralBody(speak(text, lang)), html: spansHtml(spans(text, lang)) };
}

/** A text that calls people: only they become mentions. */
export function nudgeBodies(text: Said, lang: Lang, calls: readonly string[]): Bodies {
  const { body, html: words } = textBodies(text, lang);
  if (calls.length === 0) return { body, html: words };
  const pills = calls.map((id) => html`<a href="https://matrix.to/#/${encodeURIComponent(id).replace('%40', '@').replaceAll('%3A', ':')}">${id}</a>`);
  return { body: `${body} ${calls.join(' ')}`, html: html`${words} ${joined(pills, html` `)}` };
}

/** What steps wrote, in the message itself. */
export function outputBodies(text: Said, lang: Lang, content: string): Bodies {
  const { body, html: words } = textBodies(text, lang);
  const shown = shorten(content, INLINE);
  return { body: `${body}\n${neutralBody(shown)}`, html: html`<p>${words}</p><pre><code>${shown}\n</code></pre>` };
}

/** A question with its numbered choices. */
export function questionBodies(why: Said | undefined, text: Said, choices: readonly Choice[], rest: Said | undefined, lang: Lang): Bodies {
  const all = [...(why ? [why] : []), text];
  const hinted = ({ text: name, hint }: Choice) => (hint === '' ? name : `${name} – ${hint}`);
  const body = [...all.map((one) => speak(one, lang)), ...choices.map((choice, i) => `${i + 1}. ${hinted(choice)}`), ...(rest ? [speak(rest, lang)] : [])];
  const items = choices.map(({ text: name, hint }) => html`<li><code>${name}</code>${hint === '' ? '' : html` ${neutralHtml(hint)}`}</li>`);
  return {
    body: neutralBody(body.join('\n')),
    html: html`${all.map((one) => html`<p>${spansHtml(spans(one, lang))}</p>`)}${items.length > 0 ? html`<ol>${items}</ol>` : ''}${
      rest ? html`<p>${spansHtml(spans(rest, lang))}</p>` : ''
    }`,
  };
}
