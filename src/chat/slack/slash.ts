import type { z } from 'zod';
import type { Place } from '../../core/types.ts';
import { speak } from '../../core/words.ts';
import { decode } from './decode.ts';
import type { Ears, Reply } from './ears.ts';
import { formView } from './form.ts';
import type { slashBody } from './payloads.ts';
import { PHRASES } from './phrases.ts';
import { takeLine } from './said.ts';
import { ANSWER_MS, within } from './within.ts';

/** A trigger lives 3 s: a form is opened by then or not at all. Milliseconds. */
const FORM_MS = 1500;

/** The line that a slash command stands for: `/ops vm list` and `/vm list` are both `vm list`. */
export function lineOf(command: string, text: string): string {
  const family = command.slice(1).toLowerCase();
  const rest = decode(text);
  return (family === 'ops' ? rest : `${family} ${rest}`).trim() || 'help';
}

/** Asks for what the line lacks, or else queues it. */
export async function takeSlash(body: z.infer<typeof slashBody>, team: string, ears: Ears): Promise<Reply> {
  const began = Date.now();
  const { command, text, channel_id: room, user_id: to, trigger_id } = body;
  const place: Place = { chat: 'slack', room, to };
  const line = lineOf(command, text);
  const asked = await within(FORM_MS, ask(line, place, trigger_id, ears)).catch((error: unknown) => {
    ears.log('slack: no form for a slash command', error);
    return false;
  });
  if (asked) return undefined;
  try {
    await within(
      ANSWER_MS - (Date.now() - began),
      takeLine(line, `${team} slash ${trigger_id}`, place, { lateMs: 0, unseen: true, before: began + ANSWER_MS }, ears),
    );
    return undefined;
  } catch (error) {
    ears.log('slack: a slash command was not taken', error);
    return { response_type: 'ephemeral', text: speak(PHRASES.notTaken, await language(ears, room, to)) };
  }
}

async function ask(line: string, place: Place, trigger_id: string, { hear, api }: Ears): Promise<boolean> {
  const to = place.to ?? '';
  const form = await hear.form(to, line);
  if (!form || form.fields.length === 0) return false;
  const view = formView(form.title, form.fields, await hear.lang(place.room, to), { line: form.line, place });
  if (view) await api.views.open({ trigger_id, view });
  return view !== undefined;
}

/** The language to answer in, when the store that knows it may be away. */
async function language({ hear }: Ears, room: string, user: string) {
  return within(300, hear.lang(room, user)).catch(() => 'en' as const);
}
