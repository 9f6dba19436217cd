import { randomUUID } from 'node:crypto';
import { styleText } from 'node:util';
import type { FlatBlock, FlatCard } from '../core/flatten.ts';
import { plain, width } from '../core/flatten.ts';
import { STATE_WORDS } from '../core/states.ts';
import { type Lang, speak } from '../core/words.ts';
import { type ConsoleClient, Gone, type Received } from './client.ts';
import { typedAs } from './elements.ts';

/** Exit statuses of `say` and `press`. */
export const EXIT = { done: 0, failed: 1, refused: 2, waiting: 3, unknown: 4, noBot: 5 } as const;

/** Where the terminal writes, and how. */
export interface Screen {
  write(text: string): void;
  /** Edits in place and colours, as on a terminal; else only final versions are written. */
  readonly live: boolean;
  readonly columns: number;
  /** The language of who reads it. */
  readonly lang: Lang;
  /** People say who they are by `--as`, as in practice. */
  readonly named: boolean;
}

export interface Follow {
  readonly json: boolean;
  /** Goes on past `waiting` to the end. */
  readonly wait: boolean;
  /** Called with the card's last version. */
  ended?(card: FlatCard): void;
}

/** The exit status a ticket's state stands for; undefined while it is still on its way. */
export function exitFor(state: string, wait: boolean): number | undefined {
  switch (state) {
    case 'done':
      return EXIT.done;
    case 'failed':
    case 'rejected':
    case 'cancelled':
    case 'expired':
      return EXIT.failed;
    case 'refused':
      return EXIT.refused;
    case 'unknown':
      return EXIT.unknown;
    case 'waiting':
      return wait ? undefined : EXIT.waiting;
    default:
      return undefined;
  }
}

/** Says a line and follows its card. Returns the exit status. */
export async function say(client: ConsoleClient, as: string, text: string, screen: Screen, follow: Follow): Promise<number> {
  return watch(client, as, screen, follow, async () => {
    const { ticket, pressed } = await client.heard(as, text, randomUUID(), { terminal: true });
    return pressed ? answers(ticket, pressed) : (received) => received.card.id === ticket;
  });
}

/** Presses a button by its ticket's reply code or id and follows the card. Returns the exit status. */
export async function press(
  client: ConsoleClient,
  as: string,
  { code, action, fields = {} }: { code: string; action: string; fields?: Readonly<Record<string, readonly string[]>> },
  screen: Screen,
  follow: Follow,
): Promise<number> {
  return watch(client, as, screen, follow, async () => {
    const event = randomUUID();
    const byId = /^[TA][0-9A-HJKMNP-TV-Z]{11}$/.test(code);
    const { answer, ticket, heard } = await client.pressed(as, { action, fields, ...(byId ? { ticket: code, code: '' } : { code }) }, event, {
      terminal: true,
    });
    return answers(answer, { ticket, heard });
  });
}

/** The cards that answer a press: its refusal, or what was pressed once it has heard it. */
function answers(refusal: string, { ticket, heard }: { readonly ticket: string; readonly heard: string }): (received: Received) => boolean {
  let answered = false;
  return ({ card, heard: events }) => {
    answered ||= card.id === ticket && events.includes(heard);
    return card.id === refusal || (answered && card.id === ticket);
  };
}

/** Watches the cards from before something is done, so that no version is missed, until the wanted card has come to an end. */
async function watch(client: ConsoleClient, as: string, screen: Screen, follow: Follow, act: () => Promise<(received: Received) => boolean>): Promise<number> {
  const stop = new AbortController();
  const early: Received[] = [];
  let wanted: ((received: Received) => boolean) | undefined;
  let ready = (): void => undefined;
  const listening = new Promise<void>((resolve) => (ready = resolve));
  const printer = new Printer(screen, follow.json);
  const take = (received: Received): number | undefined => {
    if (!wanted?.(received) || !received.card.ticket) return undefined;
    const exit = exitFor(received.card.ticket.state, follow.wait);
    printer.show(received.card, exit !== undefined);
    if (exit !== undefined) follow.ended?.(received.card);
    return exit;
  };
  const watching = (async () => {
    for await (const received of client.cards(as, stop.signal, ready)) {
      if (!wanted) early.push(received);
      const exit = take(received);
      if (exit !== undefined) return exit;
    }
    throw new Gone('it was stopped');
  })();
  try {
    await Promise.race([listening, watching]);
    wanted = await act();
    for (const received of early.splice(0)) {
      const exit = take(received);
      if (exit !== undefined) return exit;
    }
    return await watching;
  } finally {
    stop.abort();
    watching.catch(() => undefined);
  }
}

