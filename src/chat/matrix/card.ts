import { type Drawn, draw, type Piece, shorten } from '../../core/draw.ts';
import type { Button, Card } from '../../core/types.ts';
import { type Lang, type Said, say, spans, speak } from '../../core/words.ts';
import { emojiOf } from '../elements.ts';
import { type Bodies, edit, fits, message } from './content.ts';
import type { Content } from './homeserver.ts';
import { type Html, html } from './html.ts';
import { typedFor } from './keys.ts';
import { joined, neutralBody, neutralHtml, spansHtml } from './neutral.ts';

/** A card as a message's content. `note`: a line of ours above it. Always small enough to be sent, also as an edit. */
export function cardContent(card: Card, lang: Lang, note?: Said): Content {
  const drawn = draw(card, lang);
  for (let most = 9000; ; most = Math.floor(most / 2)) {
    const content = message(bodies(shortened(drawn, most), lang, note));
    if (most < 100 || fits(edit(content, '$'.padEnd(255)))) return content;
  }
}

function bodies(drawn: Drawn, lang: Lang, note: Said | undefined): Bodies {
  const { mark, title, state, id, pieces, buttons, plain } = drawn;
  const under = [state, id].filter((text) => text !== '').join(' · ');
  const above = note ? `${speak(note, lang)}\n` : '';
  const presses = typed(buttons, lang);
  return {
    body: [
      `${above}${neutralBody(plain)}`,
      ...pieces.flatMap((piece) => (piece.kind === 'link' ? [piece.url] : [])), // whole: it is ours
      under,
      ...(presses.length > 0 ? [presses.map(({ emoji, label, line }) => `${emoji} ${label}: ${line}`).join(' · ')] : []),
    ]
      .filter((line) => line !== '')
      .join('\n'),
    html: html`${note ? html`<p>${spansHtml(spans(note, lang))}</p>` : ''}<p><strong>${mark} ${neutralHtml(title)}</strong>${
      under === '' ? '' : html`<br><sub>${under}</sub>`
    }</p>${pieces.map(pieceHtml)}${presses.length > 0 ? html`<p>${below(presses)}</p>` : ''}`,
  };
}

interface Typed {
  readonly emoji: string;
  readonly label: string;
  readonly line: string;
}

/** How each button is pressed by typing. */
function typed(buttons: readonly Button[], lang: Lang): Typed[] {
  return buttons.map((button) => ({ emoji: emojiOf(button.press), label: speak(button.label, lang), line: typedFor(button) }));
}

function below(presses: readonly Typed[]): Html {
  return joined(
    presses.map(({ emoji, label, line }) => html`${emoji} ${neutralHtml(label)} <code>${line}</code>`),
    html` · `,
  );
}

function pieceHtml(piece: Piece): Html {
  switch (piece.kind) {
    case 'text':
      return html`<p>${spansHtml(piece.spans)}</p>`;
    case 'link':
      return html`<p><a href="${piece.url}">${piece.url}</a></p>`;
    case 'fixed':
      return html`<pre><code>${piece.text}\n</code></pre>`;
    case 'facts':
      return html`<ul>${piece.facts.map(([label, value]) => html`<li>${spansHtml(label)}: ${spansHtml(value)}</li>`)}</ul>`;
    case 'progress':
      return html`<p>${piece.bar === undefined ? '' : html`<code>${piece.bar}</code> `}${piece.count} ${spansHtml(piece.label)}</p>`;
  }
}

/** The card with its long pieces and its plain form cut to so many characters. */
function shortened(drawn: Drawn, most: number): Drawn {
  const pieces = drawn.pieces.map((piece): Piece => (piece.kind === 'fixed' ? { ...piece, text: shorten(piece.text, most) } : piece));
  if (most > 2000) return { ...drawn, pieces };
  return { ...drawn, pieces: pieces.slice(0, Math.max(2, Math.floor(most / 40))), plain: shorten(drawn.plain, most) };
}

/** The line that stands above a card which went to a person because its room is closed to the bot. */
export const AWAY = say({
  en: 'I may not write in the room where this was asked for: invite me there, or let me send messages.',
  zh: '我无法在提出请求的房间里发言：请邀请我加入，或授予我发送消息的权限。',
});
