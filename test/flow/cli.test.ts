import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { verbHelp } from '../../src/cli/verbhelp.ts';
import { VERBS } from '../../src/cli.ts';
import { last, line, versions } from '../support/json.ts';
import { processesWith } from '../support/proc.ts';
import { Folder } from '../support/processes.ts';
import { needs } from '../support/real/have.ts';

let folder: Folder;
beforeAll(async () => {
  folder = new Folder();
  await folder.hostler(['start', '--port', '0']).says('Hostler is ready');
});
afterAll(() => folder.close());

const say = (as: string, text: string, ...more: string[]) => folder.calls(['say', '--as', as, '--json', ...more, text]);
const press = (as: string, code: string, action: string, ...more: string[]) => folder.calls(['press', '--as', as, ...more, code, action]);

describe('say and press', () => {
  it('end with 0 for what is done, 2 for what is refused, 3 for what waits, and with the words on the card', async () => {
    const [done, refused, waits] = await Promise.all([say('alice', 'vm list'), say('alice', 'vm rebot shop'), say('alice', 'vm suspend shop')]);
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(last(done.out, 'done').text).toMatch(/shop .*kvm1/);
    expect(refused).toMatchObject({ code: 2, err: '' });
    expect(last(refused.out, 'refused').text).toContain('did you mean vm reboot');
    expect(waits).toMatchObject({ code: 3, err: '' });
    const card = last(waits.out, 'waiting');
    expect(card.buttons.map((button) => button.press.action)).toEqual(['approve', 'reject', 'cancel']);
    expect(card.ticket.plan.steps.length).toBeGreaterThan(0);
    expect(card.ticket.digest).toMatch(/^[0-9a-f]{64}$/);
    const mine = await press('alice', card.ticket.code, 'approve', '--json');
    expect(mine.code).toBe(2);
    expect(last(mine.out, 'refused').text).toContain('someone else');
    const rejected = await press('bob', card.ticket.code, 'reject', '--json');
    expect(rejected.code).toBe(1);
    expect(last(rejected.out, 'rejected').id).toBe(card.id);
    expect((await press('bob', card.ticket.code, 'approve')).code).toBe(2);
    expect((await press('bob', 'ZZZZZ', 'approve')).code).toBe(2);
  });

  it('--wait follows a card past an approval by another, by code in any case or by ticket', async () => {
    const asking = folder.hostler(['say', '--as', 'alice', '--json', '--wait', 'vm reset mail']);
    await asking.says('"state":"waiting"');
    const { ticket } = line.parse(JSON.parse(asking.out.trimEnd().split('\n').at(-1) ?? ''));
    const approved = await press('bob', ticket.code.toLowerCase(), 'approve', '--json');
    expect(approved.code, approved.out).toBe(0);
    const { code, out, err } = await asking.ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(versions(out, 'done').map((card) => card.ticket.state)).toContain('waiting');
    expect(last(out, 'done').text).toContain('Bob');
    const other = last((await say('alice', 'vm stop mail')).out, 'waiting');
    const cancelled = await press('alice', other.ticket.id, 'cancel', '--json');
    expect(cancelled.code).toBe(1);
    last(cancelled.out, 'cancelled');
  });

  it('speak to each person in their language, and say plainly what they are missing', async () => {
    const [carol, nobody, stranger, text] = await Promise.all([
      say('carol', 'vm show shop'),
      folder.calls(['say', 'vm list']),
      say('mallory', 'vm list'),
      folder.calls(['say', '--as', 'alice', 'vm', 'show', 'shop']),
    ]);
    expect(last(carol.out, 'done').text).toContain('运行中');
    expect(nobody).toMatchObject({ code: 2, out: '', err: 'say who you are: --as NAME, one of alice, bob, carol\n' });
    expect(stranger).toMatchObject({ code: 2, out: '', err: 'there is no person “mallory”; there is: alice, bob, carol\n' });
    expect(text).toMatchObject({ code: 0, err: '' });
    expect(text.out).toMatch(/^✓ vm show shop {2}done · T/);
  });

  it('have notify beside them, which finds the practice bot and its secret, and no other bot’s', async () => {
    const failed = ['notify', 'notify', '--title', 'BackupFailed', '--label', 'host=web1', '--fingerprint', 'b1'];
    expect(await folder.calls(failed)).toMatchObject({ code: 0, out: '', err: '' });
    await expect.poll(async () => last((await say('alice', 'alert list')).out, 'done').text, { timeout: 10_000 }).toContain('BackupFailed · web1');
    expect(await folder.calls([...failed, '--resolved'])).toMatchObject({ code: 0, out: '', err: '' });
    await expect.poll(async () => last((await say('alice', 'alert list')).out, 'done').text, { timeout: 10_000 }).not.toContain('BackupFailed');
    expect(await folder.calls(failed, { home: folder.file('nowhere') })).toMatchObject({ code: 5, err: expect.stringContaining('where is the bot?') });
    // What is said to a bot elsewhere never carries this one's secret.
    const elsewhere = await folder.calls([...failed, '--url', 'http://127.0.0.1:1']);
    expect(elsewhere).toMatchObject({ code: 2, err: expect.stringContaining('there is no secret') });
    expect(await folder.calls(failed, { env: { HOSTLER_NOTIFY_SECRET: 'not the right one at all' } })).toMatchObject({
      code: 1,
      err: expect.stringContaining('did not take it'),
    });
  });

  it('read lines from standard input to its end, and end as the last one did', async () => {
    const two = await folder.calls(['say', '--as', 'alice'], { input: 'vm show shop\nvm show mail\n' });
    expect(two.err).toBe('');
    expect(two.out).toMatch(/✓ vm show shop[\s\S]*✓ vm show mail/);
    expect(two.code).toBe(0);
    const bad = await folder.calls(['say', '--as', 'alice'], { input: 'vm show shop\n\nvm show nosuch' });
    expect(bad.out).toMatch(/✓ vm show shop[\s\S]*✗ vm show nosuch/);
    expect(bad.code).toBe(2);
  });
});

