import { Secret, TOTP } from 'otpauth';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dumped } from '../support/dumped.ts';
import { Keys } from '../support/keys.ts';
import { type Browser, browse, card, ready, textOf, type } from '../support/real/chromium.ts';
import { needs } from '../support/real/have.ts';
import { signedBot } from '../support/signed.ts';

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

describe.runIf(needs(['chromium']))('one-time codes with Chromium', () => {
  const keys = new Keys();
  let bot: Awaited<ReturnType<typeof signedBot>>;
  let browser: Browser;
  beforeAll(async () => {
    keys.make('bob');
    bot = await signedBot((config) => {
      const { people, ...rest } = config as { people: Record<string, { roles: string[] }> };
      const bob = { ...people.bob, signingKeys: [keys.public('bob')] };
      return {
        ...rest,
        people: { ...people, alice: { ...people.alice, roles: ['operator', 'lead'] }, bob },
        approvals: [
          { from: 'medium', commands: ['vm stop'], roles: ['lead'], expires: '30m', stepUp: 'signature' },
          { from: 'medium', commands: ['vm reset'], roles: ['lead'], expires: '30m', stepUp: 'totp' },
          { from: 'medium', roles: ['lead'], expires: '30m' },
        ],
      };
    });
    browser = await browse(bot.url);
  });
  afterEach(async () => {
    await browser.closePages();
    expect(browser.troubles.splice(0).filter((line) => !/\b(403|429)\b/.test(line))).toEqual([]); // Chromium notes what was refused
  });
  afterAll(async () => {
    await browser?.close();
    await bot?.end();
    keys.close();
  });
  const enter = async (who: 'alice' | 'bob', options: object = {}) => {
    const page = await browser.visit(await bot.link(who), options);
    await ready(page);
    return page;
  };
  const codes =
    (secret: string) =>
    (later = 0) =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + later * 30_000 });
  const shot = async (page: Awaited<ReturnType<typeof enter>>, name: string) => {
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
  };

  it('are set up, put in force by another’s yes, and then approve', async () => {
    const page = await enter('bob');
    await page.getByRole('button', { name: 'One-time codes' }).click();
    const dialog = page.getByRole('dialog', { name: 'One-time codes' });
    await dialog.getByRole('button', { name: 'Set up new codes' }).click();
    await dialog.getByLabel('The code your app shows').waitFor();
    expect(await page.evaluate('document.querySelector("#factorPicture").naturalWidth > 0')).toBe(true);
    await shot(page, 'factor-desktop');
    const letters = (await textOf(dialog.locator('#factorSecret'))).trim();
    expect(letters).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
    const secret = letters.replaceAll(' ', '');
    const code = codes(secret);
    const check = async (text: string) => {
      await dialog.getByLabel('The code your app shows').fill(text);
      await dialog.getByRole('button', { name: 'Check' }).click();
    };
    await check(code() === '000000' ? '111111' : '000000');
    await dialog.getByRole('alert').filter({ hasText: 'not the code your app should show' }).waitFor();
    await check(code().replace(/^.../, '$& '));
    await dialog.getByText('Your app shows the right code').waitFor();
    expect(await textOf(dialog)).not.toContain(letters);
    await shot(page, 'factor-proven');
    await dialog.getByRole('button', { name: 'Ask: factor enrol' }).click();
    expect(await page.locator('#say').inputValue()).toBe('factor enrol');
    await page.keyboard.press('Enter');
    await card(page, 'factor enrol', 'waiting');

    const other = await enter('alice');
    await (await card(other, 'factor enrol', 'waiting')).getByRole('button', { name: 'Approve' }).click();
    await card(other, 'factor enrol', 'done');
    await type(other, 'vm reset shop');
    await card(other, 'vm reset shop', 'waiting');

    const waiting = await card(page, 'vm reset shop', 'waiting');
    await waiting.getByRole('button', { name: 'Approve' }).click();
    await waiting.getByLabel('one-time code').fill('000000');
    await shot(page, 'factor-approve');
    await waiting.locator('form').getByRole('button', { name: 'Approve' }).click();
    await page.getByText('this is not your one-time code now').first().waitFor();
    expect(await waiting.getAttribute('data-state')).toBe('waiting');
    const field = waiting.getByLabel('one-time code');
    if (!(await field.isVisible())) await waiting.getByRole('button', { name: 'Approve' }).click();
    await field.fill(code(1));
    await waiting.locator('form').getByRole('button', { name: 'Approve' }).click();
    await card(page, 'vm reset shop', 'done');

    // The secret and the codes are nowhere but in the app.
    const kept = `[location.href, document.documentElement.outerHTML, ...Object.values(localStorage), ...Object.values(sessionStorage)].join('\\n')`;
    const everything = `${await dumped(bot.redis)}\n${await page.evaluate(kept)}\n${bot.logged.join('\n')}`;
    expect(everything).toContain('vm reset shop');
    for (const form of [secret, letters, Secret.fromBase32(secret).hex]) expect(everything).not.toContain(form);
  });

  it('are none any more after too many wrong ones, and none of a page of another', async () => {
    const page = await enter('alice');
    await page.getByRole('button', { name: 'One-time codes' }).click();
    const dialog = page.getByRole('dialog', { name: 'One-time codes' });
    await dialog.getByRole('button', { name: 'Set up new codes' }).click();
    await dialog.getByLabel('The code your app shows').waitFor();
    const secret = (await textOf(dialog.locator('#factorSecret'))).replaceAll(' ', '');
    const code = codes(secret);
    const wrong = code() === '000000' ? '111111' : '000000';
    for (let i = 0; i < 6; i++) {
      const answered = page.waitForResponse((response) => response.url().endsWith('/api/factor/prove'));
      await dialog.getByLabel('The code your app shows').fill(i === 5 ? code() : wrong);
      await dialog.getByRole('button', { name: 'Check' }).click();
      expect((await answered).status()).toBe(i === 5 ? 429 : 403);
    }
    await dialog.getByRole('alert').filter({ hasText: 'too many wrong codes' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.content()).not.toContain(secret.replace(/.{4}/g, '$& ').trim());
    await page.locator('#out').click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('button', { name: 'One-time codes' }).isVisible()).toBe(false);
  });

  it.each([
    ['light', 'a desktop', {}],
    ['dark', 'a phone', PHONE],
  ] as const)('fit, in %s, on %s; and so does the field for a signature, which approves', async (colorScheme, _device, options) => {
    const page = await enter('bob', { ...options, colorScheme });
    await page.getByRole('button', { name: 'One-time codes' }).click();
    await page.getByRole('button', { name: 'Set up new codes' }).click();
    await page.locator('#factorPicture[src]').waitFor();
    const outside = (where: string) =>
      `[...document.querySelectorAll('${where}')].filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5).map((one) => one.outerHTML)`;
    expect(await page.evaluate(outside('.bar, .bar *, dialog, dialog *'))).toEqual([]);
    await shot(page, `factor-${colorScheme}`);
    await page.keyboard.press('Escape');
    const before = bot.lab.host('kvm2').effects.length;
    await bot.asks('alice', 'vm stop mail');
    const waiting = await card(page, 'vm stop mail', 'waiting');
    await waiting.getByRole('button', { name: 'Approve' }).click();
    const [, message = ''] = /printf %s '([^']+)'/.exec(await textOf(waiting)) ?? [];
    await waiting.getByLabel('SSH signature').fill(keys.sign('bob', message));
    expect(await page.evaluate(outside('.card .ask, .card .ask *'))).toEqual([]);
    await waiting.locator('form').scrollIntoViewIfNeeded();
    await shot(page, `signature-${colorScheme}`);
    await waiting.locator('form').getByRole('button', { name: 'Approve' }).click();
    await card(page, 'vm stop mail', 'done');
    await expect.poll(() => bot.lab.host('kvm2').effects.length).toBeGreaterThan(before);
    await bot.asks('alice', 'vm start mail');
    await card(page, 'vm start mail', 'done');
  });
});
