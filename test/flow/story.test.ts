import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

const effects = (host: string) => world.lab.host(host).effects;

describe('a request from a typed line to a result on a host', () => {
  it('lists the guests of both sites in one table', async () => {
    const card = await world.says('alice', 'vm list');
    expect(card.mood).toBe('good');
    const table = card.blocks.find((block) => block.kind === 'table');
    expect(table?.rows.map((row) => row[0])).toEqual(expect.arrayContaining(['shop', 'build', 'mail', 'db 02']));
    expect(new Set(table?.rows.map((row) => row.at(-1)))).toEqual(new Set(['kvm1', 'kvm2', 'alpha/pve1', 'alpha/pve2', 'alpha/pve3']));
  });

  it('is approved by the other person and then done exactly once', async () => {
    const before = effects('kvm1').length;
    const card = await world.says('alice', 'vm reboot shop');
    expect(card.ticket?.state).toBe('waiting');
    expect(effects('kvm1')).toHaveLength(before);
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state).toBe('done');
    expect(effects('kvm1').slice(before)).toEqual(['virsh reboot shop']);
    expect(done.text).toContain('Bob');
  });

  it('shows each viewer the card in their own language', async () => {
    const card = await world.says('alice', 'vm show shop');
    const hers = await world.sees('carol', card.id);
    expect(hers.text).toContain('运行中');
    expect(card.text).toContain('running');
  });

  it('runs at once what needs nobody, and proves it', async () => {
    const done = await world.says('alice', 'vm start build');
    expect(done.ticket?.state).toBe('done');
    expect(
      world.lab
        .host('kvm1')
        .guests()
        .find(({ name }) => name === 'build')?.state,
    ).toMatch(/running/);
    expect(done.ticket?.plan.undo).toContain('vm shutdown kvm1/build');
  });

  it('does many hosts side by side on one card', async () => {
    const card = await world.says('alice', 'svc restart nginx @web');
    expect(card.text).toMatch(/restart nginx.service on web1.*web2/);
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state).toBe('done');
    expect(effects('web1')).toContain('systemctl restart nginx.service');
    expect(effects('web2')).toContain('systemctl restart nginx.service');
  });

  it('reboots a host and sees another boot id', async () => {
    const card = await world.says('alice', 'host reboot web1');
    expect(card.ticket?.state).toBe('waiting');
    const done = await world.presses('bob', card, 'approve');
    expect(done.ticket?.state).toBe('done');
    expect(effects('web1').filter((effect) => effect.startsWith('shutdown -r'))).toHaveLength(1);
  });
});

describe('what is refused, with the reason', () => {
  const refused = async (person: string, text: string, ...words: string[]) => {
    const card = await world.says(person, text);
    expect(card.ticket?.state, card.text).toBe('refused');
    for (const word of words) expect(card.text).toContain(word);
    return card;
  };

  it('names what is wrong and what would be right', async () => {
    await refused('alice', 'vm rebot shop', 'vm rebot', 'did you mean vm reboot');
    await refused('alice', 'vm', 'one more word', 'list');
    await refused('alice', 'frobnicate', 'frobnicate', 'help');
    await refused('alice', 'vm show shop mail', '“mail”', 'one word too many');
    await refused('alice', 'vm show', 'needs GUEST', 'vm show shop');
    await refused('alice', 'vm show shpo', 'there is no guest “shpo”', 'shop');
    await refused('alice', 'host status wbe1', '“wbe1”', 'web1');
    await refused('alice', 'host status @wbe', '@web');
    await refused('alice', 'host status site:est', 'site:east');
    await refused('alice', 'svc list web1 --faild', '--faild', '--failed');
    await refused('alice', 'vm reboot -rf', '“-rf”');
    await refused('alice', 'vm show "shop', 'never closed');
    await refused('alice', 'vm list web1', 'libvirt');
    await refused('alice', 'svc restart nginx db1', 'no service', 'db1');
    await refused('alice', 'vm rollback shop nosuch', 'no snapshot', 'nosuch');
  });

  it('refuses one name in two places with both, whatever their state', async () => {
    const card = await refused('alice', 'vm reboot cache', 'kvm1/cache', 'kvm2/cache');
    expect(card.text).toContain('more than one');
  });

  it('takes the one that is named with its host', async () => {
    const card = await world.says('alice', 'vm suspend kvm2/cache');
    expect(card.ticket?.state).toBe('waiting');
    expect((await world.presses('alice', card, 'cancel')).ticket?.state).toBe('cancelled');
  });

  it('gives hostile words no way to a shell', async () => {
    const before = effects('kvm1').length;
    await refused('alice', 'vm reboot $(touch x)', 'one word too many');
    await refused('alice', 'vm reboot "$(touch x)"', 'no guest');
    await refused('alice', 'svc restart "nginx; reboot" web1', 'legal');
    await refused('alice', 'vm snapshot shop "`id`"', 'legal');
    const card = await refused('alice', 'vm show <!channel>', '<!channel>');
    expect(card.title).toContain('<!channel>');
    expect(effects('kvm1')).toHaveLength(before);
  });

  it('refuses what is too long, and shows how long it was', async () => {
    await refused('alice', `vm show ${'x'.repeat(100_000)}`, '100008', '4000');
  });

  it('understands what phones and word processors make of a line', async () => {
    const card = await world.says('alice', '\u00a0vm\u3000show \u200b“db 02” —plan');
    expect(card.ticket?.state, card.text).toBe('done');
    expect(card.text).toContain('kvm2');
  });
});

