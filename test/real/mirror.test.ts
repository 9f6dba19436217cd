import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';
import { codeOn, rest, until } from '../support/doors/door.ts';
import { homeserver } from '../support/doors/matrix.ts';
import { ACCOUNTS, OPS, withChat, workspace } from '../support/doors/slack.ts';
import { needs } from '../support/real/have.ts';
import { SID_BUILD_MS, SYNAPSE } from '../support/real/synapse.ts';
import { textOf } from '../support/slack/index.ts';
import { BOT } from '../support/slack/things.ts';

/** Whether a card says, in either language, that all is done. */
const isDone = (text: string) => ['done', '已完成'].includes(rest(text)?.state ?? '');

describe.skipIf(!needs(SYNAPSE))('a room in Slack that is mirrored in Matrix', () => {
  let slack: Awaited<ReturnType<typeof workspace>>;
  let matrix: Awaited<ReturnType<typeof homeserver>>;
  let world: Awaited<ReturnType<typeof bot>>;
  beforeAll(async () => {
    [slack, matrix] = await Promise.all([workspace('socket'), homeserver()]);
    const rooms = {
      ops: { chat: 'slack', id: OPS, mirror: ['ops-matrix'] },
      'ops-matrix': { chat: 'matrix', id: matrix.room, mirror: ['ops'], lang: 'zh' },
    };
    world = await bot({
      config: (lab) => ({ ...Object(withChat(withChat(lab, 'slack', slack.chat, ACCOUNTS), 'matrix', matrix.chat, matrix.accounts)), rooms }),
    });
    const alice = matrix.person('alice');
    await alice.until(() => alice.rooms().some((room) => room.id === matrix.room && room.members().get(matrix.bot.userId) === 'join'), 20_000);
  }, SID_BUILD_MS + 60_000);
  afterAll(async () => {
    await world?.close();
    await matrix?.close();
    await slack?.slack.close();
    slack?.close();
  });

  const inSlack = (words: string) =>
    slack.slack
      .person(ACCOUNTS.alice)
      .sees(OPS)
      .find((one) => one.user === BOT.user && one.thread === undefined && textOf(one).includes(words));
  const inMatrix = (words: string) =>
    matrix
      .person('bob')
      .timeline(matrix.room)
      .find((one) => one.sender === matrix.bot.userId && one.thread === undefined && one.body.includes(words));

  it('shows one request in both, each in its language, and a press in either does it once', async () => {
    slack.slack.person(ACCOUNTS.alice).slash(OPS, '/vm', 'reboot shop');
    const asks = <T>(found: T | undefined, text: (one: T) => string, words: string) => (found !== undefined && text(found).includes(words) ? found : undefined);
    const there = await until('the card in Slack', () => asks(inSlack('vm reboot shop'), textOf, '1 more to approve'));
    const here = await until('the card in Matrix', () => asks(inMatrix('vm reboot shop'), ({ body }) => body, '还需 1 人批准'));
    const key = `✅ ${codeOn(textOf(there))}`;
    const bob = matrix.person('bob');
    await bob.until(() => inMatrix('vm reboot shop')?.reactions.get(key));
    await bob.reacts(matrix.room, here.id, key);
    await until(
      'the end in both',
      () => (isDone(textOf(there)) && isDone(inMatrix('vm reboot shop')?.body ?? '') ? true : undefined),
      () => `${textOf(there)}\n---\n${inMatrix('vm reboot shop')?.body}`,
    );
    expect(world.lab.host('kvm1').effects.filter((effect) => effect === 'virsh reboot shop')).toHaveLength(1);
    // Bob, who has an account in each, was called once.
    expect(slack.slack.pings(ACCOUNTS.bob) + bob.calls()).toBe(1);
  });

  it('goes the other way as well, and keeps to one chat what is for one person', async () => {
    await matrix.person('alice').says(matrix.room, '!ops svc restart nginx web1');
    const there = await until('the card in Slack', () => inSlack('svc restart nginx web1'));
    slack.slack.person(ACCOUNTS.bob).presses(OPS, there.ts, 'press:approve');
    await until('the end in both', () => (isDone(textOf(there)) && isDone(inMatrix('svc restart nginx web1')?.body ?? '') ? true : undefined));
    await matrix.person('alice').says(matrix.room, '!ops vm frobnicate');
    const alice = matrix.person('alice');
    await alice.until(() => {
      for (const { room, from } of alice.invitations()) if (from === matrix.bot.userId) void alice.joins(room).catch(() => undefined);
      return alice.rooms().some(({ id }) => id !== matrix.room && alice.timeline(id).some(({ body }) => body.includes('vm frobnicate')));
    });
    expect(inSlack('vm frobnicate')).toBeUndefined();
    expect(inMatrix('vm frobnicate')).toBeUndefined();
    expect([...slack.slack.violations, ...alice.violations]).toEqual([]);
  });
});
