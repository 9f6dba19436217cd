import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';
import { homeserver } from '../support/doors/matrix.ts';
import { withChat } from '../support/doors/slack.ts';
import { type Browser, browse, card, type } from '../support/real/chromium.ts';
import { needs } from '../support/real/have.ts';
import { SID_BUILD_MS, SYNAPSE } from '../support/real/synapse.ts';

describe.runIf(needs(['chromium']))('a file in the console', () => {
  let world: Awaited<ReturnType<typeof bot>>;
  let browser: Browser;
  beforeAll(async () => {
    world = await bot();
    browser = await browse(world.url);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  it('is a link that saves it', async () => {
    const page = await browser.open('alice');
    await type(page, 'log show web1 --lines 80');
    const shown = await card(page, 'log show web1 --lines 80', 'done');
    const link = shown.getByRole('link', { name: /^web1-log.txt: 61 lines/ });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('web1-log.txt');
    expect(readFileSync(await download.path(), 'utf8').split('\n')).toHaveLength(62);
    expect(browser.troubles).toEqual([]);
  }, 30_000);
});

describe.skipIf(!needs(SYNAPSE))('a file in a real Matrix', () => {
  let place: Awaited<ReturnType<typeof homeserver>>;
  let world: Awaited<ReturnType<typeof bot>>;
  beforeAll(async () => {
    place = await homeserver();
    world = await bot({ config: (lab) => withChat(lab, 'matrix', place.chat, place.accounts) });
  }, SID_BUILD_MS);
  afterAll(async () => {
    await world?.close();
    await place?.close();
  });

  it('stands in the thread of its card', async () => {
    const alice = place.person('alice');
    await alice.until(() => alice.rooms().some((one) => one.id === place.room && one.members().get(place.bot.userId) === 'join'), 20_000);
    await alice.says(place.room, '!log show web1 --lines 80');
    const said = () => alice.timeline(place.room).filter(({ sender }) => sender === place.bot.userId);
    const message = await alice.until(() => said().find(({ file }) => file !== undefined), 20_000);
    const card = said().find(({ id }) => id === message.thread);
    expect(card?.body).toContain('newest 20 of 61 lines');
    expect(message.file).toMatchObject({ name: 'web1-log.txt', type: 'text/plain' });
    const { bytes } = await alice.downloads(message.file?.mxc ?? '');
    const text = bytes.toString('utf8');
    expect(text.split('\n')).toHaveLength(62);
  }, 60_000);
});