describe('who may do what', () => {
  it('tells a viewer of no command that changes anything', async () => {
    const help = await world.says('carol', 'help');
    expect(help.text).toMatch(/vm +agent info · agent ip · config · list · show · snapshots · virtiofs list\n/);
    expect(help.text).not.toMatch(/reboot|restart|steal/);
    const family = await world.says('carol', 'help vm');
    expect(family.text).toContain('vm list');
    expect(family.text).not.toContain('vm reboot');
    const card = await world.says('carol', 'vm reboot shop');
    expect(card.ticket?.state).toBe('refused');
    expect(card.text).not.toContain('vm reboot GUEST');
    const near = await world.says('carol', 'vm rebot shop');
    expect(near.text).not.toContain('vm reboot ');
  });

  it('lets nobody approve their own request, and no viewer anybody else’s', async () => {
    const card = await world.says('alice', 'vm stop mail');
    for (const [person, why] of [
      ['alice', 'someone else'],
      ['carol', '审批人'],
    ] as const) {
      const answer = await world.presses(person, card, 'approve');
      expect(answer.ticket?.state).toBe('refused');
      expect(answer.text).toContain(why);
    }
    expect((await world.presses('bob', card, 'reject')).ticket?.state).toBe('rejected');
    const late = await world.presses('bob', card, 'approve');
    expect(late.ticket?.state).toBe('refused');
    expect(effects('kvm2').filter((effect) => effect.includes('destroy'))).toEqual([]);
  });

  it('shows refusals only to the one who asked', async () => {
    const card = await world.says('alice', 'vm frob');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await world.cards('bob')).map(({ id }) => id)).not.toContain(card.id);
  });

  it('refuses a code of another plan', async () => {
    const card = await world.says('alice', 'vm stop mail');
    const answer = await world.presses('bob', card, 'approve', { code: 'AAAAA' });
    expect(answer.ticket?.state).toBe('refused');
    await world.presses('alice', card, 'cancel');
  });
});

describe('--plan', () => {
  it('shows and never runs', async () => {
    const before = effects('kvm2').length;
    const card = await world.says('alice', 'vm stop mail --plan');
    expect(card.ticket?.state).toBe('done');
    expect(card.text).toContain('destroy');
    expect(card.buttons).toEqual([]);
    expect(effects('kvm2')).toHaveLength(before);
  });
});

describe('the same event five times', () => {
  it('is one ticket with one effect', async () => {
    const before = effects('kvm1').filter((effect) => effect.includes('snapshot-create')).length;
    const said = await Promise.all(Array.from({ length: 5 }, () => world.says('alice', 'vm snapshot shop five', { event: 'the same event' })));
    expect(new Set(said.map(({ id }) => id)).size).toBe(1);
    expect(said[0]?.ticket?.state).toBe('done');
    const card = await world.says('alice', 'vm reset mail');
    const answers = await Promise.all(Array.from({ length: 5 }, () => world.presses('bob', card, 'approve', { event: 'the same press' })));
    expect(new Set(answers.map((answer) => answer.ticket?.state))).toEqual(new Set(['done']));
    expect(effects('kvm1').filter((effect) => effect.includes('snapshot-create')).length).toBe(before + 1);
    expect(effects('kvm2').filter((effect) => effect === 'virsh reset mail')).toHaveLength(1);
  });
});

describe('hosts in trouble', () => {
  it('shows what the others say when one is down, and refuses a change there', async () => {
    await world.lab.host('web2').down();
    const list = await world.says('alice', 'hosts');
    expect(list.mood).toBe('good');
    expect(list.text).toMatch(/web2 +unreachable/);
    const card = await world.says('alice', 'svc restart nginx @web');
    expect(card.ticket?.state).toBe('refused');
    expect(card.text).toContain('web2');
    await world.lab.host('web2').up();
  });

  it('still completes the names of a host that did not answer the last time', async () => {
    await world.says('alice', 'vm list');
    await world.lab.host('kvm2').down();
    expect((await world.says('alice', 'vm list')).text).toContain('kvm2: ');
    await world.lab.host('kvm2').up();
    expect((await world.client.complete('alice', 'vm show ma')).choices.map(({ text }) => text)).toContain('mail');
  });

  it('refuses a host whose key changed, with the fingerprint', async () => {
    world.lab.host('pi1').rekey();
    await world.lab.host('pi1').down();
    await world.lab.host('pi1').up();
    const card = await world.says('alice', 'host status pi1');
    expect(card.text).toMatch(/host key changed.*SHA256:/);
  });
});
