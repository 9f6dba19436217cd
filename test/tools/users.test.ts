import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../src/hosts/quote.ts';
import { dayOf, parseUsers, users } from '../../src/tools/users.ts';
import { daysOf } from '../../src/tools/users-args.ts';
import { lock, unlock } from '../../src/tools/users-steps.ts';
import { needs } from '../support/real/have.ts';
import { ownFolders } from '../support/real/processes.ts';

const folders = needs(['unshare', 'root']) ? ownFolders() : undefined;
const run = (argv: readonly string[]) => execFileSync(argv[0] ?? '', argv.slice(1), { encoding: 'utf8' });

describe('accounts', () => {
  it('of this machine are read as passwd has them, with nothing of a password', () => {
    const output = run(users().argv);
    const found = parseUsers(output);
    const lines = readFileSync('/etc/passwd', 'utf8').trim().split('\n');
    expect(found.users.map(({ name }) => name)).toEqual(lines.map((line) => line.split(':')[0]));
    expect(found.users[0]).toMatchObject({ name: 'root', uid: 0, home: '/root' });
    expect(found.groups.has('root')).toBe(true);
    expect(output).not.toMatch(/\$(y|6|5|1|2[aby])\$/);
  });

  it('may become root by a group of sudoers, too', () => {
    const output = `== self\nroot\n== passwd\nana:x:1000:1000::/home/ana:/bin/bash\nben:x:1001:1001::/home/ben:/bin/bash\n== group\nops:x:50:ana\n== sudoers\n%ops ALL=(ALL) ALL\n`;
    expect(parseUsers(output).users.map(({ name, sudo }) => [name, ...sudo])).toEqual([['ana', 'ops'], ['ben']]);
  });

  it('may become root by whatever sudoers names them, by a group that is as good as root, and may where that cannot be told', () => {
    const names = ['alice', 'bob', 'carol', 'dan', 'erin', 'frank', 'gina', 'hana', 'ivan', 'ben'];
    const passwd = names.map((name, i) => `${name}:x:${1001 + i}:${2001 + i}::/home/${name}:/bin/bash\n`).join('');
    const group = `docker:x:999:gina\nops:x:1010:hana\nfar:x:77:ivan\n`;
    const of = (sudoers: string) =>
      new Map(parseUsers(`== self\nbot\n== passwd\n${passwd}== group\n${group}== sudoers\n${sudoers}`).users.map(({ name, sudo }) => [name, sudo.join()]));
    const lines = String.raw`# alice is no comment
Defaults env_reset, secure_path="/usr/bin"
root ALL=(ALL:ALL) ALL
alice , \
  bob ALL=(ALL) ALL # ben ALL=(ALL) ALL
User_Alias OPS = carol, MORE : MORE = !dan
Cmnd_Alias BEN = /bin/ls
OPS ALL=(ALL) NOPASSWD: ALL
#1005 ALL=(ALL) ALL
%ops web1, web2 = (www-data) /bin/ls
"frank" ALL=(ALL) ALL
%#77 ALL = ALL
@includedir /etc/sudoers.d
`.replaceAll('\\\\', '\\');
    expect([...of(lines)]).toEqual([
      ...['alice', 'bob', 'carol', 'dan', 'erin', 'frank'].map((name) => [name, 'sudoers']),
      ...[
        ['gina', 'docker'],
        ['hana', 'ops'],
        ['ivan', 'far'],
        ['ben', ''],
      ],
    ]);
    expect(of('ALL ALL=(ALL) ALL\n').get('ben')).toBe('sudoers');
    expect(of('Defaults targetpw\nALL ALL=(ALL) ALL\n').get('ben')).toBe('');
    for (const unclear of ['+admins ALL=(ALL) ALL\n', 'who knows\n', '== unread sudoers\n'])
      expect([of(unclear).get('ben'), of(unclear).get('gina')], unclear).toEqual(['sudoers?', 'docker']);
  });

  it.skipIf(folders === undefined)('are looked for in the files that sudoers includes, and elsewhere is said to be untold', () => {
    const [program = '', ...words] = folders ?? [];
    const own = 'mount -t tmpfs none /mnt && cp -a /etc /mnt/etc && mount --bind /mnt/etc /etc && mkdir -p /etc/sudoers.d /etc/more';
    const files = `echo '@include /etc/one' >/etc/sudoers; printf 'ann ALL=ALL' >/etc/one; echo '#includedir /etc/more' >/etc/sudoers.d/x; echo 'bea ALL=ALL' >/etc/more/y`;
    const told = (more: string) => parseUsers(run([program, ...words, 'sh', '-c', `{ ${own}; ${files}; ${more}; } >/dev/null; ${commandLine(users().argv)}`]));
    expect([...told(':').sudoers.users]).toEqual(expect.arrayContaining(['ann', 'bea']));
    expect(told(':').sudoers.untold).toBe(false);
    expect(told('echo "sudoers: files sss" >>/etc/nsswitch.conf').sudoers.untold).toBe(true);
  });

  it('end on the day that was said', () => {
    for (const day of ['1970-01-02', '2024-02-29', '2031-05-06']) expect(dayOf(daysOf(day) ?? Number.NaN)).toBe(day);
    expect(daysOf('never')).toBeUndefined();
  });

  it('are locked with their keys, and unlocked to what they were', () => {
    expect(lock('ana', false)).toEqual(['usermod', '-L', '-e', '1', 'ana']);
    expect(lock('ana', true)).toEqual(['usermod', '-e', '1', 'ana']);
    expect(unlock('ana', undefined, true)).toEqual(['usermod', '-U', '-e', '', 'ana']);
    expect(unlock('ana', 22_000, false)).toEqual(['usermod', '-e', '22000', 'ana']);
  });
});
