import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rest, until } from '../support/doors/door.ts';
import { ACCOUNTS, slackDoor } from '../support/doors/slack.ts';
import { textOf } from '../support/slack/index.ts';
import { BOT } from '../support/slack/things.ts';

let door: Awaited<ReturnType<typeof slackDoor>>;
beforeAll(async () => {
  door = await slackDoor('socket');
});
afterAll(() => door?.close());

const state = (text: string) => rest(text)?.state;
const person = (who: 'alice' | 'bob') => door.slack.person(ACCOUNTS[who]);
/** The bot's messages to somebody alone, newest last. */
const told = (who: 'alice' | 'bob') =>
  person(who)
    .sees(person(who).dm.id)
    .filter(({ user, thread }) => user === BOT.user && thread === undefined);

describe('who may decide', () => {
  it('is shown a request that was made where they are not, and decides there', async () => {
    person('alice').types(person('alice').dm.id, 'vm reboot shop');
    const hers = await until('her card', () => told('alice').find((message) => state(textOf(message)) === 'waiting'));
    const his = await until(
      'his card',
      () => told('bob').find((message) => textOf(message).includes('vm reboot shop')),
      () => told('bob').map(textOf).join('\n---\n'),
    );
    expect(textOf(his)).toContain('Approve');
    person('bob').presses(his.channel, his.ts, 'press:approve');
    for (const message of [hers, his])
      await until(
        'the end',
        () => (state(textOf(message)) === 'done' ? true : undefined),
        () => textOf(message),
      );
    expect(door.world.lab.host('kvm1').effects.filter((effect) => effect === 'virsh reboot shop')).toHaveLength(1);
    // Nobody but who may decide was told.
    expect(door.slack.person(ACCOUNTS.carol).sees(door.slack.person(ACCOUNTS.carol).dm.id)).toEqual([]);
    expect(door.slack.violations).toEqual([]);
  });

  it('is not told of what needs nobody', async () => {
    const before = told('bob').length;
    person('alice').types(person('alice').dm.id, 'vm start build');
    await until('her card', () => told('alice').find((message) => textOf(message).includes('vm start build') && state(textOf(message)) === 'done'));
    expect(told('bob')).toHaveLength(before);
  });

  it('takes one request back once, however often the button is pressed', async () => {
    const done = await until('her card', () => told('alice').find((message) => textOf(message).includes('vm start build')));
    const before = new Set(told('alice'));
    for (let i = 0; i < 3; i++) person('alice').presses(done.channel, done.ts, 'press:undo');
    await until('the card of the undo', () => told('alice').find((message) => !before.has(message) && rest(textOf(message)) !== undefined));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(told('alice').filter((message) => !before.has(message))).toHaveLength(1);
  });

  it('does nothing more when a press is delivered again, whatever became of it', async () => {
    const before = new Set(told('alice'));
    person('alice').types(person('alice').dm.id, 'vm start ldap');
    const done = await until('her card', () => told('alice').find((message) => !before.has(message) && state(textOf(message)) === 'done'));
    const since = new Set(told('alice'));
    const press = person('alice').presses(done.channel, done.ts, 'press:undo');
    const undo = await until('the card of the undo', () => told('alice').find((message) => !since.has(message) && state(textOf(message)) === 'waiting'));
    person('alice').presses(undo.channel, undo.ts, 'press:cancel');
    await until('its end', () => (state(textOf(undo)) === 'cancelled' ? true : undefined));
    press.again(3);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(told('alice').filter((message) => !since.has(message))).toEqual([undo]);
    // A press of its own is another request.
    person('alice').presses(done.channel, done.ts, 'press:undo');
    await until('another undo', () => told('alice').find((message) => !since.has(message) && message !== undo && state(textOf(message)) === 'waiting'));
  });
});
