import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { journals, plans } from '../../src/store/plans.ts';
import { open } from '../../src/store/redis.ts';
import { tickets } from '../../src/store/tickets.ts';
import { bot } from '../support/bot.ts';
import { dumped } from '../support/dumped.ts';
import { filled } from '../support/filled.ts';
import { INNOCENTS } from '../support/innocents.ts';

const slack = filled('xoxb-{n:12}-{n:13}-{a:24}', 7);
const password = 'hunter2-and-more';
const key = ['-----BEGIN OPENSSH PRIVATE KEY-----', ...Array.from({ length: 40 }, (_, i) => filled('{b:70}', i)), 'Ab1=', '-----END OPENSSH PRIVATE KEY-----'];
const upid = INNOCENTS.find((line) => line.startsWith('UPID:')) ?? '';
const digest = INNOCENTS.find((line) => line.startsWith('SHA512')) ?? '';
/** The secret of the token of a cluster: by its looks nothing but a UUID. */
let known = '';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot({ config: (lab) => withPrograms(lab) });
  expect((await world.says('alice', 'vm list')).ticket?.state).toBe('done'); // by now the token is known
});
afterAll(() => world.close());

function withPrograms(lab: unknown): object {
  const { programs, clusters } = Object(lab);
  const file: string = Object.values<{ token: string }>(clusters)[0]?.token.replace('file:', '') ?? '';
  known = readFileSync(file, 'utf8').trim().replace(/^.*=/, '');
  const said = [upid, `token ${known} is in use`, `bot ${slack}`, `db password=${password}`, ...key, digest, known];
  const more = {
    leak: { summary: 'Print too much', argv: ['printf', '%s%s\\n', ...said.flatMap(halves)], risk: 'low', timeout: '1m' },
    carry: {
      summary: 'Print a secret',
      argv: ['printf', `${known.slice(0, 20)}{rest}`],
      with: { rest: { pattern: '[0-9a-f-]+', default: known.slice(20) } },
      risk: 'low',
      timeout: '1m',
    },
  };
  return { ...Object(lab), programs: { ...programs, ...more } };
}

/** In two, so that it is whole in no plan. */
function halves(text: string): [string, string] {
  const middle = Math.floor(text.length / 2);
  return [text.slice(0, middle), text.slice(middle)];
}

const secrets = () => [known, slack, password, ...key.slice(1, -2)];

function tells(text: string, where: string): void {
  for (const secret of secrets()) expect(text.includes(secret), `${where} has ${secret}`).toBe(false);
}

describe('what a program prints', () => {
  it('is shown, kept and logged without secrets, and with all that is none', async () => {
    const card = await world.says('alice', 'host run leak web1');
    expect(card.ticket?.state, card.text).toBe('done');
    tells(card.text, 'the card');

    const redis = await open(world.redis);
    const ticket = await tickets(redis).get(card.id);
    if (!ticket) throw new Error('there is a ticket');
    const plan = await plans(redis).plan(card.id, 1);
    const { journal } = await journals(redis).read(card.id, 1);
    redis.disconnect();
    const entry = journal[0];
    const output = entry?.state === 'finished' && 'output' in entry.outcome ? entry.outcome.output : '';
    expect(output.trim().split('\n')).toEqual([
      upid,
      'token [redacted:secret] is in use',
      'bot [redacted:token]',
      'db password=[redacted:password]',
      '[redacted:key]',
      digest,
      '[redacted:secret]',
    ]);
    expect(plan).toBeDefined();
    tells(await dumped(world.redis), 'Redis');
    tells(world.logged.join('\n'), 'the log');
  });

  it('would be in the plan: it is refused', async () => {
    const card = await world.says('alice', 'host run carry web1');
    expect(card.ticket?.state, card.text).toBe('refused');
    expect(card.text).toContain('this would write a secret of this worker into its plan');
    tells(await dumped(world.redis), 'Redis');
  });
});

describe('what a person types', () => {
  it('is kept without what looks like a secret', async () => {
    const card = await world.says('alice', `${slack} what is this`);
    expect(card.ticket?.state).toBe('refused');
    expect(card.title).toBe('[redacted:token] what is this');
    tells(card.text, 'the card');
    tells(await dumped(world.redis), 'Redis');
    expect(await dumped(world.redis)).toContain(card.id);
  });
});
