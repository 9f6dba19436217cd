import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, browse, card, ready, textOf, type } from '../support/real/chromium.ts';
import { needs } from '../support/real/have.ts';
import { signedBot } from '../support/signed.ts';

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

describe.runIf(needs(['chromium']))('signing in with Chromium', () => {
  let bot: Awaited<ReturnType<typeof signedBot>>;
  let browser: Browser;
  beforeAll(async () => {
    bot = await signedBot();
    browser = await browse(bot.url);
  });
  afterEach(async () => {
    await browser.closePages();
    expect(browser.troubles.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await bot?.end();
  });

  it('opens the link of a chat, leaves no trace of it, and is out again by a press', async () => {
    const page = await browser.visit(await bot.link('alice'));
    await ready(page);
    expect(page.url()).toBe(`${bot.url}/`);
    expect(await page.evaluate('[history.length, document.cookie, localStorage.length, Object.values(sessionStorage).join()]')).toEqual([2, '', 0, '']);
    expect(await textOf(page.locator('#me'))).toBe('Alice');
    expect(await page.locator('#as').isVisible()).toBe(false);
    await type(page, 'vm list');
    await card(page, 'vm list', 'done');
    await page.reload();
    await ready(page);
    await card(page, 'vm list', 'done');

    const other = await browser.visit(`${bot.url}/`, page.context());
    await ready(other);
    await page.locator('#out').click();
    for (const one of [page, other]) {
      await one.getByRole('heading', { name: 'Sign in' }).waitFor();
      expect(await one.locator('article').count()).toBe(0);
      expect(await one.locator('#say').isVisible()).toBe(false);
    }
    expect(await page.context().cookies()).toEqual([]);
    expect(browser.troubles.splice(0).filter((line) => !line.includes('401'))).toEqual([]); // Chromium notes what was refused
  });

  it('says in both languages how to sign in, and why a link did nothing', async () => {
    const used = await bot.link('carol');
    const page = await browser.visit(used, { locale: 'zh-CN' });
    await ready(page);
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await textOf(page.locator('#out'))).toBe('退出登录');
    const again = await browser.visit(used);
    await again.getByRole('alert').filter({ hasText: 'used already' }).waitFor();
    expect(await textOf(again.locator('#door'))).toMatch(/Say login to the bot[\s\S]*请在 Slack 或 Matrix/);
    expect(again.url()).toBe(`${bot.url}/`);
    expect(browser.troubles.splice(0).filter((line) => !line.includes('403'))).toEqual([]);
    // Another's link in the same tab makes it theirs.
    await page.goto(await bot.link('bob'));
    await page.locator('#me', { hasText: 'Bob' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  it.each([
    ['light', 'a desktop', {}],
    ['dark', 'a phone', PHONE],
  ] as const)('fits, in %s, on %s', async (colorScheme, _device, options) => {
    const page = await browser.visit(`${bot.url}/`, { ...options, colorScheme });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    const outside = "[...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => one.outerHTML)";
    expect(await page.evaluate(outside)).toEqual([]);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/door-${colorScheme}.png` });
    await page.goto(await bot.link('alice'));
    await ready(page);
    await type(page, 'vm reboot shop');
    await card(page, 'vm reboot shop', 'waiting');
    expect(await page.evaluate(outside.replace("'body *'", "'.bar, .bar *'"))).toEqual([]);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/inside-${colorScheme}.png` });
  });
});
