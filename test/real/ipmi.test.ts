import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { type Controller, IPMI, startController } from '../support/real/ipmi.ts';
import { closeAll } from '../support/real/processes.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';

/** `box` has a controller, which `desk` reaches; the password is in a file of the worker. */
const able = needs(['root', 'sshd', 'ssh-keygen', ...IPMI]);
const dir = mkdtempSync(join(tmpdir(), 'hostler-bmc-'));
let controller: Controller;
let desk: Sshd;
let bot: RealBot;
beforeAll(async () => {
  if (!able) return;
  controller = await startController();
  const { within } = controller;
  desk = await startSshd(within ? { within } : {});
  writeFileSync(join(dir, 'password'), `${controller.password}\n`);
  writeFileSync(join(dir, 'wrong'), 'something-else\n');
  const bmc = (password: string) => ({ address: controller.address, user: controller.user, password: `file:${join(dir, password)}`, from: 'desk' });
  bot = await realBot({ desk: hostOf(desk), box: { ...hostOf(desk), bmc: bmc('password') }, locked: { ...hostOf(desk), bmc: bmc('wrong') } });
}, 30_000);
afterAll(async () => {
  await closeAll(bot, desk, controller);
  rmSync(dir, { recursive: true, force: true });
});

const says = (line: string) => bot.says('alice', line, { ms: 60_000 });
async function does(line: string) {
  const card = await says(line);
  expect(card.ticket?.state, card.text).toBe('waiting');
  const end = await bot.presses('bob', card, 'approve');
  expect(end.ticket?.state, end.text).toBe('done');
  return end;
}

it.runIf(able)(
  'reads and presses the power switch of a real controller',
  async () => {
    expect((await says('host power box')).text).toContain('box has power');
    const refused = await says('host power box off');
    expect(refused.text).toContain('--confirm box');
    expect(controller.log()).toBe('');
    const off = await does('host power box off --confirm box');
    expect(controller.power()).toBe('0');
    expect(off.text).not.toContain(controller.password);
    expect((await says('host power box')).text).toContain('box is off');
    await does(`undo ${off.id}`);
    expect(controller.power()).toBe('1');
    await does('host power box soft');
    expect(controller.log()).toBe('power 0\npower 1\nshutdown 1\n');
  },
  120_000,
);

it.runIf(able)(
  'says what the controller says to a wrong password',
  async () => {
    const text = (await says('host power locked')).text;
    expect(text).toContain('Unable to establish IPMI v2 / RMCP+ session');
    expect(text).toContain('check bmc: in the configuration');
  },
  60_000,
);
