import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dayOf, parseUsers, users } from '../../src/tools/users.ts';
import { daysOf } from '../../src/tools/users-args.ts';
import { lock, unlock } from '../../src/tools/users-steps.ts';

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
    const output = `== self\nroot\n== passwd\nana:x:1000:1000::/home/ana:/bin/bash\nben:x:1001:1001::/home/ben:/bin/bash\n== group\nops:x:50:ana\n== sudoers\n%ops\n`;
    expect(parseUsers(output).users.map(({ name, sudo }) => [name, ...sudo])).toEqual([['ana', 'ops'], ['ben']]);
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
