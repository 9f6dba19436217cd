import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { main } from '../../src/cli.ts';
import type { Note } from '../../src/core/audit.ts';
import { EMPTY, type Head, lineOf, link } from '../../src/core/chain.ts';
import type { FlatCard } from '../../src/core/flatten.ts';
import { bot } from '../support/bot.ts';

const given = z.looseObject({ people: z.record(z.string(), z.unknown()), roles: z.record(z.string(), z.unknown()) });
const everything = { commands: ['*'], hosts: ['*'] };

/** Dana may touch web1 alone, Erin approves for the webs, Frank does nothing risky at night, nor ever pauses, Gus and Hal are nobody. */
function strict(lab: unknown): unknown {
  const config = given.parse(lab);
  return {
    ...config,
    people: {
      ...config.people,
      dana: { name: 'Dana', lang: 'en', roles: ['web'] },
      erin: { name: 'Erin', lang: 'en', roles: ['storage'] },
      frank: { name: 'Frank', lang: 'en', roles: ['operator', 'careful'] },
      hal: { name: 'Hal', lang: 'en', roles: ['clerk'] },
      gus: { name: 'Gus', lang: 'en', roles: ['asker'] },
    },
    roles: {
      ...config.roles,
      web: { grants: [{ commands: ['svc *', 'policy *', 'pending', 'whoami', 'help', 'hosts'], hosts: ['web1'], upTo: 'high' }] },
      storage: { grants: [{ ...everything, hosts: ['@web'], upTo: 'high' }] },
      careful: { grants: [{ commands: ['net ping'], hosts: ['web1'], upTo: 'none', input: { to: 'kvm1' } }] },
      clerk: { grants: [{ commands: ['pending', 'whoami'], hosts: ['db1'], upTo: 'none' }] },
      asker: { grants: [{ commands: ['pending', 'svc show'], hosts: ['db1'], upTo: 'none' }] },
    },
    deny: [
      { name: 'never-at-night', roles: ['person:frank'], ...everything, from: 'medium', hours: ['night'], why: 'Frank only looks after small things' },
      { name: 'no-pause', roles: ['careful'], commands: ['host run'], hosts: ['*'], input: { program: 'pause' } },
      { name: 'closed', roles: ['careful'], commands: ['*'], hosts: ['kvm2'] },
      { name: 'no-reboots', roles: ['careful'], commands: ['host reboot'], hosts: ['*'] },
    ],
    hours: { night: { zone: 'UTC', days: 'mon-sun', from: '22:00', to: '06:00' } },
    approvals: [
      { from: 'medium', commands: ['svc *'], hosts: ['web2'], votes: [{ count: 1, roles: ['storage'] }], expires: '5m' },
      { from: 'medium', votes: [{ count: 1, roles: ['lead', 'storage'] }], expires: '30m' },
      {
        from: 'high',
        votes: [
          { count: 1, roles: ['lead'] },
          { count: 1, roles: ['*'] },
        ],
        expires: '15m',
        reason: 'required',
      },
    ],
  };
}

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot({ config: strict });
});
afterAll(() => world?.close());

const says = (who: string, line: string) => world.says(who, line);
/** The rows of a card's table whose columns include this one, by column. */
function tables(card: FlatCard): Record<string, string>[][] {
  return card.blocks.flatMap((block) =>
    block.kind === 'table' ? [block.rows.map((row) => Object.fromEntries(block.columns.map((column, i) => [column, String(row[i])])))] : [],
  );
}

