import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Pace } from '../../src/chat/pace.ts';
import { Speaker } from '../../src/chat/speaker.ts';
import { nameOf, type Shelf, type Showing, type Want } from '../../src/chat/wish.ts';
import { type At, type Doubt, type Message, type Shown, Throttled, Unwelcome, Vanished } from '../../src/core/chat.ts';
import type { Card } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';

const FAST: Pace = { perSecond: 100_000, burst: 1000, editMs: 0, abreast: 4 };

/** A store that is there as long as the test is, whatever becomes of speakers. */
class Kept {
  readonly wishes = new Map<string, Want>();
  readonly shelves = new Map<string, Shelf>();
  async want(want: Want) {
    this.wishes.set(nameOf(want), want);
  }
  async wanted() {
    return [...this.wishes.values()];
  }
  async done(want: Want) {
    if (this.wishes.get(nameOf(want))?.id === want.id) this.wishes.delete(nameOf(want));
  }
  readonly lingers = new Map<string, Want>();
  async linger(want: Want) {
    this.lingers.set(nameOf(want), want);
  }
  async lingering() {
    return [...this.lingers.values()];
  }
  async over(want: Want) {
    this.lingers.delete(nameOf(want));
  }
  async shelf(want: Want) {
    return this.shelves.get(nameOf(want));
  }
  async keep(want: Want, shelf: Shelf) {
    this.shelves.set(nameOf(want), structuredClone(shelf));
  }
}

/** A room that shows what it is told to: one message per key, and how often each was posted and edited. */
class Room {
  readonly messages: { key: string; id: string; text: string; edits: number; at: number; thread: string | undefined }[] = [];
  readonly log: string[] = [];
  before: (message: Message, at: At) => void | Promise<void> = () => undefined;
  after: () => void = () => undefined;

  async show(message: Message, at: At): Promise<Shown> {
    await this.before(message, at);
    const text = message.kind === 'card' ? (message.card.title.with?.text === 'moved' ? 'moved' : `${message.card.id} ${message.card.rev}`) : message.kind;
    this.log.push(text);
    if (at.post) {
      const known = this.messages.find(({ id }) => id === at.post?.id);
      if (!known) throw new Vanished();
      Object.assign(known, { text, edits: known.edits + 1, at: Date.now() });
      return { post: at.post, sent: 1 };
    }
    const known = at.began === undefined ? undefined : this.messages.find(({ key }) => key === at.key);
    const id = known?.id ?? `m${this.messages.length + 1}`;
    if (known) known.text = text;
    else this.messages.push({ key: at.key, id, text, edits: 0, at: Date.now(), thread: at.card?.id });
    this.after();
    return { post: { room: at.place.room, id }, sent: 1 };
  }
}

/** A room that may do late what it was told, when who told it has given up. */
class LateRoom extends Room {
  readonly late: { key: string; thread: string | undefined }[] = [];
  readonly looks: { key: string; at: number }[] = [];
  readonly troubles: Error[] = [];
  looking: Promise<void> | undefined;
  /** The next message is given up, and done when `does` is called. */
  givesUp(when: (message: Message) => boolean = () => true): void {
    this.before = (message, at) => {
      if (at.post || !when(message)) return;
      this.before = () => undefined;
      this.late.push({ key: at.key, thread: at.card?.id });
      throw new Error('no answer');
    };
  }
  does(): void {
    for (const one of this.late.splice(0)) this.messages.push({ ...one, id: `late${this.messages.length}`, text: 'late', edits: 0, at: Date.now() });
  }
  async tidy({ key, stays }: Doubt): Promise<void> {
    this.looks.push({ key, at: Date.now() });
    const trouble = this.troubles.shift();
    if (trouble) throw trouble;
    await this.looking;
    for (const one of this.messages.filter((other) => other.key === key && other.id !== stays)) this.messages.splice(this.messages.indexOf(one), 1);
  }
}

