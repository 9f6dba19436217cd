import { describe, expect, it } from 'vitest';
import { ACCOUNTS, kill, OPS, Stage, stateOf } from '../support/gateways.ts';
import { deadPort, type Program } from '../support/processes.ts';
import { needs } from '../support/real/have.ts';
import { sample } from '../support/sample.ts';
import { textOf } from '../support/slack/index.ts';
import { isGood } from '../support/slack/parcel.ts';
import { BOT, type Message } from '../support/slack/things.ts';

/** These tests kill gateways, and hang a Redis server. */
const redis = needs(['redis-server or valkey-server']);
const LINE = `<@${BOT.user}> host reboot web1`;
const EFFECT = 'shutdown -r';
const LONG = 120_000;

/** When a gateway is killed: `arm` calls `strike` at that moment. */
interface Point {
  readonly name: string;
  readonly at: 'asked' | 'pressed';
  arm(stage: Stage, strike: () => void): void;
}

const write = (n: number, at: Point['at']): Point => ({ name: `before write ${n}, ${at}`, at, arm: (stage, strike) => stage.proxy.arm(n, strike) });
/** As soon as Slack has it: the gateway never gets the answer. */
const posted = (what: string, at: Point['at']): Point => ({
  name: `${what} posted and not answered`,
  at,
  arm(stage, strike) {
    const before = new Set(stage.told().map(({ message }) => message));
    const stop = stage.slack.world.watch(() => {
      if (!stage.told().some((one) => one.what === what && !before.has(one.message))) return;
      stop();
      strike();
    });
  },
});
const edited = (at: Point['at']): Point => ({
  name: `a card edited and not answered, ${at}`,
  at,
  arm(stage, strike) {
    const versions = () => stage.told().reduce((sum, { message }) => sum + message.versions.length - 1, 0);
    const before = versions();
    const stop = stage.slack.world.watch(() => {
      if (versions() === before) return;
      stop();
      strike();
    });
  },
});
/** The call is on its way to Slack, which does it after the one who called is dead. */
const called = (method: string, at: Point['at']): Point => ({
  name: `${method} on its way, ${at}`,
  at,
  arm(stage, strike) {
    const before = stage.slack.called(method);
    const release = stage.slack.hang(method);
    void stage
      .until(method, () => stage.slack.called(method) > before)
      .then(() => {
        strike();
        release();
      });
  },
});
const throttled = (method: string, at: Point['at']): Point => ({
  name: `${method} waits for its rate limit, ${at}`,
  at,
  arm(stage, strike) {
    const before = stage.slack.called(method, 429);
    stage.slack.throttleNext(method, 1, 1);
    const stop = stage.slack.world.watch(() => {
      if (stage.slack.called(method, 429) === before) return;
      stop();
      strike();
    });
  },
});
const acknowledged = (at: Point['at']): Point => ({
  name: `acknowledged, ${at}`,
  at,
  arm(stage, strike) {
    const sent = new Set(stage.slack.courier.sent);
    const stop = stage.slack.world.watch(() => {
      const mine = stage.slack.courier.sent.find((one) => !sent.has(one) && one.parcels.some(({ attempts }) => attempts.some(isGood)));
      if (!mine) return;
      stop();
      strike();
    });
  },
});

const WRITES = Array.from({ length: 6 }, (_, n) => 2 * n + 1);
const POINTS: readonly Point[] = [
  ...WRITES.flatMap((n) => [write(n, 'asked'), write(n, 'pressed')]),
  ...(['asked', 'pressed'] as const).flatMap((at) => [acknowledged(at), called(at === 'asked' ? 'chat.postMessage' : 'chat.update', at)]),
  posted('card', 'asked'),
  posted('needs-approval', 'asked'),
  posted('output', 'pressed'),
  edited('pressed'),
  throttled('chat.postMessage', 'asked'),
  throttled('chat.update', 'pressed'),
];

/** The share of the points that must be come to. */
const LEAST = 15 / 22;

/** Tells one story to a gateway that is killed in its course. Returns the gateway that is left, and whether it came to that. */
async function dies(stage: Stage, victim: Program, point: Point): Promise<{ readonly left: Program; readonly struck: boolean }> {
  let heir: Promise<Program> | undefined;
  const strike = () => {
    heir ??= stage.replace(victim);
  };
  const arm = () => point.arm(stage, strike);
  const before = stage.count('web1', EFFECT);
  if (point.at === 'asked') arm();
  const said = stage.person('alice').types(OPS, LINE);
  const find = (what: string) => stage.answers(said.ts).find((one) => one.what === what)?.message;
  const waiting = (): Message | undefined => (stateOf(find('card')) === 'waiting' && find('needs-approval') ? find('card') : undefined);
  const card = await stage.until('a card that waits', waiting);
  if (point.at === 'asked') await heir;
  else arm();
  const press = stage.person('bob').presses(OPS, card.ts, 'press:approve');
  const [attempt] = await press.settled;
  if (!attempt || !isGood(attempt)) {
    await stage.until('a kill', () => heir !== undefined);
    await heir;
    if (stateOf(card) === 'waiting') stage.person('bob').presses(OPS, card.ts, 'press:approve');
  }
  await stage.until('the end', () => stateOf(find('card')) === 'done' && find('output'));
  const left = (await heir) ?? victim;
  await stage.until('nothing is left to show', async () => (await stage.wanted()) === 0);
  stage.proxy.disarm();
  const told = stage.answers(said.ts).map(({ what }) => what);
  expect(told.sort()).toEqual(['card', 'needs-approval', 'output']);
  expect(stateOf(find('card'))).toBe('done');
  expect(stage.count('web1', EFFECT) - before, 'effects').toBe(1);
  return { left, struck: heir !== undefined };
}

