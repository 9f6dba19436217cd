import { createHash } from 'node:crypto';
import { type Call, effect, fail } from '../program.ts';
import { who } from '../programs/who.ts';
import type { Machine } from '../world/machine.ts';
import { type Area, kept } from './area.ts';

/** An account. `secret`: what stands in shadow(5) in place of a password; `expires`: days since 1970, empty for never. */
interface Account {
  readonly name: string;
  readonly uid: number;
  readonly comment: string;
  readonly home: string;
  readonly shell: string;
  secret: string;
  expires: string;
  groups: string[];
  keys: string[];
}

const ANA = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE7vpFAIP7FrPSo2PnWgKE5BeNxQjfV8pwYnmqH/fPfz ana@example.org';
const GROUPS = ['root', 'adm', 'users', 'www-data'];

const accounts = kept((machine): { all: Account[] } => {
  const root = machine.os.ssh === 'ssh' ? 'sudo' : 'wheel';
  const person = (name: string, uid: number, comment: string): Account => ({
    ...{ name, uid, comment, home: `/home/${name}`, shell: '/bin/bash', secret: '!', expires: '', groups: [], keys: [] },
  });
  return {
    all: [
      { ...person('root', 0, 'root'), home: '/root', secret: '*' },
      { ...person('www-data', 33, 'www-data'), home: '/var/www', shell: '/usr/sbin/nologin', secret: '*' },
      { ...person('ana', 1000, 'Ana Example'), secret: '$y$', groups: [root], keys: [ANA] },
      { ...person('olga', 1001, 'Olga Example'), secret: '!$y$', expires: '1' },
    ],
  };
});

const find = (machine: Machine, name: string | undefined) => accounts(machine).all.find((one) => one.name === name);
const groupsOf = (machine: Machine) => [machine.os.ssh === 'ssh' ? 'sudo' : 'wheel', ...GROUPS];

/** Accounts, their keys, and the programs that change them. */
export const users: Area = {
  programs: { useradd, usermod, userdel, ps, runuser: () => 0, 'ssh-keygen': () => 0 },
  scripts: {
    users: list,
    'user-state': (call) => {
      const user = find(call.machine, call.argv[1]);
      call.out(user ? `${user.secret.startsWith('!') ? 'locked' : 'open'} ${user.expires || 'never'}\n` : 'none\n');
      return 0;
    },
    'user-keys': (call) => {
      const keys = find(call.machine, call.argv[1])?.keys ?? [];
      call.out(`== where\n.ssh/authorized_keys .ssh/authorized_keys2\n== keys\n${keys.map((key) => `k ${key}\nf ${said(key)}\n`).join('')}== own\n`);
      return 0;
    },
    'user-end': () => 0,
    'key-check': async (call) => {
      call.out(`${said((await call.input()).trim())}\n`);
      return 0;
    },
    'key-add': async (call) => {
      find(call.machine, call.argv[1])?.keys.push((await call.input()).trim());
      effect(call, 'key-add', call.argv[1] ?? '');
      return 0;
    },
    'key-remove': (call) => {
      const user = find(call.machine, call.argv[1]);
      if (user) user.keys = user.keys.filter((key) => !said(key).includes(` ${call.argv.at(-1)} `));
      effect(call, 'key-remove', call.argv[1] ?? '');
      return 0;
    },
    'key-there': (call) => {
      const there = find(call.machine, call.argv[1])?.keys.some((key) => said(key).includes(` ${call.argv[2]} `));
      call.out(there ? 'yes\n' : 'no\n');
      return 0;
    },
    sessions: (call) => {
      who({ ...call, argv: ['who'] });
      call.out('== last\n');
      return 0;
    },
  },
};

/** What `ssh-keygen -l` says of a key; empty for what is none. */
function said(line: string): string {
  const [, type = '', blob = '', comment = ''] = /(ssh-ed25519|ssh-rsa) (AAAA[A-Za-z0-9+/=]+)(?: (.*))?$/.exec(line) ?? [];
  if (type === '') return '';
  const hash = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64').replace(/=+$/, '');
  return `${type === 'ssh-rsa' ? 3072 : 256} SHA256:${hash} ${comment || 'no comment'} (${type === 'ssh-rsa' ? 'RSA' : 'ED25519'})`;
}

