import { connect, createServer, type Socket } from 'node:net';
import { type BrowserContext, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { which } from './have.ts';

const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update'];

/** A real Chromium for the console at `url`. */
export interface Browser {
  /** What no page may ever cause: console messages (a breach of the CSP is one), page errors, dialogs. */
  readonly troubles: string[];
  /** The console as this person sees it: in a window of its own, or in the one given. */
  open(as: string, where?: BrowserContextOptions | BrowserContext): Promise<Page>;
  /** Opens an address of the console, whatever it comes to show. */
  visit(address: string, where?: BrowserContextOptions | BrowserContext): Promise<Page>;
  /** Cuts every connection to the console, and lets none through until it is mended. */
  cut(): void;
  mend(): void;
  /** An empty page of another site. */
  elsewhere(url: string): Promise<Page>;
  closePages(): Promise<void>;
  close(): Promise<void>;
}

export async function browse(url: string): Promise<Browser> {
  const wire = await relay(url);
  const browser = await chromium.launch({ executablePath: which('chromium') ?? 'chromium', args: [...QUIET, '--disable-sync', wire.rule] });
  const troubles: string[] = [];
  const visit: Browser['visit'] = async (address, where = {}) => {
    const context = 'newPage' in where ? where : await browser.newContext({ viewport: { width: 1200, height: 800 }, locale: 'en-GB', ...where });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('console', (message) => (wire.cuts > 0 && message.text().includes('net::ERR_')) || troubles.push(`${address}: ${message.text()}`));
    page.on('pageerror', (error) => troubles.push(`${address}: ${error.message}`));
    page.on('dialog', (dialog) => {
      troubles.push(`${address}: dialog ${dialog.message()}`);
      dialog.dismiss().catch(() => undefined);
    });
    await page.goto(address);
    return page;
  };
  return {
    troubles,
    visit,
    cut: wire.cut,
    mend: wire.mend,
    async open(as, where) {
      const page = await visit(`${url}/#as=${as}`, where);
      await ready(page);
      return page;
    },
    async elsewhere(other) {
      const page = await browser.newPage();
      await page.goto(other);
      return page;
    },
    async closePages() {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    async close() {
      await browser.close();
      wire.close();
    },
  };
}

/** A wire to the console that can be cut: Chromium dials it instead, and takes it for the console. */
async function relay(url: string) {
  const { port, host } = new URL(url);
  const sockets = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connect(Number(port), '127.0.0.1');
    for (const [from, to] of [[near, far] as const, [far, near] as const]) {
      sockets.add(from);
      from.on('error', () => undefined).on('close', () => sockets.delete(from) && to.destroy());
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  const wire = {
    rule: `--host-resolver-rules=MAP ${host} 127.0.0.1:${typeof at === 'object' ? at?.port : 0}`,
    cuts: 0,
    cut() {
      whole = false;
      wire.cuts++;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      whole = true;
    },
    close() {
      wire.cut();
      server.close();
    },
  };
  return wire;
}

/** Waits until the page has shown the cards that are there. */
export async function ready(page: Page): Promise<void> {
  await page.locator('html[data-ready=yes]').waitFor();
}

/** Types a line and sends it. */
export async function type(page: Page, text: string): Promise<void> {
  await page.locator('#say').fill(text);
  await page.keyboard.press('Enter');
}

/** The newest card with this title, once it is in this state. */
export async function card(page: Page, title: string, state: string): Promise<Locator> {
  const found = page.locator(`article.card[data-state="${state}"]`, { has: page.getByRole('heading', { name: title, exact: true }) }).last();
  await found.waitFor();
  return found;
}

/** All the text in it, unseen too. */
export async function textOf(locator: Locator): Promise<string> {
  return (await locator.textContent()) ?? '';
}
