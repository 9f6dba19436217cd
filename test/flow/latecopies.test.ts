import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kill, OPS, Stage, stateOf } from '../support/gateways.ts';
import type { Program } from '../support/processes.ts';
import { needs } from '../support/real/have.ts';
import type { Message } from '../support/slack/things.ts';

const redis = needs(['redis-server or valkey-server']);
let stage: Stage;
let gateway: Program;
beforeAll(async () => {
  stage = await Stage.set();
  gateway = await stage.gateway();
  await stage.until('it speaks', () => stage.spoken());
});
afterAll(async () => {
  expect(stage.complaints).toEqual([]);
  await stage.close();
});

/** What stands of a request, and of one kind of what is said of it, a copy too many among it. */
const standing = (line: string, what: string) => {
  const cards = stage.told(OPS).filter((one) => one.what === 'card' && JSON.stringify(one.message.blocks).includes(line));
  return stage.told(OPS).flatMap((one) => (one.what === what && cards.some(({ ticket }) => ticket === one.ticket) ? [one.message] : []));
};
const one = (line: string, what: string) => stage.until(`one ${what}`, () => standing(line, what).length === 1 && standing(line, what)[0]);
const two = (line: string, what: string) => stage.until(`two of ${what}`, () => standing(line, what).length === 2);
const asks = (line: string) => stage.person('alice').slash(OPS, '/ops', line);
const ends = (card: Message | undefined, state: string) => stage.until(state, () => stateOf(card) === state);

describe.skipIf(!redis)('what Slack does late', () => {
  it('may be pressed like the card that stays, which goes on, and is taken away', async () => {
    const done = stage.slack.belate('chat.postMessage');
    asks('vm reset shop');
    const card = await one('vm reset shop', 'card');
    await ends(card, 'waiting');
    done();
    const copy = await stage.until('a copy', () =>
      stage.slack.world.messages.find((other) => other !== card && other.metadata?.event_payload.key === card.metadata?.event_payload.key),
    );
    stage.person('alice').presses(OPS, copy.ts, 'press:cancel', { as: copy });
    await ends(card, 'cancelled');
    await stage.until('the copy is gone', () => copy.deleted);
    expect(standing('vm reset shop', 'card').map(({ ts }) => ts)).toEqual([card.ts]);
  });

  it('is taken away in a thread, too', async () => {
    let done = (): void => undefined;
    const stop = stage.slack.world.watch(() => {
      if (standing('vm reset mail', 'card').length === 0) return;
      stop();
      done = stage.slack.belate('chat.postMessage');
    });
    asks('vm reset mail');
    const reply = await one('vm reset mail', 'needs-approval');
    done();
    await two('vm reset mail', 'needs-approval');
    expect((await one('vm reset mail', 'needs-approval')).ts).toBe(reply.ts);
    expect(standing('vm reset mail', 'card')).toHaveLength(1);
  });

  it('is taken away by the next gateway when this one is killed before it has looked', async () => {
    const done = stage.slack.belate('chat.postMessage');
    asks('vm reset gitlab');
    const card = await one('vm reset gitlab', 'card');
    await stage.until('nothing is left to show', async () => stateOf(card) === 'waiting' && (await stage.wanted()) === 0);
    await kill(gateway);
    done();
    await two('vm reset gitlab', 'card');
    const deleted = stage.slack.called('chat.delete');
    gateway = await stage.replace(gateway);
    expect((await one('vm reset gitlab', 'card')).ts).toBe(card.ts);
    expect(stateOf(card)).toBe('waiting');
    expect(stage.slack.called('chat.delete')).toBe(deleted + 1);
  });
});
