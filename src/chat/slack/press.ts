import type { z } from 'zod';
import { LABELS } from '../../core/buttons.ts';
import type { Field, Place } from '../../core/types.ts';
import { type Asked, fieldOf, pressOf } from './button.ts';
import { isDm } from './dms.ts';
import type { Ears } from './ears.ts';
import { formView } from './form.ts';
import type { actionBody } from './payloads.ts';
import { PHRASES } from './phrases.ts';
import { tell } from './tell.ts';
import { ANSWER_MS, within } from './within.ts';

type Body = z.infer<typeof actionBody>;

/** Queues a press, or opens the form that it asks for; what does not come to pass is told to the person. */
export async function takePress(body: Body, team: string, ears: Ears): Promise<void> {
  const [pressed] = body.actions;
  if (!pressed?.action_id.startsWith('press:')) return;
  const began = Date.now();
  const place = await placeOf(body, ears);
  const read = pressOf(pressed.action_id, pressed.value ?? '');
  if (!read) return later(() => tell(PHRASES.otherVersion, place, ears));
  const { press, asks } = read;
  const on = body.container.message_ts ?? body.message?.ts ?? body.container.view_id ?? '';
  const event = [team, body.user.id, body.channel?.id ?? 'home', on, pressed.action_id, pressed.action_ts].join(' ');
  const work =
    asks.length > 0
      ? open(body, read, place, ears)
      : ears.hear.pressed({ event, from: body.user.id, ...press, fields: {}, place, lateMs: 0, before: began + ANSWER_MS });
  try {
    await within<unknown>(ANSWER_MS - (Date.now() - began), work);
  } catch (error) {
    ears.log('slack: a press was not taken', error);
    later(() => tell(asks.length > 0 ? PHRASES.noForm : PHRASES.notTaken, place, ears));
  }
}

/** Where it was pressed; on the home tab, the conversation with the person. */
async function placeOf({ channel, container, message, user }: Body, { dms }: Ears): Promise<Place> {
  const room = channel?.id ?? container.channel_id ?? (await within(1000, dms.open(user.id)).catch(() => user.id));
  const ts = message?.ts ?? container.message_ts;
  const root = container.thread_ts ?? message?.thread_ts;
  const thread = root === ts ? undefined : root; // a message that has replies names itself
  // Where a button of the bot's can be pressed that is no channel, nobody else is.
  return { chat: 'slack', room, to: user.id, ...(thread ? { thread } : {}), ...(isDm(room) ? { alone: true as const } : {}) };
}

async function open(body: Body, read: NonNullable<ReturnType<typeof pressOf>>, place: Place, ears: Ears): Promise<void> {
  const { press, asks } = read;
  const user = body.user.id;
  const fields = await Promise.all(asks.map((one) => withChoices(one, user, press.ticket, ears)));
  const lang = await ears.hear.lang(place.room, user);
  const view = formView(LABELS[press.action], fields, lang, { press, place });
  if (view) await ears.api.views.open({ trigger_id: body.trigger_id, view });
}

/** The field with what may be chosen; asked for while typing when that takes long, or when there is much. */
async function withChoices(one: Asked, user: string, ticket: string, { hear }: Ears): Promise<Field> {
  const field = fieldOf(one);
  if (!one.choose) return field;
  const choices = await within(800, hear.choices(user, { ticket }, one.name, '')).catch(() => []);
  return choices.length > 0 && choices.length < 100 ? { ...field, choices } : { ...field, more: true };
}

function later(work: () => Promise<void>): void {
  void work();
}
