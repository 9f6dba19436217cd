import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
const restart = { summary: 'Restart nginx', argv: ['systemctl', 'restart', 'nginx'], risk: 'low', timeout: '1m' };
beforeAll(async () => {
  world = await bot({
    config: (lab) => ({
      ...withPrograms(lab, { restart }),
      people: { ...Object(lab).people, eve: { name: 'Eve', roles: ['near'] } },
      roles: { ...Object(lab).roles, near: { grants: [{ commands: ['*'], hosts: ['pi1'], upTo: 'high' }] } },
    }),
  });
});
afterAll(() => world.close());

function withPrograms(lab: unknown, more: object): object {
  if (typeof lab !== 'object' || lab === null || !('programs' in lab)) throw new Error('the lab has programs');
  return { ...lab, programs: { ...Object(lab.programs), ...more } };
}

const effects = (host: string) => world.lab.host(host).effects.length;
const running = (card: FlatCard) => card.ticket?.state === 'running' && card.text.includes(': Wait a while 0/1'); // the step is under way
const pause = (host: string, seconds = 900) => world.says('alice', `host run pause ${host} --with seconds=${seconds}`, { until: running });
const buttons = (card: FlatCard) => card.buttons.map(({ id }) => id);

describe('a declared program', () => {
  it('runs on many hosts side by side, and what is given must match', async () => {
    const card = await world.says('alice', 'host run uptime @web pi1');
    expect(card.ticket?.state, card.text).toBe('done');
    expect((await world.says('alice', 'host run pause web1 --with seconds=1e9')).text).toContain('“1e9” is not a legal seconds');
    expect((await world.says('alice', 'host run pause web1 --with second=1')).text).toContain('did you mean seconds');
    expect((await world.says('alice', 'host run pause web1 --with seconds=-1')).text).toContain('not a legal');
    expect((await world.says('alice', 'host run uptim web1')).text).toContain('did you mean uptime');
    expect((await world.says('alice', 'host run rm web1')).text).toContain('no program “rm” is declared');
  });
});

describe('a cancel', () => {
  it('stops what runs on the host and proves it', async () => {
    const card = await pause('web1');
    expect(buttons(card)).toEqual(['cancel']);
    const stopped = await world.presses('alice', card, 'cancel');
    expect(stopped.ticket?.state, stopped.text).toBe('cancelled');
    expect(stopped.text).toMatch(/stopped, proven \(0 processes, [\d.]+ s\)/);
    expect((await world.says('alice', 'lock list')).text).toContain('nothing is locked');
  });
});

describe('locks', () => {
  it('make another wait, which says for whom and its place, and can be taken away with a reason and approval', async () => {
    const first = await pause('web1');
    const second = await world.says('alice', 'host run pause web1 --with seconds=901', { until: ({ text }) => text.includes('place 1 in line') });
    expect(second.text).toMatch(/waiting since \d\d:\d\d UTC for east\/web1\/program:pause, in use by Alice: “host run pause web1/);
    const third = await world.says('bob', 'host run pause web1 --with seconds=902', { until: ({ text }) => text.includes('place 2 in line') });
    const listed = await world.says('bob', 'lock list');
    expect(listed.text).toContain(`Alice: “host run pause web1 --with seconds=900” (${first.id})`);
    expect(listed.text).toContain(second.id);
    expect((await world.says('bob', 'lock why web1')).text).toContain('east/web1 is in use');
    expect((await world.says('bob', 'lock why db1')).text).toContain('is free');
    expect((await world.says('bob', 'lock steal east/web1/program:pause')).text).toContain('needs --reason');
    // What is out of somebody's reach is locked by nobody, as far as they can tell.
    expect((await world.says('eve', 'lock list')).text).toContain('nothing is locked');
    expect((await world.says('eve', 'lock steal east/web1/program:pause --reason "mine"')).text).toContain('nobody holds');
    const planned = await world.says('bob', 'host run pause web1 --with seconds=903 --plan');
    expect(planned.ticket?.state).toBe('done'); // planning is always allowed

    const asked = await world.says('alice', 'lock steal east/web1/program:pause --reason "it hangs"');
    expect(asked.ticket?.state, asked.text).toBe('waiting');
    const stolen = await world.presses('bob', asked, 'approve');
    expect(stolen.ticket?.state, stolen.text).toBe('done');
    await world.sees('alice', second.id, running);
    for (const card of [first, second]) {
      const ended = await world.presses('alice', card, 'cancel');
      expect(ended.ticket?.state, ended.text).toBe('cancelled');
    }
    const last = await world.sees('bob', third.id, running);
    expect((await world.presses('bob', last, 'cancel')).ticket?.state).toBe('cancelled');
    expect((await world.says('alice', 'lock list')).text).toContain('nothing is locked');
  });
});