describe('policy can', () => {
  it('says at each risk whether, by which rule, what approval it takes and who could give it', async () => {
    const card = await says('alice', 'policy can @alice "svc restart nginx web1"');
    expect(card.text).toContain('Alice may ask for “svc restart nginx web1”');
    const [rows = []] = tables(card);
    expect(rows).toEqual([
      { risk: 'medium', 'may ask': 'yes', by: 'roles.operator.grants.0', takes: '1 × lead/storage (approvals.1)', 'who could approve': 'Bob, Erin' },
      expect.objectContaining({ risk: 'high', takes: '1 × lead, 1 × anyone (approvals.2)', 'who could approve': expect.stringMatching(/Bob, Dana, Erin/) }),
    ]);
    expect(card.text).toMatch(/approvals.2 +1 × lead, 1 × anyone, within 15 min, a reason/);
    expect(card.text).toMatch(/roles.operator.grants.0 +\* on \* up to high risk/);
    // Nobody else sees that it was asked.
    expect((await world.cards('bob')).some(({ id }) => id === card.id)).toBe(false);
  });

  it('never counts who asks, and says when nobody is left', async () => {
    const [rows = []] = tables(await says('alice', 'policy can erin "svc restart nginx web2"'));
    expect(rows[0]).toMatchObject({ risk: 'medium', takes: '1 × storage (approvals.0)', 'who could approve': 'nobody can approve this' });
    const [high] = tables(await says('alice', 'policy can bob "host reboot web1"'));
    expect(high?.[0]?.['who could approve']).toMatch(/nobody can approve this: 1 of lead is missing/);
  });

  it('tells apart what is understood, what is granted and what is denied', async () => {
    const text = async (line: string) => (await says('alice', line)).text;
    expect(await text('policy can dana "vm reboot shop"')).toMatch(/there is no command “vm/);
    expect(await text('policy can dana "vm reboot shop"')).toContain('no grant for the command');
    expect(await text('policy can dana "svc restart nginx db1"')).toMatch(/there is no host “db1”[\s\S]*no grant for these hosts/);
    expect(await text('policy can frank "svc restart nginx web1" --at 12:00')).toMatch(/medium +yes +roles.operator.grants.0/);
    expect(await text('policy can frank "svc restart nginx web1" --at 03:00')).toMatch(/medium +no +never-at-night[\s\S]*Frank only looks after small things/);
    expect(await text('policy can frank "host run pause web1"')).toMatch(/low +no +no-pause/);
    expect(await text('policy can frank "host run uptime web1"')).toMatch(/low +yes +roles.operator.grants.0 +nothing/);
    expect(await text('policy can frank "host reboot web1" --at 2026-11-20T12:00:00Z')).toContain('no-reboots');
    expect(await text('policy can zoe "hosts"')).toMatch(/there is no person “zoe”[\s\S]*@alice/);
    expect(await text('policy can alice hosts --at someday')).toContain('"sat 03:00"');
    expect(await text('policy can alice hosts --at "2027-01-02 03:04"')).toContain('Sat 2027-01-02 03:04 UTC');
  });

  it('knows where a guest is once it was seen, and says when it does not', async () => {
    expect((await says('alice', 'policy can alice "vm reboot nosuch"')).text).toMatch(/wherever “nosuch” is: kvm1, kvm2, alpha/);
    await says('alice', 'vm list');
    expect((await says('alice', 'policy can alice "vm reboot shop"')).text).toMatch(/about +kvm1\n/);
  });

  it('tells nothing of hosts and guests out of the reach of who asks', async () => {
    for (const line of ['policy can alice "svc restart nginx web2"', 'policy can alice "vm reboot kvm1/shop"', 'policy can alice "svc restart nginx @kvm"']) {
      const { text } = await says('dana', line);
      expect(text).toMatch(/outside your reach/);
      expect(text.replaceAll(line, '')).not.toMatch(/Bob|Erin|grants|approvals/);
    }
    const there = await says('dana', 'policy can alice "svc restart nginx db1"');
    const nowhere = await says('dana', 'policy can alice "svc restart nginx xx1"');
    expect(there.text.replaceAll('db1', 'xx1')).toBe(nowhere.text);
    const wide = await says('dana', 'policy can alice "svc restart nginx @web"');
    expect(wide.text).toMatch(/about +web1, outside your reach/);
    for (const line of ['policy can alice "vm reboot shop"', 'policy show alice', 'policy show frank', 'policy show', 'whoami'])
      expect((await says('dana', line)).text, line).not.toMatch(/web2|db1|kvm[12]|alpha|pbs1|pi1/);
    expect((await says('dana', 'policy show alice')).text).toContain('outside your reach');
  });

  it('agrees with what happens', async () => {
    const lines = ['svc restart nginx web1', 'svc restart nginx web2', 'host run pause web1', 'vm reboot shop'];
    const cases = ['alice', 'frank', 'dana', 'erin'].flatMap((who) => lines.map((line) => [who, line] as const));
    await Promise.all(
      cases.map(async ([who, line]) => {
        const [simulated, real] = await Promise.all([says('alice', `policy can ${who} "${line}"`), says(who, `${line} --plan`)]);
        const [first] = tables(simulated)[0] ?? [];
        const refused = real.ticket?.state === 'refused';
        expect(first?.['may ask'] === 'yes', `${who}: ${line}\n${simulated.text}\n${real.text}`).toBe(!refused);
      }),
    );
  });
});

