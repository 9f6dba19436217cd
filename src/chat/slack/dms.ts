import type { webApi } from '@slack/bolt';

/** Conversations with one person each, opened when they are needed. */
export class Dms {
  readonly #api: webApi.WebClient;
  readonly #rooms = new Map<string, string>();

  constructor(api: webApi.WebClient) {
    this.#api = api;
  }

  /** The room with this person. Throws Slack's error when there can be none. */
  async open(user: string): Promise<string> {
    const known = this.#rooms.get(user);
    if (known !== undefined) return known;
    const { channel } = await this.#api.conversations.open({ users: user });
    if (channel?.id === undefined) throw new Error('Slack opened no conversation');
    this.#rooms.set(user, channel.id);
    return channel.id;
  }
}

/** Whether a room is a conversation with one person: everything there is private. */
export function isDm(room: string): boolean {
  return room.startsWith('D');
}

/** Whether a room is named by its person: the conversation is yet to be opened. */
export function isPerson(room: string): boolean {
  return /^[UW][A-Z0-9]+$/.test(room);
}
