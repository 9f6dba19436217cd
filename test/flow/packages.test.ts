import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const rows = ({ blocks }: FlatCard) => blocks.flatMap((block) => (block.kind === 'table' ? block.rows : []));

describe('packages of the practice fleet', () => {
  it('shows many hosts of different distributions in one table', async () => {
    const table = rows(await world.says('alice', 'pkg updates web1 web2 db1 pi1'));
    expect(table.map(([host]) => host)).toEqual(expect.arrayContaining(['web1', 'web2', 'db1', 'pi1']));
    expect(table.find(([host]) => host === 'web1')?.[5]).toBe('not published');
    expect(table.find(([host]) => host === 'db1')?.[5]).toContain('CVE-2025-');
  });

  it('installs on many hosts what one card has shown, and offers the reboots', async () => {
    const card = await world.says('alice', 'pkg apply web1 db1');
    expect(card.ticket?.state, card.text).toBe('waiting');
    const shown = rows(card).map(([host, name]) => `${host} ${name}`);
    expect(shown).toEqual(expect.arrayContaining(['web1 libssl3', 'db1 kernel', 'db1 openssl']));
    expect(shown).not.toContain('web1 tzdata'); // it is held
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(done.buttons.map(({ label }) => label)).toEqual(expect.arrayContaining(['Reboot web1', 'Reboot db1']));
    const ran = world.lab.host('web1').effects.filter((one) => one.startsWith('apt-get install'));
    expect(ran).toHaveLength(1);
    expect(ran[0]).toContain('openssl=3.0.17-1~deb12u3');
    expect((await world.says('alice', 'pkg apply web1 db1')).text).toContain('already up to date');
    expect((await world.says('alice', 'host health web1')).text).toContain('a reboot is needed');
  });

  it('holds, and an undo lets go again', async () => {
    const done = await world.says('alice', 'pkg hold web2 openssl');
    expect((await world.says('alice', 'pkg apply web2 --only openssl')).text).toContain('held at its version');
    const undone = await world.presses('alice', done, 'undo');
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect((await world.says('alice', 'pkg apply web2 --only openssl')).ticket?.state).toBe('waiting');
  });

  it('says that what was approved has changed meanwhile, and asks anew', async () => {
    const card = await world.says('alice', 'pkg apply kvm1 --security');
    await world.says('alice', 'pkg hold kvm1 openssl');
    const after = await world.presses('bob', card, 'approve', {
      until: ({ text, ticket }) => ticket?.state !== 'approved' && (text.includes('changed') || ticket?.state === 'done'),
    });
    expect(after.text).toContain('changed');
    expect(world.lab.host('kvm1').effects.filter((one) => one.startsWith('apt-get install'))).toEqual([]);
  });
});