describe('homes', () => {
  it.skipIf(!needs(['redis-server or valkey-server']))('never meet, and hold one bot each', async () => {
    const home = folder.file('other');
    expect(await folder.calls(['say', '--as', 'alice', 'vm list'], { home })).toMatchObject({
      code: 5,
      out: '',
      err: expect.stringMatching(/no bot is running/),
    });
    const other = await folder.hostler(['start', '--port', '0', '--seed', '7'], { home }).says('Hostler is ready');
    const snapshot = await folder.calls(['say', '--as', 'alice', 'vm snapshot shop only-there'], { home });
    expect(snapshot.code, snapshot.out).toBe(0);
    expect((await folder.calls(['say', '--as', 'alice', 'vm show shop'], { home })).out).toContain('only-there');
    expect((await folder.calls(['say', '--as', 'alice', 'vm show shop'])).out).not.toContain('only-there');
    const second = await folder.calls(['start', '--port', '0'], { home });
    expect(second).toMatchObject({ code: 2, out: '' });
    expect(second.err).toMatch(new RegExp(`^a bot runs with ${home} already \\(process ${other.pid}\\).*\n$`));
    const { url } = z.object({ url: z.string() }).parse(JSON.parse(execFileSync('cat', [`${home}/console.json`], { encoding: 'utf8' })));
    const taken = await folder.calls(['start', '--port', new URL(url).port], { home: folder.file('third') });
    expect(taken).toMatchObject({ code: 2, err: `port ${new URL(url).port} is in use; choose another with --port N (0 for any)\n` });
    const waiting = folder.hostler(['say', '--as', 'alice', '--wait', '--json', 'vm reset mail'], { home });
    await waiting.says('"state":"waiting"');
    other.child.kill('SIGKILL');
    expect((await waiting.ended).code).toBe(5);
    expect((await folder.calls(['say', '--as', 'alice', 'vm list'], { home })).code).toBe(5);
  });

  it('are not needed with --lab, which leaves nothing behind, even when it is cut short', async () => {
    const home = folder.file('lab');
    const left = () => readdirSync(folder.path).filter((name) => name.startsWith('hostler-'));
    const before = processesWith(folder.path);
    expect(await folder.calls(['say', '--lab', 'vm list'], { home })).toMatchObject({ code: 0, err: '' });
    const waiting = folder.hostler(['say', '--lab', '--wait', '--json', 'vm reset mail'], { home });
    await waiting.says('"state":"waiting"');
    expect(left()).toHaveLength(1);
    expect(await waiting.stop('SIGTERM')).toMatchObject({ code: 143 });
    expect(left()).toEqual([]);
    expect(processesWith(folder.path)).toEqual(before);
    expect(existsSync(home)).toBe(false);
  });
});

