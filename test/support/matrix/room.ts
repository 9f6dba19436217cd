import { z } from 'zod';
import { wrongWith } from './checks.ts';
import { type MatrixEvent, MENTIONS, redactedBy, relationOf, SAID } from './events.ts';

/** A message as a person sees it now. */
export interface Seen {
  readonly id: string;
  readonly sender: string;
  readonly msgtype: string;
  readonly body: string;
  readonly html: string | undefined;
  /** The message that began the thread it is in. */
  readonly thread: string | undefined;
  /** How often its sender has changed it. */
  readonly edits: number;
  /** Who reacted with what, in the order of the reactions. */
  readonly reactions: ReadonlyMap<string, readonly string[]>;
  readonly ts: number;
  readonly file: { readonly mxc: string; readonly name: string; readonly type: string | undefined; readonly size: number | undefined } | undefined;
}

/** An event that hangs on another. */
interface Attached {
  readonly event: MatrixEvent;
  readonly relation: NonNullable<ReturnType<typeof relationOf>>;
}

/** One room, as its events have made it. */
export class Room {
  readonly id: string;
  readonly #me: string;
  readonly #events = new Map<string, MatrixEvent>();
  readonly #on = new Map<string, Attached[]>();
  readonly #redacted = new Set<string>();
  readonly #state = new Map<string, MatrixEvent>();
  /** The messages that called this person, even those taken away since. */
  readonly calls = new Set<string>();
  readonly violations: string[] = [];
  constructor(id: string, me: string) {
    this.id = id;
    this.#me = me;
  }

  has(id: string): boolean {
    return this.#events.has(id);
  }

  /** Takes events in the order of the room. */
  take(events: readonly MatrixEvent[], onlyState = false): void {
    for (const event of events) {
      if (event.state_key !== undefined) this.#state.set(`${event.type}|${event.state_key}`, event);
      if (onlyState || this.has(event.event_id)) continue;
      this.#events.set(event.event_id, event);
      const relation = relationOf(event);
      if (relation?.event_id !== undefined) this.#on.set(relation.event_id, [...(this.#on.get(relation.event_id) ?? []), { event, relation }]);
      const taken = redactedBy(event);
      if (taken !== undefined) this.#redacted.add(taken);
      if (event.unsigned?.redacted_because !== undefined) this.#redacted.add(event.event_id);
      if (event.sender === this.#me) continue;
      if (calls(event, this.#me)) this.calls.add(event.event_id);
      const wrong = wrongWith(event, (id) => (id === event.event_id ? undefined : this.#events.get(id)));
      this.violations.push(...wrong.map((what) => `${event.type} ${event.event_id} of ${event.sender}: ${what}`));
    }
  }

  /** Its events in order, as they came. */
  events(): readonly MatrixEvent[] {
    return [...this.#events.values()];
  }

  /** What a state event says now. */
  state(type: string, key = ''): Readonly<Record<string, unknown>> | undefined {
    return this.#state.get(`${type}|${key}`)?.content;
  }

  get name(): string | undefined {
    return z.string().optional().catch(undefined).parse(this.state('m.room.name')?.name);
  }

  get encrypted(): boolean {
    return this.state('m.room.encryption') !== undefined;
  }

  /** Who is in it, is invited, has left: by user id. */
  members(): ReadonlyMap<string, string> {
    const members = [...this.#state.values()].filter(({ type }) => type === 'm.room.member');
    return new Map(members.map(({ state_key: who = '', content }) => [who, z.string().catch('').parse(content.membership)]));
  }

  /** Its members and last messages, in words. */
  describe(): string {
    const messages = this.timeline().slice(-20);
    const lines = messages.map(({ id, sender, thread, edits, body, reactions }) => {
      const marks = [
        ...(thread === undefined ? [] : [`in ${thread}`]),
        ...(edits === 0 ? [] : [`${edits} edits`]),
        ...[...reactions].map(([key, who]) => `${key}:${who}`),
      ];
      return `  ${id} ${sender}: ${JSON.stringify(body.slice(0, 300))} ${marks.join(' ')}`.trimEnd();
    });
    const members = [...this.members()].map(([who, membership]) => `${who} ${membership}`);
    return [`${this.id} ${this.name ?? ''} (${members.join(', ')})`, ...lines, ...this.violations.map((what) => `  ! ${what}`)].join('\n');
  }

  /** Its messages in order: changed as their senders changed them, without those taken away. */
  timeline(): Seen[] {
    const shows = ({ event_id }: MatrixEvent) => !this.#redacted.has(event_id);
    const messages = this.events().filter((event) => event.type === 'm.room.message' && shows(event) && relationOf(event)?.rel_type !== 'm.replace');
    return messages.flatMap((event) => {
      const on = (this.#on.get(event.event_id) ?? []).filter((attached) => shows(attached.event));
      return seen(event, on);
    });
  }
}

function calls(event: MatrixEvent, me: string): boolean {
  if (event.type !== 'm.room.message' || relationOf(event)?.rel_type === 'm.replace') return false;
  const mentions = MENTIONS.safeParse(event.content['m.mentions']).data;
  return mentions?.room === true || mentions?.user_ids?.includes(me) === true;
}

function seen(message: MatrixEvent, on: readonly Attached[]): Seen[] {
  const edits = on
    .filter(({ event, relation }) => relation.rel_type === 'm.replace' && event.sender === message.sender && event.type === 'm.room.message')
    .sort((one, two) => one.event.origin_server_ts - two.event.origin_server_ts); // of the same millisecond the later in the room counts
  const last = edits.at(-1);
  const said = SAID.safeParse(last?.event.content['m.new_content']).data ?? SAID.safeParse(message.content).data;
  if (said === undefined) return [];
  const reactions = new Map<string, string[]>();
  for (const { event, relation } of on) {
    if (event.type !== 'm.reaction' || relation.key === undefined) continue;
    const who = reactions.get(relation.key) ?? [];
    reactions.set(relation.key, who.includes(event.sender) ? who : [...who, event.sender]);
  }
  const own = relationOf(message);
  const { url: mxc, filename: name = said.body, info } = said;
  return [
    {
      ...{ id: message.event_id, sender: message.sender, ts: message.origin_server_ts, msgtype: said.msgtype, body: said.body, html: said.formatted_body },
      ...{ thread: own?.rel_type === 'm.thread' ? own.event_id : undefined, edits: edits.length, reactions },
      file: mxc === undefined ? undefined : { mxc, name, type: info?.mimetype, size: info?.size },
    },
  ];
}
