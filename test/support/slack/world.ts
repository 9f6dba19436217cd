import { Ids } from './ids.ts';
import type { Block } from './schema/blocks.ts';
import { BOT, type Channel, type Message, type Upload, type User, type View } from './things.ts';

/** All that is in the workspace. */
export class World {
  readonly ids = new Ids();
  readonly users = new Map<string, User>();
  readonly channels = new Map<string, Channel>();
  readonly messages: Message[] = [];
  readonly uploads = new Map<string, Upload>();
  /** The modals of each person, the topmost last. */
  readonly modals = new Map<string, View[]>();
  readonly homes = new Map<string, View>();
  readonly triggers = new Map<string, { readonly user: string; readonly at: number; used: boolean }>();
  readonly violations: string[] = [];
  readonly #watchers = new Set<() => void>();

  /** Says that something is different now. */
  changed(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Calls back on every change, until the answer is called. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Waits until the function gives something; looks at every change and now and then. */
  async until<T>(fn: () => T | undefined | false | null, ms: number): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = () => {
      try {
        const found = fn();
        if (found !== undefined && found !== false && found !== null) resolve(found);
      } catch (error) {
        reject(error);
      }
    };
    const unwatch = this.watch(look);
    const often = setInterval(look, 25);
    const late = setTimeout(() => reject(new Error(`after ${ms} ms still not: ${fn}`)), ms);
    look();
    try {
      return await promise;
    } finally {
      unwatch();
      clearInterval(often);
      clearTimeout(late);
    }
  }

  /** A person; an error of the test where there is none. */
  user(id: string): User {
    return this.users.get(id) ?? fail(`nobody is ${id}`);
  }

  /** A channel; an error of the test where there is none. */
  channel(id: string): Channel {
    return this.channels.get(id) ?? fail(`there is no channel ${id}`);
  }

  /** A message that was not deleted. */
  message(channel: string, ts: string): Message | undefined {
    return this.messages.find((one) => one.channel === channel && one.ts === ts && !one.deleted);
  }

  /** The direct conversation of a person with the bot, opened where it was not. */
  dm(user: string): Channel {
    const known = [...this.channels.values()].find((one) => one.kind === 'im' && one.members.has(user));
    if (known) return known;
    const opened: Channel = { id: `D${user.slice(1)}`, name: '', kind: 'im', members: new Set([user, BOT.user]), archived: false, shared: false };
    this.channels.set(opened.id, opened);
    return opened;
  }

  /** A new trigger of this person's. */
  trigger(user: string): string {
    const id = this.ids.trigger();
    this.triggers.set(id, { user, at: Date.now(), used: false });
    return id;
  }

  /** Puts a new message in its place. */
  say(said: Pick<Message, 'channel' | 'user'> & Partial<Pick<Message, 'thread' | 'ephemeral' | 'text' | 'blocks' | 'metadata' | 'files'>>): Message {
    const ts = this.ids.ts();
    const { text = '', blocks = [], metadata, files = [], ...rest } = said;
    const shown = identified(blocks, this.ids);
    const message: Message = {
      ...rest,
      ts,
      text,
      blocks: shown,
      metadata,
      files,
      versions: [{ text, blocks: shown, at: Date.now() }],
      reactions: [],
      state: new Map(),
      deleted: false,
    };
    this.messages.push(message);
    this.changed();
    return message;
  }

  /** Gives a message new words. */
  edit(message: Message, text: string, blocks: readonly Block[]): void {
    message.text = text;
    message.blocks = identified(blocks, this.ids);
    message.versions.push({ text, blocks: message.blocks, at: Date.now() });
    message.state.clear();
    this.changed();
  }
}

/** Ids for blocks and actions that came without, as Slack invents them. */
export function identified<T extends Block>(blocks: readonly T[], ids: Ids): T[] {
  return blocks.map((block) => {
    const named = { ...structuredClone(block), block_id: block.block_id ?? ids.next('b') };
    const elements =
      named.type === 'actions' ? named.elements : named.type === 'input' ? [named.element] : 'accessory' in named && named.accessory ? [named.accessory] : [];
    for (const element of elements) if (element.type !== 'image') element.action_id ??= ids.next('a');
    return named;
  });
}

function fail(message: string): never {
  throw new Error(message);
}