describe('what cannot be understood', () => {
  it('is named, with what would be right', async () => {
    const cases = [
      [['strat'], 'there is no “hostler strat”, did you mean start; hostler --help shows what there is\n'],
      [['say', '--jsn'], 'hostler say has no option --jsn; it has: --as, --json, --wait, --lab, --seed\n'],
      [['start', '--port', 'many'], '--port takes a number, not “many”\n'],
      [['start', '--port', '70000'], '--port takes a number, not “70000”\n'],
      [
        ['press', '--as', 'bob', 'ABCDE', 'aprove'],
        'usage: hostler press --as BOB CODE|REQUEST approve|withdraw|reject|cancel|reason|recheck|mark-done|mark-failed|keep|undo|offer|fill|again|ack|silence-1h|silence-4h|silence|assign|escalate|explain [--reason WHY] [--with NAME=VALUE]\n',
      ],
      [['worker', '--redis', 'redis://127.0.0.1:1'], 'the worker needs --site SITE\n'],
      [['config', 'chek'], 'usage: hostler config check FILE [--live [--site SITE]]\n'],
    ] as const;
    const ends = await Promise.all(cases.map(([args]) => folder.calls(args)));
    expect(ends.map(({ code, out, err }) => [code, out, err])).toEqual(cases.map(([, err]) => [2, '', err]));
    const zh = await folder.calls(['strat'], { env: { LANG: 'zh_CN.UTF-8' } });
    expect(zh.err).toContain('没有“hostler strat”');
  });

  it('is told by `hostler VERB --help`: how it is called, its flags and an example, and nothing of other verbs', async () => {
    for (const verb of Object.keys(VERBS).filter((name) => name !== 'help')) {
      const out = verbHelp(verb, [], 'en') ?? '';
      const named = [...out.matchAll(/^ {2}hostler ([a-z]+)/gm)].map(([, name]) => name);
      expect(new Set(named), out).toEqual(new Set([verb]));
      expect(out, verb).toMatch(new RegExp(`^example:\\n {2}hostler ${verb}`, 'm'));
    }
    const [start, say, policy] = await Promise.all(
      [
        ['start', '--help'],
        ['say', '-h'],
        ['policy', 'can', '--help'],
      ].map((args) => folder.calls(args)),
    );
    expect(start).toMatchObject({ code: 0, err: '', out: expect.stringContaining('--signed-from') });
    expect(say).toMatchObject({ code: 0, err: '', out: expect.stringContaining('exit with 0 done') });
    expect(say?.out).not.toContain('hostler worker');
    expect(policy).toMatchObject({ code: 0, err: '', out: expect.stringContaining('hostler policy replay') });
    const notify = await folder.calls(['notify', 'cron', '--help']);
    expect(notify).toMatchObject({ code: 0, err: '', out: expect.stringContaining('--on-failure') });
    expect(await folder.calls(['notify'])).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^usage: hostler notify/) });
    expect((await folder.calls(['press', '--help'], { env: { LANG: 'zh_CN.UTF-8' } })).out).toMatch(/按下卡片上的按钮[\s\S]*例如：/);
    expect((await folder.calls(['--help'])).out).toContain('hostler gateway');
  });

  it('in a configuration is named all at once, by line', async () => {
    const file = folder.file('broken.yaml');
    writeFileSync(
      file,
      'practice: true\nsites:\n  east: {}\nhosts:\n  a:\n    site: nowhere\n    address: 10.0.0.1\npeople:\n  bob: { name: Bob, roles: [king] }\nroles: {}\nsurprise: 1\n',
    );
    const { code, out, err } = await folder.calls(['config', 'check', file]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const rows = err.trimEnd().split('\n');
    for (const row of rows) expect(row).toMatch(/^\S+broken\.yaml:\d+: /);
    for (const [number, words] of [
      [6, 'nowhere'],
      [7, 'loopback'],
      [9, 'king'],
      [11, 'surprise'],
    ] as const)
      expect(
        rows.some((row) => row.includes(`broken.yaml:${number}: `) && row.includes(words)),
        `${words} in:\n${err}`,
      ).toBe(true);
    expect(await folder.calls(['config', 'check', folder.file('none.yaml')])).toMatchObject({ code: 2, err: expect.stringMatching(/there is no such file/) });
  });
});

/** A Node.js of this machine that is too old, if there is one. */
const old = ['/usr/local/bin/node', '/usr/bin/node'].filter(existsSync).find((node) => {
  const [major = 0, minor = 0] = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).split('.').map(Number);
  return major < 22 || (major === 22 && minor < 18);
});

describe.runIf(old)('a Node.js that is too old', () => {
  it('is told in one line which one is needed', async () => {
    const { code, out, err } = await folder.calls(['--help'], { node: old ?? '' });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^[^\n]*22\.18[^\n]*\n$/);
  });
});
