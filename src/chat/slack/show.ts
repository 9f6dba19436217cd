import { type At, type CardMessage, type Message, type NudgeMessage, type OutputMessage, type Post, type Shown, Vanished } from '../../core/chat.ts';
import { endsOf } from '../../core/files.ts';
import type { Place } from '../../core/types.ts';
import { type Lang, type Said, say, spans, speak } from '../../core/words.ts';
import { block, cardDrawings, type Drawing } from './blocks.ts';
import { isDm, isPerson } from './dms.ts';
import { isClosed, type Poster, type Target } from './poster.ts';
import { capped, escaped, fixed, rich, section, stretch } from './rich.ts';
import { isTrouble, NO_FILES, troubleOf } from './trouble.ts';
import { upload } from './upload.ts';

/** Longest output that is shown in the message itself, in characters; longer ones become a file. */
const INLINE_MOST = 2500;

/** States after which a card stays as it is. */
const ENDS: readonly string[] = ['done', 'failed', 'refused', 'rejected', 'cancelled', 'expired'];

/** Brings a message to a place. Throws Throttled, Vanished, Unwelcome. */
export async function show(message: Message, at: At, poster: Poster): Promise<Shown> {
  const shown = await bring(message, at, poster);
  return shown.post && !isDm(shown.post.room) ? shown : { ...shown, alone: true };
}

async function bring(message: Message, at: At, poster: Poster): Promise<Shown> {
  if (message.kind === 'card' && at.post) {
    if (at.private && !isDm(at.post.room)) throw new Vanished('it is private now'); // never where others have seen it
    const { state } = at.post;
    const above = state === undefined ? undefined : notice(state, await poster.name());
    return stated(await poster.edit(at.post, cardDrawings(message.card, message.lang, above)), state);
  }
  const target = await targetOf(message, at, poster);
  const { to } = at.place;
  if (at.private && !(await isOwn(target.room, to, poster))) {
    // What only one person sees in a channel cannot be edited: what is not over yet goes where it can be.
    const isLasting = message.kind === 'card' && message.card.ticket !== null && !ENDS.includes(message.card.ticket.state);
    const small = message.kind !== 'output' || message.content.length <= INLINE_MOST;
    if (to !== undefined && small && !isLasting && (await poster.whisper(target, to, drawings(message)))) return { post: undefined, sent: 1 };
    return inDm(message, target, to, poster);
  }
  try {
    return await send(message, target, poster);
  } catch (error) {
    if (!isClosed(error) || (await isOwn(target.room, to, poster))) throw error;
    const trouble = troubleOf(error) ?? '';
    return stated(await inDm(message, target, to, poster, notice(trouble, await poster.name())), trouble);
  }
}

/** Why it is not in its room stands in every version of it. */
function stated(shown: Shown, state: string | undefined): Shown {
  return shown.post && state !== undefined ? { ...shown, post: { ...shown.post, state } } : shown;
}

/** Whether a room is the conversation of the bot with this person: a command may be given in a conversation of two others. */
async function isOwn(room: string, to: string | undefined, poster: Poster): Promise<boolean> {
  return isDm(room) && to !== undefined && room === (await poster.dm(to));
}

/** A card has a place of its own; everything else goes into the thread of its card. */
async function targetOf(message: Message, { place, card, key, began, still }: At, poster: Poster): Promise<Target> {
  return { ...(await whereOf(place, message.kind === 'card' ? undefined : card, poster)), key, began, still };
}

/** Where it stands: in its place, or with the card that it belongs to. */
export async function whereOf(place: Place, card: Post | undefined, poster: Poster): Promise<Pick<Target, 'room' | 'thread'>> {
  const { room } = card ?? place;
  const thread = card && (card.room !== place.room || place.thread === undefined) ? card.id : place.thread;
  return { room: isPerson(room) ? await poster.dm(room) : room, thread };
}

/** The message for one person alone, where nothing else can be shown to them. */
async function inDm(message: Message, { key, began, still }: Target, to: string | undefined, poster: Poster, above?: Said): Promise<Shown> {
  return send(message, { room: await poster.dm(to), thread: undefined, key, began, still }, poster, above);
}

async function send(message: Message, target: Target, poster: Poster, above?: Said): Promise<Shown> {
  if (message.kind === 'output' && message.content.length > INLINE_MOST) {
    try {
      return await upload(message, target, poster);
    } catch (error) {
      if (!isTrouble(error, NO_FILES)) throw error;
      return poster.post(target, output({ ...message, content: endsOf(message.content, INLINE_MOST) }), false);
    }
  }
  return poster.post(target, drawings(message, above), message.kind === 'card');
}

function drawings(message: Message, above?: Said): Drawing[] {
  switch (message.kind) {
    case 'card':
      return cardDrawings((message satisfies CardMessage).card, message.lang, above);
    case 'nudge':
      return nudge(message);
    case 'output':
      return output(message);
  }
}

/** People are called by elements of their own: text cannot call anybody. */
function nudge({ text, lang, calls }: NudgeMessage): Drawing[] {
  const people = calls.filter(isPerson);
  const called = people.flatMap((user_id) => [{ type: 'user' as const, user_id }, ...stretch(' ')]);
  const words = escaped(speak(text, lang), 3000);
  return [{ text: [...people.map((id) => `<@${id}>`), words].join(' '), blocks: block([section([...called, ...rich(spans(text, lang))])]) }];
}

function output({ text, lang, content }: OutputMessage): Drawing[] {
  const whole = (shown: string) => ({ text: escaped(heading(text, lang)), blocks: block([section(rich(spans(text, lang))), fixed(shown)]) });
  return [whole(content), whole(capped(content, 1000))];
}

function heading(text: Said, lang: Lang): string {
  return speak(text, lang) || '…';
}

/** Why a card comes to somebody instead of to the room it was asked for in. */
function notice(trouble: string, name: string): Said {
  if (trouble.startsWith('is_')) return say({ en: 'The channel is archived, so this comes to you alone.', zh: '该频道已归档，因此仅发送给您。' });
  if (trouble.startsWith('restricted'))
    return say({ en: 'I may not write in that channel, so this comes to you alone.', zh: '我无权在该频道发言，因此仅发送给您。' });
  return say(
    {
      en: 'I am not in that channel, so this comes to you alone. To have it there: `/invite @{name}`',
      zh: '我不在该频道中，因此仅发送给您。如需在频道中显示：`/invite @{name}`',
    },
    { name },
  );
}
