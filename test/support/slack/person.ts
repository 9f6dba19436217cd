import { stateFor } from './interaction.ts';
import { filled, type Submitted, submitted } from './modal.ts';
import type { Delivery } from './parcel.ts';
import { isGood } from './parcel.ts';
import type { Block } from './schema/blocks.ts';
import type { Element } from './schema/elements.ts';
import { commandReply, suggestions } from './schema/message.ts';
import { elementsOf } from './schema/rules.ts';
import type { Slack } from './slack.ts';
import { type Entry, entered, type Offer, type State } from './state.ts';
import { BOT, type Channel, type Message, type User, type View } from './things.ts';
import { type Fields, messageFields } from './wire.ts';
import { arriving, arrivingBlocks } from './words.ts';

/** How a press is made: as an older version of the message showed it, or within one of several blocks. */
export interface Press {
  readonly as?: Pick<Message, 'text' | 'blocks'>;
  readonly block?: string;
}

/** Somebody of the workspace, and all they can do: the door of tests. */
export class Person {
  readonly user: User;
  readonly #slack: Slack;
  readonly #offers = new Map<string, readonly Offer[]>();

  constructor(slack: Slack, user: User) {
    this.#slack = slack;
    this.user = user;
  }

  get id(): string {
    return this.user.id;
  }

  /** The direct conversation with the bot. */
  get dm(): Channel {
    return this.#slack.world.dm(this.id);
  }

  /** Writes a message, with <@U…> for mentions and the rest as typed. */
  types(channel: string, text: string, { thread }: { readonly thread?: string } = {}): Delivery {
    this.#in(channel);
    const said = { channel, user: this.id, text: arriving(text), blocks: arrivingBlocks(text) };
    return this.#slack.events.said(this.#slack.world.say({ ...said, ...(thread !== undefined && { thread }) }));
  }