describe('help, completion and refusals', () => {
  it('offer nobody what they may not do', async () => {
    const help = await says('dana', 'help');
    expect(help.text).not.toMatch(/\bvm\b|host reboot|datastore/);
    expect((await says('frank', 'help host')).text).not.toContain('reboot');
    const choices = async (who: string, text: string) => (await world.client.complete(who, text)).choices.map((choice) => choice.text);
    expect(await choices('dana', '')).not.toContain('vm');
    expect(await choices('dana', 'svc restart nginx ')).toEqual(expect.arrayContaining(['web1']));
    for (const hidden of ['web2', '@kvm', 'site:west']) expect(await choices('dana', 'svc restart nginx ')).not.toContain(hidden);
    expect(await choices('frank', 'host ')).not.toContain('reboot');
    expect(await choices('frank', 'vm show ')).not.toContain('mail'); // on kvm2
    expect(await choices('alice', 'vm show ')).toContain('mail');
  });

  it('a denied line tells nothing of what it names', async () => {
    const [there, nowhere] = await Promise.all([says('dana', 'svc restart nginx web2'), says('dana', 'svc restart nginx web9')]);
    expect(there.text.replaceAll('web2', 'web9').replace(there.id, '')).toBe(nowhere.text.replace(nowhere.id, ''));
    const guests = await Promise.all([says('frank', 'vm show mail'), says('frank', 'vm show mall')]);
    expect(guests.map(({ ticket }) => ticket?.state)).toEqual(['refused', 'refused']);
    for (const { text } of guests) expect(text).not.toContain('kvm2');
  });
});

describe('policy lint', () => {
  it('names what is strange, to everyone as far as they may see', async () => {
    const card = await says('alice', 'policy lint');
    expect(card.text).toMatch(/\d+ errors? and \d+ warnings?/);
    const [found = []] = tables(card);
    expect(
      found.find(({ where }) => where?.startsWith('roles.asker')),
      card.text,
    ).toBeUndefined();
    expect(
      found.some(({ severity }) => severity === 'warning'),
      card.text,
    ).toBe(true);
    expect((await says('dana', 'policy lint')).text).not.toMatch(/web2|db1|kvm[12]|alpha|pbs1|pi1/);
  });
});

describe('policy show and whoami', () => {
  it('name what someone may do and approve, by the rules that say so', async () => {
    const card = await says('alice', 'policy show frank');
    const [grants = [], denies = [], approves = []] = tables(card);
    expect(grants.map(({ rule }) => rule)).toEqual(['roles.operator.grants.0', 'roles.careful.grants.0']);
    expect(grants[1]).toMatchObject({ commands: 'net ping', hosts: 'web1', only: 'to = kvm1' });
    expect(denies.map(({ rule }) => rule)).toEqual(['never-at-night', 'no-pause', 'closed', 'no-reboots']);
    expect(denies[0]).toMatchObject({ only: '22:00–06:00 UTC', why: 'Frank only looks after small things' });
    expect(approves.map(({ rule }) => rule)).toEqual(['approvals.2']);
    expect((await says('erin', 'whoami')).text).toMatch(/may approve by +approvals.0, approvals.1, approvals.2/);
    expect((await says('dana', 'policy show')).text).toContain('what Dana may do');
    // Who may not ask about others is not told.
    expect((await says('gus', 'policy show alice')).ticket?.state).toBe('refused');
  });
});

