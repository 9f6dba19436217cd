import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

describe('accounts of the practice fleet', () => {
  let world: Awaited<ReturnType<typeof bot>>;
  beforeAll(async () => {
    world = await bot();
  });
  afterAll(() => world?.close());

  const done = async (line: string) => {
    const asked = await world.says('alice', line);
    const card = asked.ticket?.state === 'waiting' ? await world.presses('bob', asked, 'approve') : asked;
    expect(card.ticket?.state, card.text).toBe('done');
    return card;
  };
  const list = async () => {
    const card = await world.says('alice', 'user list web1');
    const table = card.blocks.find((block) => block.kind === 'table');
    return table?.kind === 'table' ? table.rows : [];
  };

  it.each(['user lock ana web1', 'user unlock olga web1', 'user expire ana web1 2027-12-31', 'user add maria web1 --groups users'])(
    '%s, and its undo: as before',
    async (line) => {
      const before = await list();
      const card = await done(line);
      expect(await list()).not.toEqual(before);
      await done(`undo ${card.id}`);
      expect(await list()).toEqual(before);
    },
  );

  it('locks on many hosts side by side', async () => {
    const card = await done('user lock ana @web');
    expect(card.text).toContain('web1');
    expect(card.text).toContain('web2');
    await done('user unlock ana @web');
  });

  it.each([
    ['user lock root web1', 'own account'],
    ['user remove www-data web1 --confirm www-data', 'account of the system'],
    ['user remove olga web1 --confirm ana', '--confirm says “ana”'],
    ['user lock an web1', 'did you mean ana?'],
    ['user add ana web1', 'already'],
    ['user add eva web1 --groups nosuch', 'no group nosuch'],
    ['user add "eva;reboot" web1', 'legal'],
    ['user expire ana web1 2027-02-30', 'no day'],
    ['user key add ana web1 "ssh-ed25519 this-is-no-key-at-all"', 'no public SSH key'],
  ])('%s is refused', async (line, why) => {
    const card = await world.says('alice', line);
    expect([card.ticket?.state, card.text.includes(why)], card.text).toEqual(['refused', true]);
  });

  it('takes a group that leads to root for high risk', async () => {
    expect((await world.says('alice', 'user add eva web1 --groups sudo --plan')).text).toMatch(/members of sudo can become root[\s\S]*high/);
    expect((await world.says('alice', 'user add eva web1 --groups www-data --plan')).text).toMatch(/members of www-data can become root[\s\S]*high/);
    expect((await world.says('alice', 'user add deploy web1 --plan')).text).toMatch(/sudoers names deploy[\s\S]*high/);
    expect((await world.says('alice', 'user add eva web1 --groups users --plan')).text).toContain('medium');
  });

  it('shows no key whole', async () => {
    const card = await world.says('alice', 'user keys ana web1');
    expect(card.text).toMatch(/SHA256:[A-Za-z0-9+/]{43} +ED25519 +256 +ana@example.org/);
    expect(card.text).not.toContain('AAAA');
  });
});