async function withStage(options: Parameters<typeof Stage.set>[0], gateways: number, tell: (stage: Stage, speaking: Program) => Promise<void>): Promise<void> {
  const stage = await Stage.set(options);
  try {
    const first = await stage.gateway();
    await stage.until('it speaks', () => stage.spoken());
    await Promise.all(Array.from({ length: gateways - 1 }, () => stage.gateway()));
    await tell(stage, first);
    expect(stage.complaints).toEqual([]);
  } finally {
    await stage.close();
  }
}

function slackIn(chats: unknown): object {
  return typeof chats === 'object' && chats !== null && 'slack' in chats && typeof chats.slack === 'object' ? { ...chats.slack } : {};
}
const to = (line: string) => `<@${BOT.user}> ${line}`;
const cardOf = (stage: Stage, ts: string) => stage.answers(ts).find(({ what }) => what === 'card')?.message;
const whats = (stage: Stage, ts: string) => stage.answers(ts).map(({ what }) => what);
const rests = (stage: Stage) => stage.until('nothing is left to show', async () => (await stage.wanted()) === 0);
/** Long enough for what should not come to have come. */
const moment = () => new Promise((resolve) => setTimeout(resolve, 500));

describe.skipIf(!redis).concurrent('a gateway killed between an event and its card', () => {
  const chosen = sample(POINTS, 'kills of a gateway');
  const left = [...chosen];
  const struck: string[] = [];
  let worlds = 2;

  for (const world of [1, 2])
    it(
      `has lost nothing and told nothing twice, world ${world}`,
      ({ annotate }) =>
        withStage({}, 1, async (stage, first) => {
          let gateway = first;
          for (let point = left.shift(); point; point = left.shift()) {
            const { name } = point;
            const came = await dies(stage, gateway, point).catch((error: unknown) => {
              throw new Error(`killed ${name}`, { cause: error });
            });
            gateway = came.left;
            if (came.struck) struck.push(name);
          }
          expect((await gateway.stop()).code).toBe(0);
          if (--worlds > 0) return;
          expect(struck.length).toBeGreaterThanOrEqual(Math.floor(chosen.length * LEAST));
          await annotate(`${struck.length} of ${chosen.length} kill points, of ${POINTS.length}: ${struck.join('; ')}`);
        }),
      LONG,
    );

  it(
    'over HTTP, too: Slack sends again what was not taken',
    async () => {
      const port = await deadPort();
      const at = (config: object) => ({ ...config, chats: { slack: { ...('chats' in config ? slackIn(config.chats) : {}), port } } });
      await withStage({ mode: 'http', slack: { retries: Array.from({ length: 40 }, () => 500) }, config: at }, 1, async (stage, first) => {
        await stage.slack.deliverTo(`http://127.0.0.1:${port}/slack/events`);
        let gateway = first;
        for (const n of [1, 2, 3]) {
          const said = stage.person('alice').types(OPS, to(`vm snapshot shop h${n}`));
          if (n === 2) await said.settled;
          gateway = await stage.replace(gateway);
          await stage.until('its end', () => stateOf(cardOf(stage, said.ts)) === 'done');
          await said.again(2);
          await rests(stage);
          expect(whats(stage, said.ts)).toEqual(['card']);
          expect(stage.count('kvm1', `snapshot-create-as shop h${n}`)).toBe(1);
        }
      });
    },
    LONG,
  );
});