describe('pending', () => {
  it('is what waits for my word, the first to expire first, then mine, then what others decide', async () => {
    expect((await says('bob', 'pending')).text).toContain('nothing waits');
    const late = await says('alice', 'svc restart nginx web1');
    const soon = await says('dana', 'svc restart cron web1');
    const first = await says('alice', 'svc restart nginx web2');
    for (const card of [late, soon, first]) expect(card.ticket?.state, card.text).toBe('waiting');
    const erins = await says('erin', 'pending');
    expect(erins.text).toContain('3 waiting for your word');
    const [mine = []] = tables(erins);
    expect(mine.map(({ request }) => request)).toEqual([first.id, late.id, soon.id]);
    expect(mine[0]).toMatchObject({
      ...{ code: first.ticket?.code, 'who asked': 'Alice', what: 'svc restart nginx web2', risk: 'medium' },
      ...{ votes: '0/1', 'still takes': '1 of storage', 'expires in': expect.stringMatching(/^[45] min$|^\d+ s$/) },
    });
    // Bob decides on two of them, and only looks at the third.
    const [bobs = [], rest = []] = tables(await says('bob', 'pending'));
    expect(bobs.map(({ request }) => request)).toEqual([late.id, soon.id]);
    expect(rest).toMatchObject([{ request: first.id, 'waits for': '1 of storage: Erin' }]);
    // Who asked reads whom it waits for; who sees only web1 reads of web1 only; carol in her language.
    const alices = await says('alice', 'pending');
    expect(alices.text).toContain('nothing waits for your word');
    expect(tables(alices)[0]?.map(({ request, 'waits for': whom }) => [request, whom])).toEqual([
      [first.id, '1 of storage: Erin'],
      [late.id, expect.stringMatching(/Bob, Erin/)],
    ]);
    const danas = await says('dana', 'pending');
    expect(danas.text).not.toContain('web2');
    expect(danas.text).toContain(late.id);
    expect((await says('carol', 'pending')).text).toContain('没有等待您批准的请求');
    expect((await says('gus', 'pending')).text).toContain('nothing waits');
    // It is theirs alone.
    expect((await world.cards('alice')).some(({ id }) => id === erins.id)).toBe(false);
    // What was decided is gone from it.
    await world.presses('erin', first, 'approve');
    await world.presses('bob', late, 'reject');
    const [after = []] = tables(await says('erin', 'pending'));
    expect(after.map(({ request }) => request)).toEqual([soon.id]);
  });

  it('leaves out what I said yes to, and shows the yes and a reason that is missing to others', async () => {
    const card = await says('alice', 'host reboot web1');
    expect(card.ticket?.state, card.text).toBe('waiting');
    const row = async (who: string) =>
      tables(await says(who, 'pending'))
        .flat()
        .find(({ request }) => request === card.id);
    expect(await row('bob')).toMatchObject({ votes: '0/2', reason: 'not said yet', 'still takes': '1 of lead and 1 more' });
    expect(await row('alice')).toMatchObject({ 'waits for': 'Alice, for the reason' });
    await world.presses('alice', card, 'reason', { reason: 'a new kernel' });
    expect(await row('erin')).toMatchObject({ votes: '0/2', reason: 'a new kernel' });
    await world.presses('bob', card, 'approve');
    expect(await row('erin')).toMatchObject({ votes: '1/2', 'still takes': '1 of any role' });
    const bobs = await row('bob');
    expect(bobs).toMatchObject({ votes: '1/2', 'waits for': expect.stringContaining('Erin') });
  });
});

