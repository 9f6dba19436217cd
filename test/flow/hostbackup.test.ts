import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bot, bot } from '../support/bot.ts';

let world: Bot & { close(): Promise<void> };
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const effects = (host: string) => world.lab.host(host).effects;
const says = (line: string) => world.says('alice', line);

describe('one table of what is backed up', () => {
  it('has guests and hosts, and hosts alone where they are named', async () => {
    const all = await says('backup list');
    expect(all.text).toMatch(/^of +when \(UTC\)/m);
    expect(all.text).toMatch(/^web1\/etc .* restic /m);
    expect(all.text).toMatch(/^db1\/data .* borg /m);
    expect(all.text).toMatch(/^gitlab /m);
    const one = await says('backup list web1');
    expect(one.text.match(/^web1\/etc /gm)).toHaveLength(3);
    expect(one.text).not.toContain('gitlab');
    const both = await says('backup list web1/etc gitlab');
    expect(both.text).toMatch(/^gitlab /m);
    expect(both.text).not.toContain('db1/data');
  });

  it('says of hosts, too, how well they are really backed up', async () => {
    const { text } = await says('backup truth');
    expect(text).toMatch(/^web1\/etc +- +2 h +26 h .* good$/m);
    expect(text).toMatch(/^gitlab /m);
  });
});

describe('backup run, verify, restore and prune of hosts', () => {
  it('need no cluster to answer when the name says that it is a host’s', async () => {
    const made = await says('backup run web1/etc');
    expect(made.ticket?.state, made.text).toBe('done');
    expect(effects('web1')).toContain('restic backup web1-etc');
    const seen = await says('backup verify web1/etc');
    expect(seen.ticket?.state, seen.text).toBe('done');
    const again = await says('backup verify web1/etc');
    expect(again.text).toContain('every backup is verified already');
  });

  it('go together with guests in one request', async () => {
    const card = await says('backup run db1 proxy --plan');
    expect(card.ticket?.plan.steps, card.text).toHaveLength(2);
  });

  it('restore to a new folder, and over what is there only when confirmed by name', async () => {
    const over = await says('backup restore db1/data --over');
    expect(over.ticket?.state).toBe('refused');
    expect(over.text).toContain('--confirm db1/data');
    const card = await says('backup restore db1/data --to /restore/data');
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(effects('db1')).toContain('borg restore db1-data /restore/data');
    expect((await says('backup restore db1/data --to /restore/data')).text).toContain('/restore/data on db1 is not empty');
  });

  it('over what is there goes beside it first, and says from when on it cannot be cancelled', async () => {
    const card = await says('backup restore db1/data --over --confirm db1/data');
    expect(card.ticket?.state, card.text).toBe('waiting');
    expect(card.text).toContain(`restored whole to /.hostler-restore-${card.id} first, which can be cancelled and touches nothing`);
    expect(card.ticket?.plan.steps).toHaveLength(3);
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(effects('db1').slice(-3)).toEqual([
      `borg restore db1-data /.hostler-restore-${card.id}`,
      expect.stringMatching(`^restore put / /.hostler-restore-${card.id} /`),
      `restore clear /.hostler-restore-${card.id}`,
    ]);
  });

  it('prune what the dry run on the card names', async () => {
    const card = await says('backup prune db1');
    expect(card.text).toContain('removed (1)');
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await says('backup list db1')).text.match(/^db1\/data /gm)).toHaveLength(2);
    expect((await says('backup prune db1')).text).toContain('nothing to remove');
  });

  it.each([
    ['backup run web1/nosuch', 'there is no backup “web1/nosuch”'],
    ['backup verify web2/etc', '“web2” has nothing that this command is for'],
    ['backup run web2', 'there is no guest “web2”'],
    ['backup run web1 --protect', 'are for guests only, not for web1/etc'],
    ['backup run web1 --confirm db1/data', '--confirm names db1/data, which this does not back up'],
    ['backup run gitlab --confirm gitlab', '--confirm is for backups of hosts only'],
    ['backup restore web1/etc --id 300', 'are for guests only'],
    ['backup restore wiki --to /restore/wiki', '“wiki” is no backup of a host'],
    ['backup restore web1/etc --from nosuch', 'web1/etc has no backup “nosuch”'],
    ['backup restore web1/etc --over --to /x', '--to and --over exclude each other'],
  ])('`%s` is refused with the reason', async (line, said) => {
    const card = await says(line);
    expect(card.ticket?.state, card.text).toBe('refused');
    expect(card.text).toContain(said);
  });
});

it('a name that is a host’s and a guest’s is refused with both', async () => {
  const other = await bot({
    config: (lab) => {
      const config = lab as { hosts: Record<string, { backups?: unknown }> };
      // A host called as a guest is.
      const { web1, ...rest } = config.hosts;
      return { ...config, certificates: [], hosts: { ...rest, gitlab: web1 } };
    },
  });
  try {
    const card = await other.says('alice', 'backup run gitlab');
    expect(card.ticket?.state, card.text).toBe('refused');
    expect(card.text).toContain('“gitlab” is a host with backups of its own, and a guest on alpha');
    expect(card.text).toContain('gitlab/etc, alpha/gitlab');
    expect((await other.says('alice', 'backup run gitlab/etc --plan')).ticket?.plan.steps).toHaveLength(1);
    expect((await other.says('alice', 'backup run alpha/gitlab --plan')).ticket?.plan.steps).toHaveLength(1);
  } finally {
    await other.close();
  }
});
