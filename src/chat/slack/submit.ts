import type { z } from 'zod';
import { type Said, speak } from '../../core/words.ts';
import type { Ears, Reply } from './ears.ts';
import { fieldNamed, optionsOf, purposeOf } from './form.ts';
import type { submitBody, suggestBody } from './payloads.ts';
import { PHRASES } from './phrases.ts';
import { ANSWER_MS, within } from './within.ts';

type Body = z.infer<typeof submitBody>;

/** Queues a form that was sent; what does not come to pass is said in the form, which stays open. */
export async function takeForm(body: Body, team: string, ears: Ears): Promise<Reply> {
  const { user, view } = body;
  const purpose = purposeOf(view.private_metadata, user.id);
  if (!purpose) return refused(PHRASES.otherVersion, body, ears);
  const { press = { action: 'fill' as const, ticket: '', code: '' }, line, place } = purpose;
  const pressing = { event: `${team} view ${view.id}`, from: user.id, ...press, fields: fieldsOf(body), place, lateMs: 0, before: Date.now() + ANSWER_MS };
  try {
    await within(ANSWER_MS, ears.hear.pressed({ ...pressing, ...(line === undefined ? {} : { line }) }));
    return undefined;
  } catch (error) {
    ears.log('slack: a form was not taken', error);
    return refused(PHRASES.notTaken, body, ears);
  }
}

/** The choices that fit what was typed into a select so far. */
export async function suggest(body: z.infer<typeof suggestBody>, { hear, log }: Ears): Promise<Reply> {
  const { user, value, view } = body;
  const purpose = purposeOf(view.private_metadata, user.id);
  const field = fieldNamed(body.block_id);
  if (!purpose || !field) return { options: [] };
  const form = purpose.line === undefined ? { ticket: purpose.press?.ticket ?? '' } : { line: purpose.line };
  try {
    return { options: optionsOf(await within(ANSWER_MS, hear.choices(user.id, form, field.name, value))) };
  } catch (error) {
    log('slack: no choices for a form', error);
    return { options: [] };
  }
}

function fieldsOf({ view }: Body): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const [block, actions] of Object.entries(view.state.values)) {
    const field = fieldNamed(block);
    const [filled] = Object.values(actions);
    if (!field || !filled) continue;
    const chosen = filled.selected_options?.map(({ value }) => value) ?? (filled.selected_option ? [filled.selected_option.value] : undefined);
    const typed = (filled.value ?? '').trim();
    const values = chosen ?? (field.many ? typed.split(/\s+/) : [typed]);
    fields[field.name] = values.filter((value) => value !== '');
  }
  return fields;
}

async function refused(why: Said, { user, view }: Body, { hear }: Ears): Promise<Reply> {
  const [first] = Object.keys(view.state.values);
  const lang = await within(300, hear.lang(undefined, user.id)).catch(() => 'en' as const);
  return first === undefined ? undefined : { response_action: 'errors', errors: { [first]: speak(why, lang) } };
}