/** Cards by id: their newest revision, and what belongs into their threads. */
class World {
  readonly cards = new Map<string, { rev: number; thread: string[]; later: boolean; private: boolean }>();
  set(id: string, rev: number, thread: string[] = [], { later = false, hidden = false } = {}) {
    this.cards.set(id, { rev, thread, later, private: hidden });
  }
  async showing({ card: id }: Want): Promise<Showing | undefined> {
    const found = this.cards.get(id);
    if (!found) return undefined;
    const card: Card = { id, rev: found.rev, mood: 'busy', title: quoted(id), blocks: [], buttons: [], ticket: null };
    const about = { at: 0, by: '', private: false, heard: [], sees: () => true };
    const nudge = (key: string) => ({ key, lane: 1, message: { kind: 'nudge', text: say({ en: 'x', zh: 'x' }), lang: 'en', calls: [] } as const });
    const message = { kind: 'card', card, lang: 'en', about } as const;
    return {
      message,
      instead: { ...message, card: { ...card, title: quoted('moved') } },
      private: found.private,
      later: found.later,
      thread: found.thread.map(nudge),
    };
  }
}

const speakers: Speaker[] = [];
afterEach(async () => {
  await Promise.all(speakers.splice(0).map((speaker) => speaker.close()));
});
function begin(room: Room, world: World, kept = new Kept(), pace: Pace = FAST, held = () => true) {
  const logged: string[] = [];
  const speaker = new Speaker({ chat: room, posts: kept, showing: (want) => world.showing(want), pace, held, log: (text) => void logged.push(text) });
  speakers.push(speaker);
  return { speaker, kept, logged, wants: (card: string, lane = 1, place = 'r') => speaker.want({ card, lane, place: { chat: 'x', room: place } }) };
}
const until = async (what: () => boolean, ms = 5000) => {
  for (const end = Date.now() + ms; !what(); await new Promise((resolve) => setTimeout(resolve, 5)))
    if (Date.now() > end) throw new Error('it did not come to that');
};

