import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SlackChat, type SlackOptions } from '../../src/chat/slack/slack.ts';
import type { Form, Hear, Line, Memory, Pressing } from '../../src/core/chat.ts';
import type { Button, Card } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { type FakeSlack, startSlack } from '../support/slack/index.ts';
import type { Person } from '../support/slack/person.ts';

const TEAM = 'T0HOSTLER01';
const OPS = 'C0OPS000001';
const MODES = ['socket', 'http'] as const;
let slack: FakeSlack;
let alice: Person;
let bob: Person;
let chat: SlackChat;
let ear: Ear;
let logged: string[];

/** A gateway that writes down what it hears, and fails or dawdles when told. */
class Ear implements Hear {
  readonly said$: Line[] = [];
  readonly pressed$: Pressing[] = [];
  readonly families = ['vm', 'net'];
  forms: Form | undefined;
  cards: Card[] = [];
  failing = 0;
  slowMs = 0;
  async said(line: Line) {
    await this.#queue();
    this.said$.push(line);
    return { ticket: 'T1' };
  }
  async pressed(pressing: Pressing) {
    await this.#queue();
    this.pressed$.push(pressing);
    return { answer: '', ticket: 'T1', heard: '' };
  }
  async form(_: string, line: string) {
    return this.forms?.line === line ? this.forms : undefined;
  }
  async choices(_: string, form: { readonly line?: string; readonly ticket?: string }, field: string, typed: string) {
    return [{ text: `${typed}-choice`, hint: `${field} of ${form.line ?? form.ticket}` }];
  }
  async knows(from: string) {
    return from !== 'U0MALLORY01';
  }
  async lang() {
    return 'en' as const;
  }
  async home() {
    return this.cards;
  }
  hearing() {}
  readonly foreign$: string[] = [];
  async foreign(from: string, team: string) {
    this.foreign$.push(`${team} ${from}`);
  }
  async #queue() {
    if (this.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, this.slowMs));
    if (this.failing > 0) {
      this.failing--;
      throw new Error('no queue');
    }
  }
}

