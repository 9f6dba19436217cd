import { createServer, request } from 'node:http';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';
import { type Browser, browse, card, ready, textOf, type } from '../support/real/chromium.ts';
import { needs } from '../support/real/have.ts';

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

describe.runIf(needs(['chromium']))('the console in Chromium', () => {
  let world: Awaited<ReturnType<typeof bot>>;
  let browser: Browser;
  beforeAll(async () => {
    world = await bot();
    browser = await browse(world.url);
  });
  afterEach(async () => {
    browser.mend();
    await browser.closePages();
    expect(browser.troubles).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  const focus = (page: Page) =>
    page.evaluate<string>('[document.activeElement.dataset.action, document.activeElement.className || document.activeElement.id].join(" ")');
  const choices = (page: Page) => page.locator('#choices [role=option] b').allInnerTexts();

  it('completes commands, and guests once they have been seen', async () => {
    const alice = await browser.open('alice');
    await alice.getByRole('heading', { name: 'What shall we look at?' }).waitFor();
    expect(await focus(alice)).toBe(' say');
    await alice.locator('#say').pressSequentially('vm reb');
    await expect.poll(() => choices(alice)).toEqual(['reboot']);
    const asked = alice.waitForResponse((response) => response.url().includes('text=vm%20reboot%20'));
    await alice.keyboard.press('Tab');
    expect(await (await asked).json()).toMatchObject({ choices: [] });
    expect(await alice.locator('#say').inputValue()).toBe('vm reboot ');

    await type(alice, 'vm list');
    const list = await card(alice, 'vm list', 'done');
    expect(await list.locator('tbody tr').count()).toBe(19); // 7 of libvirt, 12 of the cluster
    expect(await list.locator('details[open]').count()).toBe(0);
    await expect.poll(() => alice.locator('#say').inputValue()).toBe('');

    await alice.locator('#say').pressSequentially('vm reb');
    await alice.keyboard.press('Tab');
    await expect.poll(() => choices(alice)).toContain('shop');
    expect(await choices(alice)).toContain('"db 02"');
    await alice.keyboard.type('sh');
    await expect.poll(() => choices(alice)).toEqual(['shop']);
    await alice.keyboard.press('ArrowDown');
    await alice.keyboard.press('Enter');
    expect(await alice.locator('#say').inputValue()).toBe('vm reboot shop ');
  });

  it('shows a request to both people live, refuses the wrong press to one alone, and does it once', async () => {
    const alice = await browser.open('alice');
    const bob = await browser.open('bob', alice.context());
    for (const page of [alice, bob]) await page.evaluate('window.same = true');
    await type(alice, 'vm reboot shop');
    const hers = await card(alice, 'vm reboot shop', 'waiting');
    const his = await card(bob, 'vm reboot shop', 'waiting');
    const code = await textOf(hers.locator('kbd'));
    expect(code).toMatch(/^[0-9A-Z]{5}$/);
    expect((await textOf(hers)).split(code)).toHaveLength(2);
    expect(await textOf(his.locator('kbd'))).toBe(code);
    expect(await alice.title()).toBe('(1) Hostler');

    await hers.locator('button[data-action=approve]').focus();
    await alice.keyboard.press('Enter');
    const refused = await card(alice, `approve ${code}`, 'refused');
    expect(await textOf(refused)).toContain('only you see this');
    expect(await textOf(refused)).toContain('someone else');
    await expect.poll(() => focus(alice)).toContain('approve');
    expect(world.lab.host('kvm1').effects).not.toContain('virsh reboot shop');

    await his.locator('button[data-action=approve]').click();
    for (const page of [alice, bob]) {
      const done = await card(page, 'vm reboot shop', 'done');
      expect(await textOf(done)).toContain('approved by Bob');
      expect(await done.locator('button[data-action]').count()).toBe(0);
      expect(await page.evaluate('window.same')).toBe(true);
      expect(await page.title()).toBe('Hostler');
    }
    expect(await bob.locator('#feed').getByText('someone else').count()).toBe(0);
    expect(world.lab.host('kvm1').effects.filter((effect) => effect === 'virsh reboot shop')).toHaveLength(1);
  });

  it('asks for what a line lacks, with what may be chosen', async () => {
    const alice = await browser.open('alice');
    await type(alice, 'vm list'); // from now on guests are known
    await card(alice, 'vm list', 'done');
    await type(alice, 'vm snapshot');
    const asked = await card(alice, 'vm snapshot', 'refused');
    await asked.locator('button[data-action=fill]').click();
    const guest = asked.locator('.ask select');
    expect(await guest.locator('option').allInnerTexts()).toContain('mail · kvm2');
    await guest.selectOption('mail');
    await asked.locator('.ask input').fill('by-form');
    await asked.locator('.ask button').click();
    const done = await card(alice, 'vm snapshot mail by-form', 'done');
    expect(await textOf(done)).toContain('by-form');
    expect(world.lab.host('kvm2').effects.at(-1)).toContain('by-form');
  });

  it('speaks Chinese to who reads Chinese', async () => {
    await world.says('alice', 'vm list');
    const carol = await browser.open('carol');
    expect(await carol.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(await textOf(await card(carol, 'vm list', 'done'))).toMatch(/完成[\s\S]*运行中[\s\S]*详情/);
    expect(await textOf(carol.locator('#send'))).toBe('发送');
    expect(await textOf(carol.locator('#as option:checked'))).toBe('Carol（viewer）');
  });

  it('takes hostile words for words', async () => {
    const alice = await browser.open('alice');
    const hostile = 'vm show <img src=x onerror=alert(1)>';
    await type(alice, hostile);
    const refused = await card(alice, hostile, 'refused');
    expect(await textOf(refused)).toContain('<img');
    const quoted = 'vm show "<svg/onload=alert(1)>"';
    await type(alice, quoted);
    expect(await textOf(await card(alice, quoted, 'refused'))).toContain('legal');
    expect(await alice.locator('#feed :is(img, svg, script, iframe, a)').count()).toBe(0);
  });

  it('keeps the focus while the card under it changes', async () => {
    const alice = await browser.open('alice');
    await type(alice, 'vm shutdown mail');
    const waiting = await card(alice, 'vm shutdown mail', 'waiting');
    const id = (await waiting.getAttribute('data-id')) ?? '';
    await waiting.locator('button[data-action=cancel]').focus();
    const asked = await world.sees('bob', id);
    const over = world.presses('bob', asked, 'approve');
    await card(alice, 'vm shutdown mail', 'running');
    expect(await focus(alice)).toMatch(/^cancel /);
    await over;
    await card(alice, 'vm shutdown mail', 'done');
    expect(await focus(alice)).toMatch(/^ card/);
  });

  it.each([
    ['light', 'a desktop', {}],
    ['dark', 'a desktop', {}],
    ['light', 'a phone', PHONE],
    ['dark', 'a phone', PHONE],
  ] as const)('fits, in %s, on %s', async (colorScheme, device, options) => {
    for (const line of ['help', 'vm list', 'svc list web1', 'svc restart nginx web1']) await world.says('alice', line);
    for (const person of ['alice', 'carol']) {
      const page = await browser.open(person, { ...options, colorScheme });
      expect(await page.evaluate('[document.documentElement, document.getElementById("scroller")].map((one) => one.scrollWidth - one.clientWidth)')).toEqual([
        0, 0,
      ]);
      const outside = '(one) => !one.closest(".scroll > *") && one.getBoundingClientRect().right > innerWidth';
      expect(await page.evaluate(`[...document.querySelectorAll('body *')].filter(${outside}).map((one) => one.outerHTML)`)).toEqual([]);
      const box = await page.locator('#say').boundingBox();
      const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
      expect(box && box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height).toBe(true);
      const [, ground] = /rgb\((\d+)/.exec(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')) ?? [];
      expect(Number(ground) < 128).toBe(colorScheme === 'dark');
      if (device !== 'a phone') continue;
      const small: string[] = [];
      for (const one of await page.locator(':is(button, select, input, summary):visible').all()) {
        if (((await one.boundingBox())?.height ?? 0) < 40) small.push(await textOf(one));
      }
      expect(small).toEqual([]);
    }
  });

  it('changes who we are, and remembers it and the cards over a reload', async () => {
    const page = await browser.open('alice');
    const shown = await world.says('alice', 'whoami');
    await page.locator(`article[data-id="${shown.id}"]`).waitFor();
    await page.locator('#as').selectOption('bob');
    await ready(page);
    expect(page.url()).toMatch(/#as=bob$/);
    expect(await page.locator(`article[data-id="${shown.id}"]`).count()).toBe(0);
    await type(page, 'vm list web1');
    expect(await textOf(await card(page, 'vm list web1', 'refused'))).toContain('Bob');
    await page.locator('#theme').click();
    const before = await page.locator('article').count();
    await page.reload();
    await ready(page);
    expect(await page.locator('#as').inputValue()).toBe('bob');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    expect(await page.locator('article').count()).toBe(before);
    expect(await textOf(await card(page, 'vm list web1', 'refused'))).toContain('libvirt');
  });

  it('catches up by itself after the connection was cut', async () => {
    const alice = await browser.open('alice');
    const asked = await world.says('alice', 'vm suspend shop');
    await card(alice, 'vm suspend shop', 'waiting');
    browser.cut();
    await alice.locator('#banner').waitFor();
    await type(alice, 'vm list');
    await alice.getByRole('alert').filter({ hasText: 'nothing was sent' }).waitFor();
    expect(await alice.locator('#say').inputValue()).toBe('vm list');
    await world.presses('bob', asked, 'approve');
    expect(await alice.locator(`article[data-id="${asked.id}"]`).getAttribute('data-state')).toBe('waiting');
    browser.mend();
    await ready(alice);
    await card(alice, 'vm suspend shop', 'done');
    expect(await alice.locator(`article[data-id="${asked.id}"]`).count()).toBe(1);
    expect(await alice.locator('#banner').isVisible()).toBe(false);
  });

  it('serves no other site', async () => {
    const call = (method: string, path: string, headers: Record<string, string>) =>
      new Promise<number>((resolve, reject) => {
        const { port } = new URL(world.url);
        const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
          resolve(response.statusCode ?? 0);
          response.destroy();
        });
        sent.on('error', reject);
        sent.end(method === 'POST' ? JSON.stringify({ as: 'alice', text: 'vm list' }) : undefined);
      });
    const cards = (await world.cards('alice')).length;
    const here = new URL(world.url).host;
    for (const [method, path] of [
      ['POST', '/api/said'],
      ['POST', '/api/pressed'],
      ['GET', '/api/cards?as=alice'],
      ['GET', '/api/hello'],
      ['GET', '/api/complete?as=alice&text=vm'],
    ] as const) {
      const type = { 'content-type': 'application/json' };
      expect(await call(method, path, { ...type, host: 'evil.example', origin: 'http://evil.example' }), path).toBe(421);
      expect(await call(method, path, { ...type, host: here, origin: 'http://evil.example' }), path).toBe(403);
      expect(await call(method, path, { ...type, host: here, 'sec-fetch-site': 'cross-site' }), path).toBe(403);
      expect(await call(method, path, { ...type, host: here }), path).toBe(403);
    }

    const other = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<title>other</title>'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const page = await browser.elsewhere(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`);
    const body = JSON.stringify({ as: 'alice', text: 'vm list' });
    const got = await page.evaluate<string[]>(`(async (url, body) => {
      const said = (options) => fetch(url + '/api/said', { method: 'POST', body, ...options }).then((answer) => answer.type, () => 'refused');
      const stream = new Promise((resolve) => {
        const source = new EventSource(url + '/api/cards?as=alice');
        source.onerror = () => resolve('refused');
        source.onmessage = source.onopen = () => resolve('open');
      });
      return [await said({ headers: { 'content-type': 'application/json' } }), await said({ mode: 'no-cors' }), await stream];
    })(${JSON.stringify(world.url)}, ${JSON.stringify(body)})`);
    expect(got).toEqual(['refused', 'opaque', 'refused']);
    await page.setContent(`<iframe src="${world.url}/"></iframe>`);
    await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/);
    expect(await world.cards('alice')).toHaveLength(cards);
    other.closeAllConnections();
    other.close();
  });
});