describe.skipIf(!redis).concurrent('several gateways', () => {
  it(
    'share the events; when the one that speaks is killed another goes on within 12 s',
    () =>
      withStage({}, 3, async (stage, first) => {
        const names = Array.from({ length: 9 }, (_, n) => `r${n}`);
        const says = names.map((name) => stage.person('alice').types(OPS, to(`vm snapshot shop ${name}`)));
        await stage.until('a first card', () => says.some(({ ts }) => cardOf(stage, ts)));
        await kill(first);
        const killed = Date.now();
        const more = ['k1', 'k2', 'k3'].map((name) => stage.person('alice').types(OPS, to(`vm snapshot shop ${name}`)));
        await stage.until('all ends', () => [...says, ...more].every(({ ts }) => stateOf(cardOf(stage, ts)) === 'done'));
        expect(Date.now() - killed).toBeLessThan(12_000);
        await Promise.all([...says, ...more].map((one) => one.again(2)));
        await rests(stage);
        for (const { ts } of [...says, ...more]) expect(whats(stage, ts)).toEqual(['card']);
        for (const name of [...names, 'k1', 'k2', 'k3']) expect(stage.count('kvm1', `snapshot-create-as shop ${name}`)).toBe(1);
      }),
    LONG,
  );

  it(
    'one stopped while it waited for the answer to a post has no word any more when it goes on',
    () =>
      withStage({}, 2, async (stage, first) => {
        const stop = stage.slack.world.watch(() => {
          if (stage.told().length === 0) return;
          stop();
          first.child.kill('SIGSTOP');
        });
        const said = stage.person('alice').types(OPS, to('host reboot web1'));
        await stage.until('a card', () => cardOf(stage, said.ts));
        await stage.until('the other speaks', () => stage.answers(said.ts).some(({ what }) => what === 'needs-approval'));
        await rests(stage);
        first.child.kill('SIGCONT');
        await moment();
        await said.again(2);
        await moment();
        expect(whats(stage, said.ts)).toEqual(['card', 'needs-approval']);
        const card = cardOf(stage, said.ts);
        stage.person('bob').presses(OPS, card?.ts ?? '', 'press:approve');
        await stage.until('the end', () => stateOf(card) === 'done' && stage.answers(said.ts).length >= 3);
        await said.again(1);
        await moment();
        expect(whats(stage, said.ts)).toEqual(['card', 'needs-approval', 'output']);
        expect(stateOf(card)).toBe('done');
        expect(stage.count('web1', 'shutdown -r')).toBe(1);
      }),
    LONG,
  );

  it(
    'one stopped while it looked for an earlier post does not post when it goes on',
    () =>
      withStage({}, 2, async (stage, first) => {
        stage.slack.failNext('chat.postMessage', 'internal_error');
        const release = stage.slack.hang('conversations.replies');
        const said = stage.person('alice').types(OPS, to('vm snapshot shop once'));
        await stage.until('a look', () => stage.slack.called('conversations.replies') > 0);
        first.child.kill('SIGSTOP');
        release();
        await stage.until('the other speaks', () => stateOf(cardOf(stage, said.ts)) === 'done');
        first.child.kill('SIGCONT');
        await moment();
        expect(whats(stage, said.ts)).toEqual(['card']);
      }),
    LONG,
  );
});

describe.skipIf(!redis).concurrent('Redis away for three seconds', () => {
  for (const how of ['stopped', 'killed'] as const)
    it(
      `${how}: what is acknowledged is done, what is not is sent again or said`,
      () =>
        withStage({}, 2, async (stage) => {
          const asked = stage.person('alice').types(OPS, to('host reboot web1'));
          const card = await stage.until('a card', () => stateOf(cardOf(stage, asked.ts)) === 'waiting' && cardOf(stage, asked.ts));
          if (how === 'stopped') stage.server.child.kill('SIGSTOP');
          else await kill(stage.server);
          const began = Date.now();
          const says = ['a1', 'a2', 'a3'].map((name) => stage.person('alice').types(OPS, to(`vm snapshot shop ${name}`)));
          const slash = stage.person('alice').slash(OPS, '/vm', 'snapshot shop s1');
          const press = stage.person('bob').presses(OPS, card.ts, 'press:approve');
          const [replied] = await slash.settled;
          await press.settled;
          await new Promise((resolve) => setTimeout(resolve, Math.max(0, 3000 - (Date.now() - began))));
          if (how === 'stopped') stage.server.child.kill('SIGCONT');
          else await stage.serve();
          await stage.until('all ends', () => says.every(({ ts }) => stateOf(cardOf(stage, ts)) === 'done'), 40_000);
          await rests(stage);
          for (const { ts } of says) expect(whats(stage, ts)).toEqual(['card']);
          for (const name of ['a1', 'a2', 'a3']) expect(stage.count('kvm1', `snapshot-create-as shop ${name}`)).toBe(1);
          const said = JSON.stringify(replied?.body ?? '');
          await moment();
          expect(stage.count('kvm1', 'snapshot-create-as shop s1'), said).toBe(said.includes('Not taken') ? 0 : 1);
          const told = stage
            .person('bob')
            .sees(OPS)
            .some((one) => one.ephemeral === ACCOUNTS.bob && textOf(one).includes('Not taken'));
          if (!told) await stage.until('the end', () => stateOf(card) === 'done');
          else expect(stage.count('web1', EFFECT), 'not taken').toBe(0);
        }),
      LONG,
    );
});