/** Writes the versions of one card: each as a line of JSON, in place on a terminal, or only the last. */
class Printer {
  readonly #screen: Screen;
  readonly #json: boolean;
  #lines = 0;
  #rev = 0;

  constructor(screen: Screen, json: boolean) {
    this.#screen = screen;
    this.#json = json;
  }

  show(card: FlatCard, last: boolean): void {
    if (card.rev <= this.#rev) return;
    this.#rev = card.rev;
    if (this.#json) {
      this.#screen.write(`${JSON.stringify(card)}\n`);
    } else if (this.#screen.live) {
      const text = drawn(card, true, this.#screen.lang, this.#screen.named);
      const up = this.#lines > 0 ? `\x1b[${this.#lines}A\x1b[0J` : '';
      this.#screen.write(`${up}${text}\n`);
      this.#lines = text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(width(bare(line)) / this.#screen.columns)), 0);
    } else if (last) this.#screen.write(`${drawn(card, false, this.#screen.lang, this.#screen.named)}\n`);
  }
}

const MARKS = { waiting: ['◔', 'yellow'], busy: ['◌', 'blue'], good: ['✓', 'green'], bad: ['✗', 'red'] } as const;

/** What to type to press a button. A code stands for what waits only. */
function pressLine({ press, asks, label }: FlatCard['buttons'][number], named: boolean): string {
  if (press.action === 'offer' && /^\d$/.test(press.code)) return `hostler say${named ? ' --as …' : ''} "${typedAs(press)}"  ${label}`;
  const name = ['approve', 'reject', 'cancel'].includes(press.action) ? press.code || press.ticket : press.ticket;
  const given = (asks ?? []).map((field) => (field.name === 'reason' ? ' --reason "…"' : ` --with ${field.name}=…`));
  return `hostler press${named ? ' --as …' : ''} ${name} ${press.action}${given.join('')}`;
}

/** A card as lines of text. */
export function drawn(card: FlatCard, colour: boolean, lang: Lang, named = true): string {
  const [mark, shade] = MARKS[card.mood];
  const paint = (format: Parameters<typeof styleText>[0], text: string) => (colour ? styleText(format, text, { validateStream: false }) : text);
  const words = Object.entries(STATE_WORDS).find(([state]) => state === card.ticket?.state)?.[1];
  const state = card.ticket && words ? `${speak(words, lang)} · ${card.ticket.id}` : card.alert ? `${card.alert.says} · ${card.alert.id}` : '';
  const buttons =
    card.buttons.length > 0 && (card.ticket || card.alert) ? [paint('dim', card.buttons.map((button) => pressLine(button, named)).join('\n'))] : [];
  return [
    `${paint(shade, mark)} ${paint('bold', card.title)}  ${paint('dim', state)}`,
    ...card.blocks.map((block) => (block.kind === 'file' && block.ref !== '' ? fileLine(block, card.id, named) : paintBlock(block, paint))),
    ...buttons,
  ].join('\n');
}

/** A file, and what to type to have it. */
function fileLine({ name, text }: Extract<FlatBlock, { kind: 'file' }>, card: string, named: boolean): string {
  return `${text} · hostler file${named ? ' --as …' : ''} ${card} ${name}`;
}

function paintBlock(block: FlatBlock, paint: (format: 'bold' | 'dim', text: string) => string): string {
  // Whole, to be copied; but no link that lets somebody in.
  if (block.kind === 'link' && !block.url.includes('#')) return block.url;
  const text = plain(block);
  if (block.kind !== 'table') return text;
  const [head = '', ...rows] = text.split('\n');
  return [paint('bold', head), ...rows].join('\n');
}

function bare(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: our own colour codes
  return line.replace(/\x1b\[[0-9;]*m/g, '');
}