describe('a delegation', () => {
  it('lets its taker see and decide what they could not, and is told by the simulator and by whoami', async () => {
    expect((await says('bob', 'delegate to @hal --for 2h')).ticket?.state).toBe('done');
    const card = await says('alice', 'svc restart nginx web1');
    const seesIt = async () => (await says('hal', 'pending')).text.includes(`${card.id}`);
    await vi.waitUntil(seesIt, { timeout: 5000, interval: 100 }); // the rules in use are asked for once a second
    expect((await says('hal', 'pending')).text).toMatch(/\d waiting for your word/);
    const can = await says('alice', 'policy can alice "svc restart nginx web1"');
    expect(tables(can)[0]?.[0]?.['who could approve']).toBe('Bob, Erin, Hal (by delegation)');
    expect((await says('hal', 'whoami')).text).toMatch(/approves for Bob with +lead, until 20/);
    expect((await says('bob', 'policy show')).text).toMatch(/lets Hal approve with +lead, until 20/);
    // Not what the lender asked for, and no more once it is over.
    expect(tables(await says('alice', 'policy can bob "svc restart nginx web1"'))[0]?.[0]?.['who could approve']).toBe('Erin');
    const later = new Date(Date.now() + 7_300_000).toISOString().slice(0, 16);
    expect(tables(await says('alice', `policy can alice "svc restart nginx web1" --at ${later}`))[0]?.[0]?.['who could approve']).toBe('Bob, Erin');
    await world.presses('alice', card, 'cancel');
  });
});

describe('hostler policy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostler-policy-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  /** Its exit status and what it printed. */
  async function hostler(...args: string[]): Promise<{ status: number; text: string }> {
    let text = '';
    const writing = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, 'write').mockImplementation((some) => {
        text += String(some);
        return true;
      }),
    );
    try {
      return { status: await main(['policy', ...args]), text };
    } finally {
      for (const one of writing) one.mockRestore();
    }
  }
  const file = (name: string, content: unknown) => {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    return join(folder, name);
  };

  it('answers without a bot, and says what it does not understand', async () => {
    const config = file('config.yaml', strict(world.lab.config));
    expect((await hostler('can', 'dana', 'svc restart nginx web1', '--config', config)).text).toMatch(
      /medium +yes +roles.web.grants.0 +1 × lead\/storage \(approvals.1\) +Bob, Erin/,
    );
    expect(await hostler('can', 'dana', 'svc restart nginx web1', '--at', 'never', '--config', config)).toMatchObject({
      status: 2,
      text: expect.stringContaining('is not a time'),
    });
    expect(await hostler('can', 'dana')).toMatchObject({ status: 2, text: expect.stringContaining('usage:') });
  });

  it('replay tells what another policy would have decided, since when that is asked for', async () => {
    const config = file('config.yaml', strict(world.lab.config));
    const at = Date.now() - 86_400_000;
    const base = { ticket: 'T1', asker: 'alice', command: 'svc restart', room: 'web' } as const;
    const notes: Note[] = [
      { ...base, at, kind: 'said', by: 'alice', line: 'svc restart nginx web1', more: { input: { unit: 'nginx.service', on: ['web1'] } } },
      { ...base, at, kind: 'planned', digest: 'd', hosts: ['web1'], more: { risk: 'medium', round: 1 } },
      { ...base, at: at + 1, kind: 'voted', by: 'bob', digest: 'd', hosts: ['web1'] },
      { ...base, at: at + 2, kind: 'dispatched', digest: 'd', hosts: ['web1'] },
    ];
    let head: Head = EMPTY;
    const lines = notes.map((note, i) => {
      const entry = link(note, `${i}-0.0`, head);
      head = entry;
      return lineOf(entry);
    });
    const audit = file('audit-1.jsonl', `${lines.join('\n')}\n`);
    const two = file('two.yaml', {
      ...given.parse(strict(world.lab.config)),
      approvals: [{ from: 'medium', votes: [{ count: 1, roles: ['storage'] }], expires: '30m' }],
    });
    expect(await hostler('replay', config, '--audit', audit, '--fail-on-change')).toMatchObject({
      status: 0,
      text: '0 differences in 2 decisions (4 entries)\n',
    });
    const found = await hostler('replay', two, '--audit', folder, '--fail-on-change');
    expect(found.status, found.text).toBe(1);
    expect(found.text).toMatch(/2 differences[\s\S]*approval would not count +bob +svc restart +web1 +not an approver[\s\S]*would not have run +alice/);
    expect((await hostler('replay', two, '--audit', audit, '--since', '1h')).text).toContain('0 differences');
    const edited = file('edited.jsonl', `${lines.join('\n').replace('"by":"bob"', '"by":"eve"')}\n`);
    expect(await hostler('replay', two, '--audit', edited)).toMatchObject({ status: 2, text: expect.stringContaining('edited.jsonl:3') });
  });
});
