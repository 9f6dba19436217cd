import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNTS, OPS, Stage, stateOf, type Who } from '../support/gateways.ts';
import { needs } from '../support/real/have.ts';
import { textOf } from '../support/slack/index.ts';
import { BOT, type Message } from '../support/slack/things.ts';

const redis = needs(['redis-server or valkey-server']);
const NARROW = 'C0NARROW001';
const MIRRORED = 'C0MIRROR001';
const SECOND = 'C0SECOND001';
const CHINESE = 'C0CHINESE01';
const ARCHIVED = 'C0ARCHIVED1';
const CLOSED = 'C0CLOSED001';
let stage: Stage;

const ROOMS = {
  narrow: { chat: 'slack', id: NARROW, hosts: ['kvm1'] },
  mirrored: { chat: 'slack', id: MIRRORED, mirror: ['second'] },
  second: { chat: 'slack', id: SECOND },
  chinese: { chat: 'slack', id: CHINESE, lang: 'zh' },
};

beforeAll(async () => {
  stage = await Stage.set({ config: (config) => ({ ...config, rooms: ROOMS }) });
  const people = Object.values(ACCOUNTS);
  for (const id of [NARROW, MIRRORED, SECOND, CHINESE, ARCHIVED]) stage.slack.addChannel(id, id.toLowerCase(), [...people, BOT.user]);
  stage.slack.addChannel(CLOSED, 'closed', people);
  await stage.gateway();
  await stage.until('it speaks', () => stage.spoken());
});
afterAll(async () => {
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

/** Says a line by a slash command; gives what the bot comes to say, wherever that is. */
async function asks(who: Who, line: string, room = OPS): Promise<Message> {
  const before = new Set(stage.slack.world.messages);
  stage.person(who).slash(room, '/ops', line);
  return stage.until(`an answer to “${line}”`, () =>
    stage
      .person(who)
      .sees()
      .find((one) => !before.has(one) && one.user === BOT.user && one.thread === undefined && stateOf(one) !== undefined && textOf(one).includes(line)),
  );
}
const codeOn = (card: Message) => /code\s+`?([0-9A-Z]{5})/.exec(textOf(card))?.[1] ?? '';
const ends = (card: Message, state: string) => stage.until(`${state} on a card`, () => stateOf(card) === state);
const cardsOf = (card: Message) => {
  const ticket = stage.told().find(({ message }) => message === card)?.ticket;
  return stage.told().filter((one) => one.ticket === ticket && one.what === 'card');
};
const rests = () => stage.until('nothing is left to show', async () => (await stage.wanted()) === 0);
const said = (room: string) =>
  stage.slack.world.messages
    .filter(({ channel }) => channel === room)
    .map(textOf)
    .join('\n');

describe.skipIf(!redis)('a card that cannot be edited', () => {
  it('was deleted by somebody: it is posted anew, once', async () => {
    const card = await asks('alice', 'vm reset shop');
    const code = codeOn(card);
    stage.slack.removes(ACCOUNTS.bob, card.ts);
    stage.person('bob').slash(OPS, '/ops', `no ${code}`);
    const anew = await stage.until(
      'a new card',
      () => cardsOf({ ...card, deleted: false }).length === 0 && stage.told(OPS).find(({ message }) => stateOf(message) === 'rejected')?.message,
    );
    await rests();
    expect(cardsOf(anew)).toHaveLength(1);
    expect(stage.count('kvm1', 'virsh reset')).toBe(0);
  });

  it('is too old to be edited: it is posted anew, once, and follows on', async () => {
    const card = await asks('alice', 'vm reset shop');
    stage.slack.failNext('chat.update', 'edit_window_closed');
    stage.person('bob').presses(OPS, card.ts, 'press:approve');
    const anew = await stage.until('a new card', () => cardsOf(card).find(({ message }) => message !== card)?.message);
    await ends(anew, 'done');
    await rests();
    expect(cardsOf(card)).toHaveLength(2);
    expect(stage.count('kvm1', 'virsh reset')).toBe(1);
  });

  it('stands in a channel that is archived: it comes to who asked, and says why', async () => {
    const card = await asks('alice', 'vm reset shop', ARCHIVED);
    stage.slack.world.channel(ARCHIVED).archived = true;
    stage.person('bob').slash(OPS, '/ops', `ok ${codeOn(card)}`);
    const anew = await stage.until('a card for alice', () => cardsOf(card).find(({ message }) => message.channel === stage.person('alice').dm.id)?.message);
    await ends(anew, 'done');
    await rests();
    expect(cardsOf(card)).toHaveLength(2);
    expect(textOf(anew)).toMatch(/archived/);
  });
});

describe.skipIf(!redis)('a channel the bot is not in', () => {
  it('has its card told to who asked, with how to invite; then the next is there', async () => {
    const card = await asks('alice', 'vm snapshot shop c1', CLOSED);
    expect(card.channel).toBe(stage.person('alice').dm.id);
    expect(textOf(card)).toContain('/invite @hostler');
    await ends(card, 'done');
    await rests();
    expect(said(CLOSED)).toBe('');
    stage.person('bob').invitesBot(CLOSED);
    const next = await asks('alice', 'vm snapshot shop c2', CLOSED);
    expect(next.channel).toBe(CLOSED);
    expect(textOf(next)).not.toContain('/invite');
    await ends(next, 'done');
  });
});

describe.skipIf(!redis)('a room', () => {
  it('shows no more than its hosts: what is beyond comes to who asked alone, and follows to its end', async () => {
    const card = await asks('alice', 'vm reset mail', NARROW);
    expect(card.channel).toBe(stage.person('alice').dm.id);
    const reading = await asks('alice', 'vm list', NARROW);
    expect(reading.ephemeral ?? reading.channel).toBe(reading.ephemeral ? ACCOUNTS.alice : stage.person('alice').dm.id);
    stage.person('bob').slash(OPS, '/ops', `ok ${codeOn(card)}`);
    await ends(card, 'done');
    await rests();
    expect(said(NARROW).replace(textOf(reading), '')).not.toMatch(/mail|kvm2/);
    const inside = await asks('alice', 'vm snapshot shop n1', NARROW);
    expect([inside.channel, inside.ephemeral]).toEqual([NARROW, undefined]);
  });

  it('is mirrored: both cards follow, a press in either works, each approver is called once', async () => {
    for (const room of [MIRRORED, SECOND]) {
      const calls = stage.slack.pings(ACCOUNTS.bob);
      await asks('alice', 'vm reset shop', MIRRORED);
      const both = await stage.until('two cards', () => {
        const all = stage
          .told()
          .filter(({ what, message }) => what === 'card' && [MIRRORED, SECOND].includes(message.channel) && stateOf(message) === 'waiting');
        return all.length === 2 && all.map(({ message }) => message);
      });
      const card = both.find(({ channel }) => channel === room);
      await rests();
      stage.person('bob').presses(room, card?.ts ?? '', 'press:approve');
      for (const one of both) await ends(one, 'done');
      await rests();
      expect(stage.slack.pings(ACCOUNTS.bob) - calls, room).toBe(1);
    }
  });

  it('has its own language', async () => {
    const before = new Set(stage.slack.world.messages);
    stage.person('alice').slash(CHINESE, '/ops', 'vm snapshot shop z1');
    const card = await stage.until('a card', () =>
      stage.slack.world.messages.find((one) => !before.has(one) && one.channel === CHINESE && stateOf(one) === '已完成'),
    );
    expect(textOf(card)).toMatch(/已完成/);
  });
});

describe.skipIf(!redis)('Slack is away', () => {
  for (const how of ['hangs', 'fails'] as const)
    it(`it ${how} while a request runs: then the card shows its end, and nothing between`, async () => {
      const card = await asks('alice', 'vm reset shop');
      await rests();
      const versions = card.versions.length;
      const before = stage.count('kvm1', 'virsh reset');
      const release = how === 'hangs' ? stage.slack.hang('chat.update') : undefined;
      if (!release) stage.slack.revoked = 'internal_error';
      const press = stage.person('bob').presses(OPS, card.ts, 'press:approve');
      await press.settled;
      await stage.until('the effect', () => stage.count('kvm1', 'virsh reset') > before);
      await new Promise((resolve) => setTimeout(resolve, 2000));
      release?.();
      stage.slack.revoked = undefined;
      await ends(card, 'done');
      await rests();
      expect(card.versions.length - versions).toBeLessThanOrEqual(how === 'hangs' ? 2 : 1);
      expect(cardsOf(card)).toHaveLength(1);
    });
});

/** Something said in a direct message, or with a mention, so many minutes ago. */
function saidLate(who: Who, text: string, minutes: number, room = stage.person(who).dm.id) {
  const ts = `${Math.floor(Date.now() / 1000) - minutes * 60}.${String(Math.floor(Math.random() * 1e6)).padStart(6, '0')}`;
  const im = room.startsWith('D');
  const event = {
    type: im ? 'message' : 'app_mention',
    channel: room,
    ...(im ? { channel_type: 'im' } : {}),
    user: ACCOUNTS[who],
    text: im ? text : `<@${BOT.user}> ${text}`,
    ts,
    event_ts: ts,
  };
  return stage.slack.courier.deliver(stage.slack.events.envelope(im ? 'message.im' : 'app_mention', event, stage.slack.world.channel(room)), ts);
}
const newest = (room: string, before: ReadonlySet<Message>, words: RegExp) =>
  stage.until(`${words}`, () =>
    stage.slack.world.messages.find((one) => !before.has(one) && one.channel === room && one.user === BOT.user && words.test(textOf(one))),
  );

describe.skipIf(!redis)('what arrives late', () => {
  for (const where of ['in a direct message', 'in a channel'] as const)
    it(`${where}: is asked about, and done once, when who said it presses`, async () => {
      const room = where === 'in a channel' ? OPS : stage.person('alice').dm.id;
      const name = where === 'in a channel' ? 'lc' : 'ld';
      const effects = () => stage.count('kvm1', `snapshot-create-as shop ${name}`);
      const before = new Set(stage.slack.world.messages);
      const delivery = saidLate('alice', `vm snapshot shop ${name}`, 14, room);
      await delivery.settled;
      await delivery.again(3);
      const asked = await newest(room, before, /Still wanted/);
      await rests();
      expect(effects()).toBe(0);
      if (room === OPS) expect(asked.ephemeral).toBe(ACCOUNTS.alice);
      const other = stage.person('bob').presses(room, asked.ts, 'press:again', { as: asked });
      await other.settled;
      await rests();
      expect(effects()).toBe(0);
      const press = stage.person('alice').presses(room, asked.ts, 'press:again');
      await press.settled;
      await press.again(4);
      await stage.until('the effect', () => effects() > 0);
      await rests();
      expect(effects()).toBe(1);
      expect(stage.slack.world.messages.filter((one) => !before.has(one) && one.channel === room && /Still wanted/.test(textOf(one)))).toHaveLength(1);
    });

  it('is done at once when it is only a minute old', async () => {
    const before = new Set(stage.slack.world.messages);
    const { dm } = stage.person('alice');
    await saidLate('alice', 'vm snapshot shop fresh', 1).settled;
    await newest(dm.id, before, /vm snapshot shop fresh[\s\S]*done/);
    expect(stage.count('kvm1', 'snapshot-create-as shop fresh')).toBe(1);
  });

  it('is done once when it is wanted twice', async () => {
    const before = new Set(stage.slack.world.messages);
    const { dm } = stage.person('alice');
    await saidLate('alice', 'vm snapshot shop twice', 14).settled;
    const asked = await newest(dm.id, before, /Still wanted/);
    stage.person('alice').presses(dm.id, asked.ts, 'press:again');
    stage.person('alice').presses(dm.id, asked.ts, 'press:again');
    await newest(dm.id, before, /vm snapshot shop twice[\s\S]*done/);
    await rests();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const all = stage.slack.world.messages.filter((one) => !before.has(one) && one.user === BOT.user).map((one) => textOf(one).slice(0, 300));
    expect(stage.count('kvm1', 'snapshot-create-as shop twice'), all.join('\n---\n')).toBe(1);
    expect(
      all.filter((text) => /vm snapshot shop twice/.test(text) && !/Still/.test(text)),
      all.join('\n---\n'),
    ).toHaveLength(1);
  });
});

describe.skipIf(!redis)('who is not ours', () => {
  it('does nothing and learns nothing', async () => {
    const guest = stage.slack.addUser('U0GUEST0001', { name: 'guest', guest: true });
    const foreign = stage.slack.addUser('U0FOREIGN01', { name: 'foreign', team: 'T0OTHER0001' });
    for (const one of [guest, foreign]) stage.slack.world.channel(OPS).members.add(one.id);
    const effects = () => stage.lab.host('kvm1').effects.length;
    const before = effects();
    const card = await asks('alice', 'vm reset shop');
    await rests();
    const seen = new Set(stage.slack.world.messages);
    const people = [stage.person('stranger'), guest, foreign];
    const deliveries = people.flatMap((one) => [
      // The simulation gives every slash command our own workspace.
      ...(one === foreign ? [] : [one.slash(OPS, '/vm', 'list'), one.slash(OPS, '/vm', 'reset')]),
      one.types(OPS, `<@${BOT.user}> vm list`),
      one.types(one.dm.id, 'vm reset shop'),
      one.types(OPS, `<@${BOT.user}> ok ${codeOn(card)}`),
      one.presses(OPS, card.ts, 'press:approve'),
      one.presses(OPS, card.ts, 'press:cancel'),
      one.opensHome(),
    ]);
    await Promise.all(deliveries.map(({ settled }) => settled));
    await new Promise((resolve) => setTimeout(resolve, 500));
    await rests();
    expect(stateOf(card)).toBe('waiting');
    expect(effects()).toBe(before);
    const fresh = stage.slack.world.messages.filter((one) => !seen.has(one) && one.user === BOT.user);
    for (const one of fresh) {
      expect(one.ephemeral !== undefined || one.channel.startsWith('D'), textOf(one)).toBe(true);
      expect(textOf(one)).toMatch(/I do not know you|guests have no say here/);
      expect(textOf(one)).not.toMatch(/kvm|mail|running|UUID/);
    }
    expect(
      fresh
        .filter((one) =>
          [one.ephemeral, stage.slack.world.channel(one.channel).kind === 'im' ? [...stage.slack.world.channel(one.channel).members].join() : '']
            .join()
            .includes(foreign.id),
        )
        .map(textOf),
    ).toEqual([]);
    expect(people.flatMap((one) => one.views())).toEqual([]);
    for (const one of people) expect(JSON.stringify(one.home()?.shown ?? '')).not.toMatch(/reset|shop/);
    stage.person('bob').presses(OPS, card.ts, 'press:reject');
    await ends(card, 'rejected');
  });
});

describe.skipIf(!redis)('a storm of 429', () => {
  it('60 cards come right, nothing is called before its time, and little is called in vain', async () => {
    const { slack } = stage;
    const from = slack.calls.length;
    const before = new Set(slack.world.messages);
    for (const method of ['chat.postMessage', 'chat.update']) slack.throttleNext(method, 4, 1);
    for (let n = 0; n < 60; n++) stage.person('alice').slash(OPS, '/ops', n % 3 ? 'vm list' : 'vm reset shop');
    const cards = () => slack.world.messages.filter((one) => !before.has(one) && one.channel === OPS && one.user === BOT.user && one.thread === undefined);
    await stage.until('20 cards', () => cards().length > 20, 40_000);
    const second = Date.now();
    for (const method of ['chat.postMessage', 'chat.update']) slack.throttleNext(method, 4, 2);
    const rejected = new Set<Message>();
    await stage.until(
      'all ends',
      () => {
        for (const one of cards().filter((card) => stateOf(card) === 'waiting' && !rejected.has(card))) {
          rejected.add(one);
          stage.person('bob').presses(OPS, one.ts, 'press:reject');
        }
        return cards().length === 60 && cards().every((one) => ['done', 'rejected'].includes(stateOf(one) ?? ''));
      },
      40_000,
    );
    await rests();
    expect(cards()).toHaveLength(60);
    expect(rejected.size).toBe(20);
    const calls = slack.calls.slice(from);
    for (const method of ['chat.postMessage', 'chat.update']) {
      const mine = calls.filter((one) => one.method === method);
      const throttled = mine.filter(({ status }) => status === 429);
      expect(throttled.length, method).toBeGreaterThanOrEqual(4);
      for (const { at } of throttled) {
        const wait = at > second ? 1900 : 900; // what was called with it is on its way
        expect(
          mine.filter((one) => one.at > at + 400 && one.at < at + wait).map((one) => one.at - at),
          `${method} before its time`,
        ).toEqual([]);
      }
      expect(mine.length - throttled.length, method).toBeLessThanOrEqual(method === 'chat.update' ? 40 : 100); // cards, calls for approval, and who asked told of the end
    }
  }, 100_000);
});

describe.skipIf(!redis)('a plan that takes its time, in a room of few hosts', () => {
  it('is shown where it belongs once it is known what it touches, and there its approvers are called', async () => {
    const slow = await Stage.set({ sites: ['east'], config: (config) => ({ ...config, rooms: { narrow: ROOMS.narrow } }) });
    try {
      slow.slack.addChannel(NARROW, 'narrow', [...Object.values(ACCOUNTS), BOT.user]);
      await slow.gateway();
      await slow.until('it speaks', () => slow.spoken());
      slow.person('alice').slash(NARROW, '/ops', 'vm reset shop');
      await new Promise((resolve) => setTimeout(resolve, 800)); // west does not answer yet
      await slow.worker('west');
      const card = await slow.until('a card', () => slow.told().find(({ what, message }) => what === 'card' && stateOf(message) === 'waiting')?.message);
      await slow.until('nothing is left', async () => (await slow.wanted()) === 0);
      expect(card.channel).toBe(NARROW);
      expect(slow.slack.pings(ACCOUNTS.bob)).toBe(1);
    } finally {
      await slow.close();
    }
  });
});
