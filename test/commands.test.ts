import { TOTP, URI } from 'otpauth';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND_PATH } from '../src/core/commandshape.ts';
import { parse } from '../src/core/parse.ts';
import type { Account } from '../src/core/types.ts';
import { RISKS } from '../src/core/types.ts';
import { factorSealing } from '../src/desk.ts';
import { loadCommands } from '../src/registry.ts';
import { factors } from '../src/store/factors.ts';
import { links } from '../src/store/links.ts';
import { open } from '../src/store/redis.ts';
import { notifies } from './support/alerting.ts';
import { bot } from './support/bot.ts';
import { until } from './support/doors/door.ts';

const commands = await loadCommands();
const all = [...commands];

let world: Awaited<ReturnType<typeof bot>>;
let done = '';
let stopped = '';
let broken = '';
let firing = '';
let acked = '';
let silence = '';
let ended = '';
beforeAll(async () => {
  world = await bot();
  await proven('alice');
  await accounts();
  // What the examples speak of: a guest that is suspended, and a snapshot named `fresh`.
  // Requests that can be spoken of, and one that holds a lock.
  done = (await world.says('alice', 'vm snapshot shop fresh')).id;
  const pause = (host: string) => world.says('alice', `host run pause ${host} --with seconds=900`, { until: ({ text }) => text.includes('Wait a while 0/1') });
  stopped = (await world.presses('alice', await pause('pi1'), 'cancel')).id;
  await pause('web1');
  broken = (await world.says('alice', 'break-glass "svc restart nginx web2" --reason "it hangs"')).id;
  await world.says('alice', 'freeze on pbs1 --reason "for the examples"');
  await world.says('alice', 'delegate to @bob');
  // Alerts that fire, one of them acknowledged, and silences, of which one was ended.
  firing = await alert('Disk almost full');
  acked = await alert('Too hot');
  await world.says('alice', `alert ack ${acked}`);
  await world.says('alice', 'silence add alertname=Nothing --reason "for the examples" 2h');
  silence = /Z[0-9A-Z]{11}/.exec((await world.says('alice', 'silence list')).text)?.[0] ?? '';
  await world.says('alice', 'silence add alertname=Less --reason "for the examples" 2h');
  ended = /Z[0-9A-Z]{11}(?= +alertname=Less)/.exec((await world.says('alice', 'silence list')).text)?.[0] ?? '';
  await world.says('alice', `silence end ${ended}`);
});
afterAll(() => world.close());

/** Fires an alert; its id. */
async function alert(title: string): Promise<string> {
  await notifies(world, { title, severity: 'critical', labels: { host: 'web1' } });
  return until(title, async () => (await world.cards('alice')).find((card) => card.alert && card.title.startsWith(title))?.id);
}

/** Sets one-time codes up for a person, as the web console does. */
async function proven(person: string): Promise<void> {
  const redis = await open(world.redis);
  const all = factors(redis, factorSealing(world.config));
  const app = URI.parse(await all.begin(person, person));
  if (!(await all.prove(person, app instanceof TOTP ? app.generate() : ''))) throw new Error('not proven');
  redis.disconnect();
}

/** Two accounts of alice's, and one that has claimed to be hers; the code to confirm that. */
async function accounts(): Promise<string> {
  const redis = await open(world.redis);
  const all = links(redis);
  const from = { chat: 'practice', id: 'alice' };
  const claim = async (account: Account) => (await all.claim(await all.offer('alice', from), account))?.code ?? '';
  for (const account of [
    { chat: 'matrix', id: '@ana:example.org' },
    { chat: 'slack', id: 'U0123ABCD' },
  ]) {
    await all.claimed('alice', from, await claim(account));
    await all.add({ account, person: 'alice', at: Date.now() });
  }
  const code = await claim({ chat: 'slack', id: 'U0123EFGH' });
  redis.disconnect();
  return code;
}

it('finds every command this version promises', () => {
  const promised = ['help', 'whoami', 'hosts', 'svc list', 'svc show', 'svc restart', 'host status', 'host reboot', 'host run', 'net show', 'net ping'];
  const runs = ['lock list', 'lock why', 'lock steal', 'undo', 'resume', 'safety', 'export'];
  const vm = ['list', 'show', 'start', 'shutdown', 'stop', 'reboot', 'reset', 'suspend', 'resume', 'snapshot', 'delsnapshot', 'rollback'].map(
    (verb) => `vm ${verb}`,
  );
  expect([...commands.keys()]).toEqual(expect.arrayContaining([...promised, ...runs, ...vm]));
});

describe.each(all)('%s', (path, command) => {
  it('has a legal name, a summary in both languages, a risk, and examples of its own', () => {
    expect(path).toMatch(COMMAND_PATH);
    expect(command.summary.en).toMatch(/^[A-Z]/);
    expect(command.summary.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(RISKS).toContain(command.risk);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) expect(example === path || example.startsWith(`${path} `), example).toBe(true);
  });

  it.each(command.examples.map((example) => [example]))('`%s` parses, and plans in the practice fleet', async (example) => {
    expect(parse(example, commands).path).toBe(path);
    if (example === 'vm resume shop') {
      const frozen = await world.says('alice', 'vm suspend shop');
      await world.presses('bob', frozen, 'approve');
    }
    if (path === 'host wake') await world.lab.host('web1').down();
    if (path === 'schedule remove') await world.says('alice', 'schedule add "0 3 * * 6" "host status web1"');
    const schedule = /^S[0-9A-Z]{11}/m.exec(path === 'schedule remove' ? (await world.says('alice', 'schedule list')).text : '')?.[0] ?? '';
    const named: Readonly<Record<string, string>> = { resume: stopped, 'review done': broken };
    const line = example
      .replace('T0123456789A', named[path] ?? done)
      .replace('S0123456789A', schedule)
      .replace('A0123456789A', firing)
      .replace('A0123456789B', acked)
      .replace('Z0123456789A', silence)
      .replace('Z0123456789B', ended)
      .replace('83QK', path === 'link confirm' ? await accounts() : '');
    const card = await world.says(path === 'review done' ? 'bob' : 'alice', `${line} --plan`);
    if (path === 'host wake') await world.lab.host('web1').up();
    expect(card.ticket?.state, card.text).toBe('done');
    if (command.risk !== 'none') expect(card.ticket?.plan.steps.length, card.text).toBeGreaterThan(0);
    if (example === 'vm resume shop') await world.says('alice', 'vm resume shop');
  });
});
