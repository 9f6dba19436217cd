import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { launch, type Running } from '../../src/cli/run.ts';
import { type Lab, startLab } from '../../src/lab/index.ts';
import { People } from '../support/bot.ts';

const home = mkdtempSync(join(tmpdir(), 'hostler-reload-'));
const file = join(home, 'config.yaml');
let lab: Lab;
let running: Running;
let people: People;

beforeAll(async () => {
  lab = await startLab({ seed: 1, dir: join(home, 'lab'), pace: 0.2 });
  writeFileSync(file, stringify(lab.config));
  running = await launch({ config: file, port: 0, seed: 1 }, home, undefined, true);
  people = new People({ url: running.url ?? '', token: running.token });
});
afterAll(async () => {
  people.close();
  await running.close();
  await lab.close();
  rmSync(home, { recursive: true, force: true });
});

it('takes over a changed file while it runs, and votes are judged by the policy of the moment', async () => {
  const card = await people.says('alice', 'vm reboot shop');
  expect(card.ticket?.state).toBe('waiting');
  const changed = structuredClone(lab.config);
  const weaker = { ...changed, people: { ...changed.people, bob: { ...changed.people.bob, roles: ['viewer'] } } };
  writeFileSync(file, stringify(weaker));
  await expect.poll(async () => (await people.says('bob', 'whoami')).text, { timeout: 8000, interval: 500 }).toContain('viewer');
  const answer = await people.presses('bob', card, 'approve');
  expect(answer.ticket?.state).toBe('refused');
  expect(lab.host('kvm1').effects).not.toContain('virsh reboot shop');
});

it('goes on as before when the file is damaged', async () => {
  writeFileSync(file, 'sites: [\n');
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect((await people.says('alice', 'hosts')).ticket?.state).toBe('done');
});