describe('waves', () => {
  it('halt when too many hosts fail, and are gone on with', async () => {
    const before = effects('web2');
    const card = await world.says('alice', 'host run restart web1 db1 web2 pi1 --waves 1,1,rest');
    expect(card.ticket?.state, card.text).toBe('failed');
    expect(card.text).toContain('halted: 1 failed, at most 0 may');
    expect(effects('web2')).toBe(before);
    const only = await world.says('alice', `resume ${card.id} --only-failed`);
    expect(only.ticket?.plan.steps).toEqual([expect.stringContaining('db1')]);
    const rest = await world.says('alice', `resume ${card.id} --max-fail 3`);
    expect(rest.ticket?.state, rest.text).toBe('failed');
    expect(rest.ticket?.plan.steps).toHaveLength(3);
    expect(effects('web2')).toBe(before + 1);
  });

  it('are refused when they cannot be understood, and shown before they are approved', async () => {
    expect((await world.says('alice', 'host run uptime @web --waves 1,rest,2')).text).toContain('the last wave must be `rest`');
    expect((await world.says('alice', 'host run uptime @web --waves 0,rest')).text).toContain('“0” is not a wave');
    expect((await world.says('alice', 'host run uptime @web --max-fail some')).text).toContain('“some”');
    expect((await world.says('alice', 'host run uptime @web --waves 1,rest --waves rest')).text).toContain('--waves is given twice');
    expect((await world.says('alice', 'host reboot web1 --waves 1,rest')).text).toContain('no option “--waves”');
    const plan = await world.says('alice', 'host run uptime @web pi1 --waves 1,50%,rest --plan');
    expect(plan.text).toMatch(/wave/);
  });
});

describe('undo', () => {
  it('is asked for by a button or by name, and planned and approved like anything else', async () => {
    const started = await world.says('alice', 'vm start build');
    expect(buttons(started)).toEqual(['undo']);
    const undo = await world.presses('alice', started, 'undo');
    expect(undo.title).toBe(`undo ${started.id}`);
    expect(undo.ticket?.state, undo.text).toBe('waiting');
    const done = await world.presses('bob', undo, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(
      world.lab
        .host('kvm1')
        .guests()
        .find(({ name }) => name === 'build')?.state,
    ).toBe('shut off');
    expect((await world.says('alice', 'undo T0000000000X')).text).toContain('there is no request');
    const looked = await world.says('alice', 'vm list');
    expect((await world.says('alice', `undo ${looked.id}`)).text).toContain('changed nothing');
  });

  it('of a rollback goes back to what was kept, which expires by itself', async () => {
    await world.says('alice', 'vm snapshot shop base');
    const card = await world.says('alice', 'vm rollback shop base');
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await world.says('alice', 'safety')).text).toContain(`before-${card.id}`);
    const back = await world.presses('alice', done, 'undo');
    expect(back.text).toContain(`put shop on kvm1 back to snapshot before-${card.id}`);
    await world.presses('alice', back, 'cancel');
  });

  // Beside each other: they wait for the same clock, and are about different guests.
  it.concurrent('removes what was kept when its time is over', async () => {
    const card = await world.says('alice', 'vm snapshot shop brief --keep 1s');
    expect(card.ticket?.state, card.text).toBe('done');
    expect((await world.says('alice', 'safety')).text).toContain('snapshot brief');
    for (let left = 60; (await world.says('alice', 'safety')).text.includes('snapshot brief'); left--) {
      expect(left).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const removed = (await world.cards('alice')).find(({ title }) => title === 'expire: snapshot brief');
    expect(removed?.ticket?.state).toBe('done');
    expect((await world.says('alice', 'vm delsnapshot shop brief')).text).toContain('has no snapshot “brief”');
  }, 60_000);

  it.concurrent('leaves alone what somebody else made under the same name', async () => {
    const card = await world.says('alice', 'vm snapshot build twice --keep 4s');
    const gone = await world.presses('bob', await world.presses('alice', card, 'undo'), 'approve');
    expect(gone.ticket?.state, gone.text).toBe('done');
    await new Promise((resolve) => setTimeout(resolve, 1500)); // made in a later second
    expect((await world.says('bob', 'vm snapshot build twice')).ticket?.state).toBe('done');
    for (let left = 60; (await world.says('alice', 'safety')).text.includes('snapshot twice'); left--) {
      expect(left).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    expect((await world.says('alice', 'vm rollback build twice --plan')).ticket?.state).toBe('done'); // it is there
  }, 60_000);
});
