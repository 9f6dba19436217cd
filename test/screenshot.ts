import { writeFileSync } from 'node:fs';
import { notifies } from './support/alerting.ts';
import { bot } from './support/bot.ts';
import { browse, card, type } from './support/real/chromium.ts';

/** Takes the pictures of the console for the README: `node test/screenshot.ts`. */
async function main(): Promise<void> {
  const world = await bot();
  const browser = await browse(world.url);
  try {
    const look = { viewport: { width: 1040, height: 800 }, deviceScaleFactor: 1.5, colorScheme: 'light' } as const;
    const alice = await browser.open('alice', look);
    const bob = await browser.open('bob', look);
    await type(alice, 'vm list kvm1');
    await card(alice, 'vm list kvm1', 'done');
    await type(alice, 'vm reboot shop');
    await (await card(bob, 'vm reboot shop', 'waiting')).locator('button[data-action=approve]').click();
    await card(bob, 'vm reboot shop', 'done');
    await type(alice, 'vm shutdown mail');
    await card(bob, 'vm shutdown mail', 'waiting');
    const around = await bob.evaluate<number>('document.getElementById("scroller").scrollHeight - document.getElementById("scroller").clientHeight');
    await bob.setViewportSize({ width: 1040, height: 800 + around });
    await bob.locator('#say').blur();
    await bob.mouse.move(0, 0);
    const picture = await bob.screenshot({ animations: 'disabled' });
    if (browser.troubles.length > 0 || picture.length > 200_000) throw new Error(`not a good picture: ${picture.length} bytes ${browser.troubles.join('\n')}`);
    writeFileSync(new URL('console.png', import.meta.url), picture);

    const close = 'net firewall close db1 5432';
    await type(alice, close);
    await (await card(bob, close, 'waiting')).locator('button[data-action=approve]').click();
    const proving = await card(alice, close, 'running');
    await proving.getByText('packet loss').waitFor();
    writeFileSync(new URL('proving.png', import.meta.url), await proving.screenshot({ animations: 'disabled' }));
    await proving.locator('button[data-action=cancel]').click();
    await card(alice, close, 'cancelled');

    const labels = { alertname: 'ServiceFailed', host: 'db1', unit: 'fail2ban' };
    await notifies(world, { title: 'ServiceFailed', text: 'fail2ban.service on db1 has failed', severity: 'critical', labels });
    const firing = await card(alice, 'ServiceFailed · db1', 'firing');
    await firing.locator('button', { hasText: 'svc restart' }).waitFor();
    await firing.locator('button', { hasText: 'Ack' }).click();
    const alert = await card(alice, 'ServiceFailed · db1', 'acked');
    await alice.locator('#say').blur();
    await alice.mouse.move(0, 0);
    writeFileSync(new URL('alert.png', import.meta.url), await alert.screenshot({ animations: 'disabled' }));
  } finally {
    await browser.close();
    await world.close();
  }
}

await main();