  /** Changes a message of their own. */
  edits(channel: string, ts: string, text: string): Delivery {
    const message = this.#finds(channel, ts);
    if (message.user !== this.id) throw new Error('only who wrote a message edits it');
    const before = messageFields(this.#slack.world, message);
    this.#slack.world.edit(message, arriving(text), arrivingBlocks(text));
    return this.#slack.events.edited(message, before);
  }

  /** Deletes a message: an admin may delete anybody's. */
  removes(channel: string, ts: string): Delivery {
    return this.#slack.events.removed(this.#finds(channel, ts));
  }

  /** Gives a slash command; what the app acknowledges with is shown to them. */
  slash(channel: string, command: string, text = ''): Delivery {
    const where = this.#in(channel);
    const delivery = this.#slack.courier.deliver([this.#slack.interactions.command(this.user, where, command, text)]);
    delivery.settled.then(([attempt]) => attempt && isGood(attempt) && this.#answered(where, attempt.body));
    return delivery;
  }

  #answered(channel: Channel, body: unknown): void {
    if (body === undefined || body === null || body === '' || JSON.stringify(body) === '{}') return;
    const read = commandReply.safeParse(typeof body === 'string' ? { text: body } : body);
    if (!read.success) {
      this.#slack.misuse(`acknowledgement of a command: ${read.error.message}`);
      return;
    }
    const { response_type, text = '', blocks = [] } = read.data;
    this.#slack.world.say({ channel: channel.id, user: BOT.user, text, blocks, ...(response_type !== 'in_channel' && { ephemeral: this.id }) });
  }

  /** Presses a button of a message. */
  presses(channel: string, ts: string, action: string, press: Press = {}): Delivery {
    const message = this.#slack.world.messages.find((one) => one.channel === channel && one.ts === ts);
    if (!message || (press.as === undefined && !this.sees(channel).includes(message))) throw new Error(`${this.user.name} sees no message ${ts}`);
    const shown = press.as ?? message;
    const { block, element } = find(shown.blocks, action, press.block);
    if (element.type !== 'button') throw new Error(`${action} is a ${element.type}, not a button`);
    return this.#slack.courier.deliver([this.#slack.interactions.inMessage(this.user, message, pressed(block, element), shown)], ts);
  }

  /** Chooses in a menu of a message: an option's value or text, a user, a date, or nothing. */
  chooses(channel: string, ts: string, action: string, entry: Entry, press: Press = {}): Delivery {
    const message = this.#finds(channel, ts);
    const shown = press.as ?? message;
    const { block, element } = find(shown.blocks, action, press.block);
    const { held, ...fields } = this.#chosen(block, element, entry);
    const state = stateFor(message, this.id);
    if (held) state[fields.block_id] = { ...state[fields.block_id], [action]: held };
    return this.#slack.courier.deliver([this.#slack.interactions.inMessage(this.user, message, fields, shown)], ts);
  }

  /** Presses a button, or chooses, in a modal or the home tab. */
  uses(view: View, action: string, entry: Entry = null, state: State = {}): Delivery {
    const { block, element } = find(view.shown.blocks, action);
    if (element.type === 'button') return this.#slack.courier.deliver([this.#slack.interactions.inView(this.user, view, pressed(block, element), state)]);
    const { held, ...fields } = this.#chosen(block, element, entry);
    const now = held ? { ...state, [fields.block_id]: { [action]: held } } : state;
    return this.#slack.courier.deliver([this.#slack.interactions.inView(this.user, view, fields, now)]);
  }

  #chosen(block: Block, element: Element, entry: Entry): Fields & { readonly block_id: string; readonly held?: Fields } {
    const named = { block_id: block.block_id ?? '' };
    if (element.type === 'button' || element.type === 'image') throw new Error(`nothing to choose in a ${element.type}`);
    if (element.type === 'overflow') {
      const selected_option = element.options.find((one) => one.value === entry || one.text.text === entry);
      if (!selected_option) throw new Error(`«${entry}» is not in the menu`);
      return { ...named, type: element.type, action_id: element.action_id, selected_option };
    }
    const held = entered(element, entry, this.#offers.get(element.action_id ?? '') ?? []);
    return { ...named, action_id: element.action_id, ...held, held };
  }

  /** Types into an external select of a view or a message; gives the options the app answers. */
  async suggest(where: View | Message, action: string, value: string): Promise<readonly Offer[]> {
    const { block } = find('shown' in where ? where.shown.blocks : where.blocks, action);
    const delivery = this.#slack.courier.deliver([this.#slack.interactions.suggestion(this.user, where, block.block_id ?? '', action, value)]);
    const [attempt] = await delivery.settled;
    if (!attempt || !isGood(attempt)) return [];
    const read = suggestions.safeParse(attempt.body);
    if (!read.success) {
      this.#slack.misuse(`answer to block_suggestion: ${read.error.message}`);
      return [];
    }
    const offers = 'options' in read.data ? read.data.options : read.data.option_groups.flatMap((group) => group.options);
    this.#offers.set(action, offers);
    return offers;
  }

  /** Fills the named fields (by block, action or label) and sends the modal; gives what the app acknowledged with. */
  async fills(view: View, values: Readonly<Record<string, Entry>>): Promise<Submitted> {
    const state = filled(view, values, (action) => this.#offers.get(action) ?? []);
    const delivery = this.#slack.courier.deliver([this.#slack.interactions.submission(this.user, view, state)]);
    const [attempt] = await delivery.settled;
    return { delivery, ...(attempt && isGood(attempt) ? submitted(this.#slack, view, attempt.body) : {}) };
  }

  /** Closes a modal without sending it. */
  closes(view: View): Delivery {
    const { world } = this.#slack;
    const told = view.shown.type === 'modal' && view.shown.notify_on_close === true;
    const cleared = view.shown.type === 'modal' && view.shown.clear_on_close === true;
    world.modals.set(this.id, cleared ? [] : (world.modals.get(this.id) ?? []).filter((one) => one.id !== view.id));
    world.changed();
    return this.#slack.courier.deliver(told ? [this.#slack.interactions.closing(this.user, view, cleared)] : []);
  }

  /** Opens the app's home tab, or its messages tab. */
  opensHome(tab: 'home' | 'messages' = 'home'): Delivery {
    const event = { type: 'app_home_opened', user: this.id, channel: this.dm.id, tab, event_ts: this.#slack.world.ids.ts() };
    return this.#slack.courier.deliver(this.#slack.events.envelope('app_home_opened', event, this.dm));
  }

  /** Puts an emoji on a message. */
  reacts(channel: string, ts: string, name: string): Delivery {
    return this.#slack.events.reacted(this.#finds(channel, ts), this.id, name);
  }

  /** Comes into a channel. */
  joins(channel: string): Delivery {
    return this.#slack.events.joined(this.#slack.world.channel(channel), this.id);
  }

  /** Brings the bot into a channel. */
  invitesBot(channel: string): Delivery {
    return this.#slack.events.joined(this.#in(channel), BOT.user, this.id);
  }

  /** The messages before them, oldest first: everywhere, or in one channel; with what is ephemeral for them, and threads. */
  sees(channel?: string): Message[] {
    const { world } = this.#slack;
    return world.messages.filter((one) => {
      const where = world.channel(one.channel);
      const open = where.members.has(this.id) || (channel !== undefined && where.kind === 'public' && !this.user.guest);
      return open && !one.deleted && (channel === undefined || one.channel === channel) && (one.ephemeral === undefined || one.ephemeral === this.id);
    });
  }

  /** The modals before them, the topmost last. */
  views(): readonly View[] {
    return this.#slack.world.modals.get(this.id) ?? [];
  }

  /** The home tab, once the app has published one. */
  home(): View | undefined {
    return this.#slack.world.homes.get(this.id);
  }

  #in(channel: string): Channel {
    const where = this.#slack.world.channel(channel);
    if (!where.members.has(this.id) || where.archived) throw new Error(`${this.user.name} cannot write in ${channel}`);
    return where;
  }

  #finds(channel: string, ts: string): Message {
    const message = this.sees(channel).find((one) => one.ts === ts);
    if (!message) throw new Error(`${this.user.name} sees no message ${ts} in ${channel}`);
    return message;
  }
}

function find(blocks: readonly Block[], action: string, within?: string): { readonly block: Block; readonly element: Element } {
  for (const block of blocks) {
    if (within !== undefined && block.block_id !== within) continue;
    const element = elementsOf(block).find((one) => one.type !== 'image' && one.action_id === action);
    if (element) return { block, element };
  }
  const there = blocks.flatMap(elementsOf).map((one) => (one.type === 'image' ? 'image' : one.action_id));
  throw new Error(`no element ${action} among ${there.join(', ')}`);
}

function pressed(block: Block, element: Extract<Element, { readonly type: 'button' }>): Fields {
  const { type, action_id, text, value, style } = element;
  return { action_id, block_id: block.block_id, text, ...(value !== undefined && { value }), ...(style && { style }), type };
}
