import { replace, show } from './api/views.ts';
import type { Delivery } from './parcel.ts';
import { submitReply } from './schema/view.ts';
import type { Slack } from './slack.ts';
import { type Entry, entered, fieldsOf, isBlank, type Offer, type State, stateOf } from './state.ts';
import type { View } from './things.ts';

/** What came of a modal that was sent. */
export interface Submitted {
  readonly delivery: Delivery;
  /** What the app made of it; nothing where it did not acknowledge. */
  readonly action?: 'close' | 'clear' | 'errors' | 'update' | 'push';
  readonly errors?: Readonly<Record<string, string>>;
}

/** What a person has put into the named fields of a modal; an error where the client would not send it so. */
export function filled(view: View, values: Readonly<Record<string, Entry>>, offers: (action: string) => readonly Offer[]): State {
  const state: State = {};
  for (const [name, entry] of Object.entries(values)) {
    const field = fieldsOf(view.shown.blocks).find(
      ({ block, action }) => block.block_id === name || action === name || (block.type === 'input' && block.label.text === name),
    );
    if (!field) throw new Error(`the modal has no field «${name}»`);
    const id = field.block.block_id ?? '';
    state[id] = { ...state[id], [field.action]: entered(field.element, entry, offers(field.action)) };
  }
  const all = stateOf(view.shown.blocks, state);
  for (const { block, action } of fieldsOf(view.shown.blocks)) {
    const wanted = block.type === 'input' && !block.optional;
    if (wanted && isBlank(all[block.block_id ?? '']?.[action])) throw new Error(`the client asks for «${block.label.text}»`);
  }
  return state;
}

/** Does with the modal what the app's acknowledgement says. https://docs.slack.dev/surfaces/modals#response_actions */
export function submitted(slack: Slack, view: View, body: unknown): Pick<Submitted, 'action' | 'errors'> {
  const { world } = slack;
  const read = submitReply.safeParse(body === '' || body === undefined || body === null ? {} : body);
  if (!read.success) {
    slack.misuse(`acknowledgement of a modal: ${read.error.message}`);
    return {};
  }
  const reply = read.data;
  if (!('response_action' in reply) || reply.response_action === 'clear') {
    const clears = 'response_action' in reply;
    world.modals.set(view.user, clears ? [] : (world.modals.get(view.user) ?? []).filter((one) => one.id !== view.id));
    world.changed();
    return { action: clears ? 'clear' : 'close' };
  }
  if (reply.response_action === 'errors') {
    const inputs = view.shown.blocks.filter((block) => block.type === 'input').map((block) => block.block_id);
    for (const id of Object.keys(reply.errors)) if (!inputs.includes(id)) slack.misuse(`an error for ${id}, which is no input of the modal`);
    return { action: 'errors', errors: reply.errors };
  }
  if (reply.response_action === 'update') replace(world, view, reply.view);
  else show(world, view.user, reply.view, view);
  return { action: reply.response_action };
}