function list(call: Call): number {
  const { machine } = call;
  const { all } = accounts(machine);
  const state = (secret: string) => (secret === '' ? 'empty' : /^[!*]+$/.test(secret) ? 'none' : secret.startsWith('!') ? 'locked' : 'set');
  const groups = groupsOf(machine).map(
    (group, i) => `${group}:x:${group === 'root' ? 0 : 20 + i}:${all.filter((one) => one.groups.includes(group)).map(({ name }) => name)}`,
  );
  const own = all.filter(({ uid }) => uid >= 1000).map(({ name, uid }) => `${name}:x:${uid}:`);
  const sections = [
    ['self', 'root'],
    ['passwd', ...all.map(({ name, uid, comment, home, shell }) => `${name}:x:${uid}:${uid}:${comment},,,:${home}:${shell}`)],
    ['shadow', ...all.map(({ name, secret, expires }) => `${name}:${state(secret)}:${secret.startsWith('!') ? 1 : 0}:${expires}`)],
    ['group', ...groups, ...own],
    [
      'sudoers',
      'root ALL=(ALL:ALL) ALL',
      `%${groupsOf(machine)[0]} ALL=(ALL:ALL) ALL`,
      '%www-data,deploy ALL=(root) NOPASSWD: /usr/bin/systemctl restart nginx',
    ],
    ['shells', '/bin/sh', '/bin/bash'],
    ['keys', ...all.filter(({ uid }) => uid === 0 || uid >= 1000).map(({ name, keys }) => `${name}:${keys.length}`)],
    ['last'],
  ];
  call.out(sections.map(([name, ...lines]) => `== ${name}\n${lines.map((line) => `${line}\n`).join('')}`).join(''));
  return 0;
}

/** The values of options and what stands alone. */
function given(
  words: readonly string[],
  withValue: string,
): { readonly values: ReadonlyMap<string, string>; readonly flags: ReadonlySet<string>; readonly name: string } {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  let name = '';
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (!word.startsWith('-')) name = word;
    else if (withValue.includes(word.slice(1))) values.set(word, words[++i] ?? '');
    else flags.add(word);
  }
  return { values, flags, name };
}

function useradd(call: Call): number {
  const { values, name } = given(call.argv.slice(1), 'scG');
  if (find(call.machine, name)) return fail(call, `useradd: user '${name}' already exists`, 9);
  const { all } = accounts(call.machine);
  const groups = (values.get('-G') ?? '').split(',').filter((group) => group !== '');
  const uid = 1 + Math.max(999, ...all.map((one) => one.uid));
  all.push({
    name,
    uid,
    comment: values.get('-c') ?? '',
    home: `/home/${name}`,
    shell: values.get('-s') ?? '/bin/sh',
    secret: '!',
    expires: '',
    groups,
    keys: [],
  });
  effect(call, ...call.argv);
  return 0;
}

function usermod(call: Call): number {
  const { values, flags, name } = given(call.argv.slice(1), 'e');
  const user = find(call.machine, name);
  if (!user) return fail(call, `usermod: user '${name}' does not exist`, 6);
  if (flags.has('-L') && !user.secret.startsWith('!')) user.secret = `!${user.secret}`;
  if (flags.has('-U') && user.secret.length > 1) user.secret = user.secret.replace(/^!/, '');
  user.expires = values.get('-e') ?? user.expires;
  effect(call, ...call.argv);
  return 0;
}

function userdel(call: Call): number {
  const { name } = given(call.argv.slice(1), '');
  const mine = accounts(call.machine);
  if (!find(call.machine, name)) return fail(call, `userdel: user '${name}' does not exist`, 6);
  mine.all = mine.all.filter((one) => one.name !== name);
  effect(call, ...call.argv);
  return 0;
}

/** `ps … -u USER`: only root has processes here. */
function ps(call: Call): number {
  if (call.argv.at(-1) !== 'root') return 1;
  call.out('systemd\nsshd\n');
  return 0;
}