function memory(): Memory {
  const kept = new Map<string, string>();
  return {
    get: async (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
    claim: async (key, value) => !kept.has(key) && Boolean(kept.set(key, value)),
    drop: async (key) => void kept.delete(key),
  };
}

function optionsFor(mode: (typeof MODES)[number]): SlackOptions {
  const { botToken, appToken, signingSecret } = slack.options;
  const way = mode === 'socket' ? { appToken } : { signingSecret, port: 0 };
  return { botToken, ...way, workspaces: [TEAM], memory: memory(), log: (text) => void logged.push(text), apiUrl: slack.api };
}

async function start(mode: (typeof MODES)[number]) {
  slack = await startSlack();
  alice = slack.addUser('U0ALICE0001');
  bob = slack.addUser('U0BOB000001');
  slack.addUser('U0MALLORY01');
  slack.addUser('U0STRANGER1', { team: 'T0ELSEWHERE' });
  slack.addChannel(OPS, 'ops', ['U0ALICE0001', 'U0BOB000001', 'U0STRANGER1', slack.bot]);
  slack.subscribed.add('message.channels');
  logged = [];
  ear = new Ear();
  chat = new SlackChat(optionsFor(mode));
  await chat.listen(ear);
  if (mode === 'http') await slack.deliverTo(`http://127.0.0.1:${chat.address?.port}/slack/events`);
}

afterEach(async () => {
  expect(slack.violations).toEqual([]);
  await chat.close();
  await slack.close();
});

const card = (buttons: readonly Button[]): Card => ({
  id: 'T1',
  rev: 1,
  mood: 'waiting',
  title: say({ en: 'Reboot', zh: '重启' }),
  blocks: [],
  buttons,
  ticket: null,
});
const show = (shown: Card, room = OPS) =>
  chat.show(
    { kind: 'card', card: shown, lang: 'en', about: { at: 0, by: 'alice', private: false, heard: [], sees: () => true } },
    { place: { chat: 'slack', room, to: alice.id }, private: false, key: 'k1' },
  );
const button = (action: Button['press']['action'], asks?: Button['asks']): Button => ({
  id: action,
  label: say({ en: action, zh: action }),
  press: { action, ticket: 'TABC', code: '7F3KQ' },
  ...(asks ? { asks } : {}),
});
const REASON = [{ name: 'reason', label: say({ en: 'How do you know?', zh: '依据是什么？' }) }];

describe.each(MODES)('hearing by %s', (mode) => {
  beforeEach(() => start(mode));

  it('takes slash commands, family or not', async () => {
    for (const [command, text] of [
      ['/ops', 'vm list'],
      ['/vm', 'list'],
      ['/ops', ''],
    ] as const) {
      const [attempt] = await alice.slash(OPS, command, text).settled;
      expect(attempt?.status).toBe(200);
    }
    expect(ear.said$.map(({ text }) => text)).toEqual(['vm list', 'vm list', 'help']);
    expect(ear.said$[0]).toMatchObject({ from: alice.id, place: { chat: 'slack', room: OPS, to: alice.id }, lateMs: 0 });
    expect(ear.said$[0]?.event).toMatch(new RegExp(`^${TEAM} slash \\S+$`));
  });

  it('answers mentions in their thread, once for both of their events', async () => {
    const { ts, settled } = alice.types(OPS, `<@${slack.bot}> vm list`);
    await settled;
    await alice.types(OPS, `<@${slack.bot}>: vm info web1`, { thread: ts }).settled;
    expect(ear.said$.map(({ text, event, place }) => [text, event, place.thread])).toEqual([
      ['vm list', `${TEAM} ${OPS} ${ts}`, ts],
      ['vm info web1', expect.stringContaining(`${TEAM} ${OPS} `), ts],
    ]);
    expect(ear.said$[0]?.lateMs).toBeLessThan(2000);
  });

  it('undoes what Slack makes of a line', async () => {
    const typed = [
      ['*vm list*', 'vm list'],
      ['`vm info web1`', 'vm info web1'],
      ['dns web1.example.org a@b.example.org', 'dns web1.example.org a@b.example.org'],
      ['note a & b < c > d &amp;', 'note a & b < c > d &amp;'],
      ['vm info http://web1', 'vm info web1'],
      [`tell <@${bob.id}> in <#C0OPS000001|ops>`, `tell <@${bob.id}> in #ops`],
      ['<!channel> hello', '@channel hello'],
    ] as const;
    for (const [text, line] of typed) {
      await alice.types(alice.dm.id, text).settled;
      expect(ear.said$.at(-1)?.text).toBe(line);
    }
    expect(ear.said$[0]?.place).toEqual({ chat: 'slack', room: alice.dm.id, to: alice.id, alone: true });
  });

  it('takes typed presses', async () => {
    await alice.types(alice.dm.id, 'ok 7f3kq').settled;
    await alice.slash(OPS, '/ops', 'mark-done TABCDEFGHIJK I looked myself').settled;
    expect(ear.pressed$).toMatchObject([
      { action: 'approve', ticket: '', code: '7F3KQ', fields: {}, from: alice.id },
      { action: 'mark-done', ticket: 'TABCDEFGHIJK', fields: { reason: ['I looked myself'] } },
    ]);
  });

  it('runs nothing on edits, deletions, other channels’ talk, bots and its own words', async () => {
    const { ts, settled } = alice.types(OPS, 'vm list');
    await settled;
    await alice.edits(OPS, ts, `<@${slack.bot}> vm list`).settled;
    await alice.removes(OPS, ts).settled;
    await show(card([]));
    await show(card([]), alice.dm.id);
    await slack.until(() => slack.courier.sent.every((one) => one.parcels.every(({ attempts }) => attempts.length > 0)));
    expect(ear.said$).toEqual([]);
    expect(
      slack.courier.sent.flatMap((one) => one.parcels.flatMap(({ attempts }) => attempts.map(({ status }) => status))).every((status) => status === 200),
    ).toBe(true);
  });

  it('passes on what guests and bots say and press as nobody’s, and shows them nothing', async () => {
    const { user } = slack.person('U0MALLORY01');
    user.guest = true;
    const mallory = slack.person(user.id);
    await mallory.slash(mallory.dm.id, '/ops', 'ok 7F3KQ 123456').settled;
    await mallory.types(mallory.dm.id, 'vm list').settled;
    await alice.slash(OPS, '/ops', 'ok 7F3KQ 123456').settled;
    await alice.types(OPS, `<@${slack.bot}> ok 7F3KQ 123456`).settled;
    expect(ear.said$.map(({ from, barred }) => [from, barred])).toEqual([[user.id, 'guest']]);
    expect(ear.pressed$.map(({ from, barred, fields }) => [from, barred, fields])).toEqual([
      [user.id, 'guest', { code: ['123456'] }],
      [alice.id, undefined, { code: ['123456'] }],
      [alice.id, undefined, { seen: ['typed'] }],
    ]);
  });

  it('hears no other workspace and no stranger of Slack Connect', async () => {
    const mallory = slack.person('U0STRANGER1');
    await mallory.types(OPS, `<@${slack.bot}> vm list secret-word`).settled;
    await show(card([button('approve')]));
    const [posted] = slack.world.messages.filter(({ user }) => user === slack.bot);
    await mallory.presses(OPS, posted?.ts ?? '', 'press:approve').settled;
    expect([...ear.said$, ...ear.pressed$]).toEqual([]);
    expect([ear.foreign$.length > 1, ...new Set(ear.foreign$)]).toEqual([true, 'T0ELSEWHERE U0STRANGER1']);
    expect(logged.join()).toContain('another workspace');
    expect(logged.join()).not.toContain('secret-word');
    expect(slack.failures).toEqual([]);
  });

  it('gives every redelivery the same event id', async () => {
    const delivery = alice.types(OPS, `<@${slack.bot}> vm list`);
    await delivery.settled;
    await delivery.again(4);
    expect(ear.said$.length).toBeGreaterThanOrEqual(5);
    expect(new Set(ear.said$.map(({ event }) => event)).size).toBe(1);
  });

  it('does not acknowledge what is not queued: Slack sends it again', async () => {
    ear.failing = 1;
    const delivery = alice.types(alice.dm.id, 'vm list');
    await delivery.settled;
    expect(delivery.parcels[0]?.attempts.length).toBe(2);
    expect(ear.said$.length).toBe(1);
  });

  it('gives up on a queue that dawdles, and says so to who gave a slash command', async () => {
    ear.slowMs = 2900;
    const slash = alice.slash(OPS, '/ops', 'vm list');
    const message = alice.types(alice.dm.id, 'vm list');
    await slash.settled;
    expect(slack.failures).toEqual([]);
    expect(alice.sees(OPS).at(-1)).toMatchObject({ ephemeral: alice.id, text: expect.stringContaining('Not taken') });
    await slack.until(() => message.parcels[0]?.attempts.length);
    expect(message.parcels[0]?.attempts[0]?.status).not.toBe(200);
    ear.slowMs = 0;
    await message.settled;
  });

  it('opens a form for what a slash command lacks, and queues nothing before it is sent', async () => {
    ear.forms = {
      title: say({ en: 'Which guest is to be rebooted?', zh: '重启哪个？' }),
      line: 'vm reboot',
      fields: [
        {
          name: 'guest',
          label: say({ en: 'Guest', zh: '虚拟机' }),
          choices: [
            { text: 'web1', hint: 'running' },
            { text: 'web2', hint: '' },
          ],
        },
        { name: 'more', label: say({ en: 'More', zh: '更多' }), more: true, choices: [] },
        {
          name: 'some',
          label: say({ en: 'Some', zh: '若干' }),
          many: true,
          choices: [
            { text: 'a', hint: '' },
            { text: 'b', hint: '' },
          ],
        },
        { name: 'rest', label: say({ en: 'Rest', zh: '其余' }), many: true },
      ],
    };
    await alice.slash(OPS, '/vm', 'reboot').settled;
    expect(ear.said$).toEqual([]);
    const [view] = alice.views();
    if (!view) throw new Error('no form');
    expect(await alice.suggest(view, 'field:more', 'we')).toMatchObject([{ value: 'we-choice', description: { text: 'more of vm reboot' } }]);
    const values = { Guest: 'web2', More: 'we-choice', Some: ['a', 'b'], Rest: ' x  y ' };
    ear.failing = 1;
    const failed = await alice.fills(view, values);
    expect(failed).toMatchObject({ action: 'errors', errors: { 'field:guest': expect.stringContaining('Not taken') } });
    expect(await alice.fills(view, values)).toMatchObject({ action: 'close' });
    expect(ear.pressed$).toEqual([
      {
        event: `${TEAM} view ${view.id}`,
        from: alice.id,
        action: 'fill',
        ticket: '',
        code: '',
        line: 'vm reboot',
        fields: { guest: ['web2'], more: ['we-choice'], some: ['a', 'b'], rest: ['x', 'y'] },
        place: { chat: 'slack', room: OPS, to: alice.id },
        lateMs: 0,
        before: expect.any(Number),
      },
    ]);
  });

  it('queues the line when the form cannot be opened in time', async () => {
    ear.forms = { title: say({ en: 'Form', zh: '表单' }), line: 'vm reboot', fields: REASON };
    slack.failNext('views.open', 'expired_trigger_id');
    await alice.slash(OPS, '/vm', 'reboot').settled;
    const release = slack.hang('views.open');
    await alice.slash(OPS, '/vm', 'reboot').settled;
    release();
    expect(ear.said$.map(({ text }) => text)).toEqual(['vm reboot', 'vm reboot']);
    expect(slack.failures).toEqual([]);
  });

  it('takes presses of buttons, also with fields to fill in', async () => {
    await show(card([button('approve'), button('mark-done', REASON), button('fill', [{ name: 'guest', label: say({ en: 'Guest', zh: '机' }), choices: [] }])]));
    const ts = slack.world.messages.at(-1)?.ts ?? '';
    await bob.presses(OPS, ts, 'press:approve').settled;
    expect(ear.pressed$[0]).toMatchObject({ from: bob.id, action: 'approve', ticket: 'TABC', code: '7F3KQ', fields: {}, place: { room: OPS, to: bob.id } });
    expect(ear.pressed$[0]?.event).toMatch(new RegExp(`^${TEAM} ${bob.id} ${OPS} ${ts} press:approve \\d`));
    await bob.presses(OPS, ts, 'press:mark-done').settled;
    const [view] = bob.views();
    if (!view) throw new Error('no form');
    await bob.fills(view, { 'How do you know?': 'I looked' });
    expect(ear.pressed$[1]).toMatchObject({
      action: 'mark-done',
      ticket: 'TABC',
      code: '7F3KQ',
      fields: { reason: ['I looked'] },
      place: { room: OPS, to: bob.id },
    });
    await bob.presses(OPS, ts, 'press:fill').settled;
    const select = bob.views().at(-1)?.shown.blocks.at(-1);
    expect(select).toMatchObject({ element: { type: 'static_select', options: [{ value: '-choice', description: { text: 'guest of TABC' } }] } });
  });

  it('tells who pressed when it is not taken, and when the button is of another version', async () => {
    await show(card([button('approve')]));
    const posted = slack.world.messages.at(-1);
    ear.failing = 1;
    await bob.presses(OPS, posted?.ts ?? '', 'press:approve').settled;
    await slack.until(() => bob.sees(OPS).some(({ ephemeral, text }) => ephemeral === bob.id && text.includes('Not taken')));
    const old = JSON.parse(JSON.stringify(posted?.blocks).replace('1 TABC', '99 TABC'));
    await bob.presses(OPS, posted?.ts ?? '', 'press:approve', { as: { text: '', blocks: old } }).settled;
    await slack.until(() => bob.sees(OPS).some(({ text }) => text.includes('another version')));
    expect(ear.pressed$).toEqual([]);
    expect(slack.failures).toEqual([]);
  });

  it('shows people what is theirs on the home tab, with buttons that work', async () => {
    ear.cards = Array.from({ length: 40 }, () => card([button('approve'), button('reject')]));
    await alice.opensHome('messages').settled;
    await alice.opensHome().settled;
    const home = await slack.until(() => alice.home());
    await alice.uses(home, 'press:approve').settled;
    expect(ear.pressed$[0]).toMatchObject({ action: 'approve', place: { room: alice.dm.id, to: alice.id } });
    const mallory = slack.person('U0MALLORY01');
    await mallory.opensHome().settled;
    const theirs = await slack.until(() => mallory.home());
    expect(JSON.stringify(theirs.shown)).toContain('U0MALLORY01');
  });
});

describe('signed requests', () => {
  beforeEach(() => start('http'));

  it('refuses bad signatures, replays older than five minutes, and what is too long', async () => {
    const delivery = alice.types(alice.dm.id, 'vm list');
    await delivery.settled;
    expect((await delivery.forged()).map(({ status }) => status)).toEqual([401]);
    expect((await delivery.replay(301)).map(({ status }) => status)).toEqual([401]);
    const url = `http://127.0.0.1:${chat.address?.port}/slack/events`;
    const long = await fetch(url, { method: 'POST', body: 'x'.repeat(1_100_000) });
    expect(long.status).toBe(413);
    expect((await fetch(url.replace('events', 'other'))).status).toBe(404);
    expect(ear.said$.length).toBe(1);
  });
});

describe('starting', () => {
  it('says that a token is for another workspace, or not good', async () => {
    await start('socket');
    const other = new SlackChat({ ...optionsFor('socket'), workspaces: ['T0OTHER0001'] });
    await expect(other.listen(ear)).rejects.toThrow(TEAM);
    const bad = new SlackChat({ ...optionsFor('socket'), appToken: 'xapp-wrong' });
    await expect(bad.listen(ear)).rejects.toThrow();
    await bad.close();
    slack.violations.splice(0);
  });
});