describe('a speaker', () => {
  it('posts a card once and edits it from then on, with what belongs into its thread once each', async () => {
    const [room, world] = [new Room(), new World()];
    const { kept, wants } = begin(room, world);
    world.set('A', 1);
    await wants('A');
    await until(() => kept.wishes.size === 0);
    world.set('A', 5, ['needs', 'failed']);
    await wants('A');
    await wants('A');
    await until(() => kept.wishes.size === 0);
    expect(room.messages.map(({ text, edits, thread }) => [text, edits, thread])).toEqual([
      ['A 5', 1, undefined],
      ['nudge', 0, 'm1'],
      ['nudge', 0, 'm1'],
    ]);
  });

  it('shows only the newest of what was wanted meanwhile', async () => {
    const [room, world] = [new Room(), new World()];
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => (go = resolve));
    room.before = () => gate;
    const { kept, wants } = begin(room, world);
    for (let rev = 1; rev <= 50; rev++) {
      world.set('A', rev);
      await wants('A');
    }
    go();
    await until(() => kept.wishes.size === 0);
    expect(room.log.length).toBeLessThan(4);
    expect(room.messages).toMatchObject([{ text: 'A 50' }]);
  });

  it('lets a decision go before results, and results before progress, and forgets nothing', async () => {
    const [room, world, kept] = [new Room(), new World(), new Kept()];
    const slow: Pace = { perSecond: 200, burst: 3, editMs: 0, abreast: 1 };
    for (const [i, lane] of [2, 2, 2, 2, 1, 1, 0].entries()) {
      world.set(`C${i}`, 1);
      await kept.want({ card: `C${i}`, place: { chat: 'x', room: 'r' }, lane, id: `${i}` });
    }
    const { speaker } = begin(room, world, kept, slow);
    await speaker.begin();
    await until(() => kept.wishes.size === 0);
    expect(room.log[0]).toBe('C6 1');
    expect(new Set(room.log.slice(1, 3))).toEqual(new Set(['C4 1', 'C5 1']));
    expect(room.log).toHaveLength(7);
  });

  it('keeps to the rate, and spaces out edits that only show progress, but not the last', async () => {
    const [room, world] = [new Room(), new World()];
    const { kept, wants } = begin(room, world, new Kept(), { ...FAST, editMs: 400 });
    world.set('A', 1);
    await wants('A', 2);
    await until(() => room.log.length === 1);
    for (let rev = 2; rev < 12; rev++) {
      world.set('A', rev);
      await wants('A', 2);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    const before = room.log.length;
    expect(before).toBeLessThanOrEqual(2);
    world.set('A', 20);
    const from = Date.now();
    await wants('A', 1);
    await until(() => room.messages[0]?.text === 'A 20');
    expect(Date.now() - from).toBeLessThan(300);
    await until(() => kept.wishes.size === 0);
  });

  it('is silent for as long as the chat asks, and then goes on', async () => {
    const [room, world] = [new Room(), new World()];
    let refusals = 0;
    room.before = () => {
      if (refusals++ === 0) throw new Throttled(300);
    };
    const { speaker, kept, wants } = begin(room, world);
    for (const card of ['A', 'B', 'C']) {
      world.set(card, 1);
      await wants(card);
    }
    const from = Date.now();
    await until(() => kept.wishes.size === 0);
    expect(Date.now() - from).toBeGreaterThan(250);
    expect(speaker.counts).toMatchObject({ sent: 3, throttled: 1 });
  });

  it('lets other rooms speak while one wants silence', async () => {
    const [room, world] = [new Room(), new World()];
    let refused = false;
    room.before = (_message, { place }) => {
      if (place.room !== 'loud' || refused) return;
      refused = true;
      throw new Throttled(400, 'loud');
    };
    const { kept, wants } = begin(room, world);
    world.set('A', 1);
    await wants('A', 0, 'loud');
    await until(() => refused);
    const from = Date.now();
    await wants('A', 2, 'quiet');
    await until(() => room.log.length === 1);
    expect(Date.now() - from).toBeLessThan(250);
    await until(() => kept.wishes.size === 0);
    expect(room.messages).toHaveLength(2);
  });

  it('writes one after the other to a room that has said twice that there is too much, the most pressing first', async () => {
    const [room, world] = [new Room(), new World()];
    const said: string[] = [];
    let [refused, abreast, most] = [0, 0, 0];
    room.before = async (message) => {
      if (refused < 2) {
        refused++;
        throw new Throttled(20, 'ops');
      }
      most = Math.max(most, ++abreast);
      await new Promise((resolve) => setTimeout(resolve, 5));
      abreast--;
      if (message.kind === 'card') said.push(message.card.id);
    };
    const { kept, wants } = begin(room, world, new Kept(), { ...FAST, roomMs: 5 });
    world.set('first', 1);
    await wants('first', 3, 'ops');
    await until(() => refused === 2);
    for (let i = 0; i < 6; i++) {
      world.set(`A${i}`, 1);
      await wants(`A${i}`, i === 5 ? 0 : 3, 'ops');
    }
    await until(() => kept.wishes.size === 0);
    expect([most, said[0], said.length]).toEqual([1, 'A5', 7]);
  });

  it('posts anew what cannot be edited any more', async () => {
    const [room, world] = [new Room(), new World()];
    const { kept, wants } = begin(room, world);
    world.set('A', 1);
    await wants('A');
    await until(() => kept.wishes.size === 0);
    room.messages.splice(0);
    world.set('A', 2);
    await wants('A');
    await until(() => kept.wishes.size === 0);
    expect(room.messages).toMatchObject([{ text: 'A 2', key: expect.stringMatching(/^A-\w{6}-card-1$/) }]);
  });

  it('gives up where it may not speak, and says so; any other trouble is tried again', async () => {
    const [room, world] = [new Room(), new World()];
    let tries = 0;
    room.before = (_message, { place }) => {
      if (place.room === 'closed') throw new Unwelcome('not in there');
      if (tries++ === 0) throw new Error('the network');
    };
    const { logged, wants } = begin(room, world);
    world.set('A', 1);
    await wants('A', 1, 'closed');
    await wants('A', 1, 'open');
    await until(() => room.messages.length === 1 && logged.length > 0);
    expect(logged.join('\n')).toMatch(/closed[\s\S]*not in there/);
  });

  it('says nothing before its end of what is not shown before', async () => {
    const [room, world] = [new Room(), new World()];
    const { kept, wants } = begin(room, world);
    world.set('A', 1, [], { later: true });
    await wants('A');
    await until(() => kept.wishes.size === 0);
    expect(room.messages).toEqual([]);
    world.set('A', 2);
    await wants('A');
    await until(() => room.messages.length === 1);
  });

  it('takes up what a speaker noted whose turn was over', async () => {
    const [room, world, kept] = [new Room(), new World(), new Kept()];
    const one = begin(room, world, kept, FAST, () => false);
    const { speaker } = begin(room, world, kept);
    await speaker.begin();
    world.set('A', 1);
    await one.wants('A');
    await until(() => room.messages.length === 1, 12_000);
  }, 15_000);

  it('goes on with a card where a reply may not stand, and lets be a place that is closed', async () => {
    const [room, world] = [new Room(), new World()];
    let tries = 0;
    room.before = (message) => {
      if (message.kind === 'nudge' || tries++ < 0) throw new Unwelcome('nobody may be called here');
    };
    const { kept, wants } = begin(room, world);
    world.set('A', 1, ['needs']);
    await wants('A');
    await until(() => kept.wishes.size === 0);
    world.set('A', 9, ['needs']);
    await wants('A');
    await until(() => kept.wishes.size === 0);
    expect(room.messages).toMatchObject([{ text: 'A 9' }]);
    room.before = () => {
      tries++;
      throw new Unwelcome('closed');
    };
    world.set('B', 1);
    const before = tries;
    await wants('B');
    await until(() => tries > before);
    world.set('B', 2);
    await wants('B');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(tries).toBe(before + 1); // it is let be for a while, and not forgotten
    expect(kept.wishes.size).toBe(1);
  });

  it('does not fall when nothing can be noted any more', async () => {
    const [room, world, kept] = [new Room(), new World(), new Kept()];
    let away = true;
    kept.keep = async (want, shelf) => {
      if (away) throw new Error('it is the turn of another gateway');
      kept.shelves.set(nameOf(want), shelf);
    };
    room.before = () => {
      if (away) throw new Unwelcome('closed');
    };
    const { wants } = begin(room, world, kept);
    world.set('A', 1);
    await wants('A');
    await new Promise((resolve) => setTimeout(resolve, 100));
    away = false;
    await until(() => room.messages.length === 1);
  });

  it('does not look for what was certainly not posted, and posts anew what it found and cannot edit', async () => {
    const [room, world] = [new Room(), new World()];
    const began: boolean[] = [];
    room.before = (_message, at) => {
      began.push(at.began !== undefined);
      if (began.length === 1) throw new Throttled(20);
      if (began.length === 2) throw new Error('the line was cut'); // it may be there
      if (began.length === 3) throw new Vanished('found, and too old to edit');
    };
    const { kept, wants } = begin(room, world);
    world.set('A', 1);
    await wants('A');
    await until(() => kept.wishes.size === 0);
    expect(began).toEqual([false, false, true, false]);
    expect(room.messages).toMatchObject([{ text: 'A 1', key: expect.stringMatching(/-1$/) }]);
  });

  it('moves a card when who may see it changes, and leaves nothing of it where others saw it', async () => {
    const [room, world] = [new Room(), new World()];
    const { kept, wants } = begin(room, world);
    world.set('A', 1);
    await wants('A');
    await until(() => kept.wishes.size === 0);
    world.set('A', 2, [], { hidden: true });
    await wants('A');
    await until(() => kept.wishes.size === 0);
    expect(room.messages.map(({ text, edits }) => [text, edits])).toEqual([
      ['moved', 1],
      ['A 2', 0],
    ]);
  });

  it('loses nothing and says nothing twice, wherever one speaker ends and the next begins', async () => {
    const act = fc.oneof(
      fc.record({ kind: fc.constant('raise' as const), card: fc.constantFrom('A', 'B', 'C'), lane: fc.integer({ min: 0, max: 2 }) }),
      fc.record({ kind: fc.constant('die' as const), after: fc.boolean() }),
      fc.record({ kind: fc.constant('throttle' as const) }),
      fc.record({ kind: fc.constant('wait' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
        const [room, world, kept] = [new Room(), new World(), new Kept()];
        let { wants, speaker } = begin(room, world, kept, FAST, () => true);
        for (const one of acts) {
          if (one.kind === 'raise') {
            world.set(one.card, (world.cards.get(one.card)?.rev ?? 0) + 1, ['needs']);
            await wants(one.card, one.lane);
          } else if (one.kind === 'throttle') {
            let once = true;
            room.before = () => {
              if (!once) return;
              once = false;
              throw new Throttled(3);
            };
          } else if (one.kind === 'wait') await new Promise((resolve) => setTimeout(resolve, 1));
          else {
            // Killed: what it says from now on comes to nothing, before or after the room has it.
            const [before, after] = [room.before, room.after];
            room.before = () => {
              if (!one.after) throw new Error('killed');
            };
            room.after = () => {
              throw new Error('killed');
            };
            await new Promise((resolve) => setTimeout(resolve, 2));
            await speaker.close();
            Object.assign(room, { before, after });
            ({ wants, speaker } = begin(room, world, kept, FAST, () => true));
            await speaker.begin();
          }
        }
        await until(() => kept.wishes.size === 0);
        const cards = room.messages.filter(({ text }) => text !== 'nudge').map(({ text }) => text);
        expect(cards.sort()).toEqual([...world.cards].map(([id, { rev }]) => `${id} ${rev}`).sort());
        expect(room.messages).toHaveLength(world.cards.size * 2);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

describe('what a chat does late', () => {
  const LATE: Pace = { ...FAST, looksMs: [50, 200, 500] };
  const ONCE: Pace = { ...FAST, looksMs: [60_000] };
  const texts = (room: Room) => room.messages.map(({ text }) => text);

  it('is looked for a few times, ever later, and taken away; what is not in doubt is never looked for', async () => {
    const [room, world] = [new LateRoom(), new World()];
    const { kept, wants } = begin(room, world, new Kept(), LATE);
    world.set('B', 1, ['needs']);
    await wants('B');
    await until(() => kept.wishes.size === 0);
    room.givesUp();
    world.set('A', 1);
    await wants('A');
    await until(() => kept.wishes.size === 0);
    expect([kept.lingers.size, texts(room)]).toEqual([1, ['B 1', 'nudge', 'A 1']]);
    room.does();
    expect(room.messages).toHaveLength(4);
    await until(() => kept.lingers.size === 0);
    expect(texts(room)).toEqual(['B 1', 'nudge', 'A 1']);
    expect(room.looks.map(({ key }) => key)).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(/^A-\w{6}-card$/)));
    const shelf = [...kept.shelves].find(([name]) => name.startsWith('A '))?.[1];
    expect(shelf?.doubts).toBeUndefined();
    world.set('A', 2);
    await wants('A');
    await until(() => texts(room).includes('A 2'));
    expect([room.messages.length, kept.lingers.size]).toEqual([3, 0]);
  });

  it('is looked for at once when people wait for an edit, and one for progress alone does not hasten it', async () => {
    const [room, world] = [new LateRoom(), new World()];
    const { kept, wants } = begin(room, world, new Kept(), ONCE);
    room.givesUp();
    world.set('A', 1);
    await wants('A');
    await until(() => kept.wishes.size === 0);
    room.does();
    world.set('A', 2);
    await wants('A', 2);
    await until(() => kept.wishes.size === 0 && texts(room).includes('A 2'));
    expect([room.looks, room.messages.length]).toEqual([[], 2]);
    world.set('A', 3);
    await wants('A', 1);
    await until(() => room.messages.length === 1);
    expect(room.messages).toMatchObject([{ text: 'A 3', edits: 2 }]);
    await until(() => kept.wishes.size === 0);
    expect([kept.lingers.size, room.looks.length]).toEqual([1, 1]);
  });

  it('is looked for by the next speaker, in a thread, too', async () => {
    const [room, world, kept] = [new LateRoom(), new World(), new Kept()];
    const first = begin(room, world, kept, ONCE);
    world.set('A', 1, ['needs']);
    room.givesUp(({ kind }) => kind === 'nudge');
    await first.wants('A');
    await until(() => kept.wishes.size === 0);
    await first.speaker.close();
    room.does();
    expect(room.messages.filter(({ thread }) => thread === 'm1')).toHaveLength(2);
    for (const [name, shelf] of kept.shelves) {
      const doubts = Object.entries(shelf.doubts ?? {}).map(([key, one]) => [key, { ...one, next: 0 }]);
      kept.shelves.set(name, { ...shelf, doubts: Object.fromEntries(doubts) }); // time goes by
    }
    const { speaker } = begin(room, world, kept, LATE);
    await speaker.begin();
    await until(() => kept.lingers.size === 0);
    expect(texts(room)).toEqual(['A 1', 'nudge']);
  });

  it('is looked for again where that failed or has to wait, and nothing else waits for it', async () => {
    const [room, world] = [new LateRoom(), new World()];
    const { kept, wants, speaker } = begin(room, world, new Kept(), LATE);
    room.givesUp();
    room.troubles.push(new Throttled(300), new Throttled(100));
    world.set('A', 1);
    await wants('A');
    await until(() => room.looks.length === 1);
    room.does();
    world.set('B', 1);
    await wants('B', 2);
    await until(() => kept.lingers.size === 0);
    expect([texts(room), speaker.counts.throttled]).toEqual([['A 1', 'B 1'], 0]);
    expect(room.looks.length).toBeGreaterThanOrEqual(3);
  });

  it('is let be where nobody can look for it', async () => {
    const [room, world] = [new LateRoom(), new World()];
    const { kept, wants } = begin(room, world, new Kept(), { ...FAST, looksMs: [20] });
    room.givesUp();
    room.troubles.push(new Unwelcome('who was told is gone'));
    world.set('A', 1);
    await wants('A');
    await until(() => room.looks.length === 1 && kept.lingers.size === 0);
    expect(texts(room)).toEqual(['A 1']);
  });

  it('is looked for one after the other: a look that hangs keeps no card waiting', async () => {
    const [room, world] = [new LateRoom(), new World()];
    const { kept, wants } = begin(room, world, new Kept(), { ...LATE, abreast: 2 });
    const { promise, resolve } = Promise.withResolvers<void>();
    room.looking = promise;
    for (const card of ['A', 'B', 'C']) {
      room.givesUp();
      world.set(card, 1);
      await wants(card);
      await until(() => kept.lingers.size > 0 && texts(room).includes(`${card} 1`));
    }
    await until(() => kept.lingers.size === 3 && room.looks.length > 0);
    world.set('D', 1);
    await wants('D', 2);
    await until(() => texts(room).includes('D 1'));
    expect(room.looks).toHaveLength(1);
    resolve();
    await until(() => kept.lingers.size === 0);
    expect(new Set(room.looks.map(({ key }) => key)).size).toBe(3);
  });

  it('is all of it too much where the card was posted anew meanwhile', async () => {
    const [room, world] = [new LateRoom(), new World()];
    const { kept, wants } = begin(room, world, new Kept(), ONCE);
    room.givesUp();
    world.set('A', 1);
    await wants('A');
    await until(() => kept.wishes.size === 0);
    room.messages.splice(0); // somebody deleted it
    world.set('A', 2);
    await wants('A', 2);
    await until(() => texts(room).includes('A 2'));
    room.does();
    world.set('A', 3);
    await wants('A', 1);
    await until(() => room.looks.length === 1);
    await until(() => room.messages.length === 1);
    expect(texts(room)).toEqual(['A 3']);
  });
});
