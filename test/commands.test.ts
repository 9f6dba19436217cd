import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND_PATH } from '../src/core/command.ts';
import { parse } from '../src/core/parse.ts';
import { RISKS } from '../src/core/types.ts';
import { loadCommands } from '../src/registry.ts';
import { bot } from './support/bot.ts';

const commands = await loadCommands();
const all = [...commands];

let world: Awaited<ReturnType<typeof bot>>;
let done = '';
let stopped = '';
beforeAll(async () => {
  world = await bot();
  // What the examples speak of: a guest that is suspended, and a snapshot named `fresh`.
  // Requests that can be spoken of, and one that holds a lock.
  done = (await world.says('alice', 'vm snapshot shop fresh')).id;
  const pause = (host: string) => world.says('alice', `host run pause ${host} --with seconds=900`, { until: ({ text }) => text.includes('Wait a while 0/1') });
  stopped = (await world.presses('alice', await pause('pi1'), 'cancel')).id;
  await pause('web1');
});
afterAll(() => world.close());

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
    const line = example.replace('T0123456789A', path === 'resume' ? stopped : done);
    const card = await world.says('alice', `${line} --plan`);
    expect(card.ticket?.state, card.text).toBe('done');
    if (command.risk !== 'none') expect(card.ticket?.plan.steps.length, card.text).toBeGreaterThan(0);
    if (example === 'vm resume shop') await world.says('alice', 'vm resume shop');
  });
});
