import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { barrier, expires, gateName, gatesFor, type Own, ownRules, setRules } from '../../src/tools/firewall/change.ts';
import { pveNode } from '../../src/tools/firewall/node.ts';
import { READ } from '../../src/tools/firewall/scripts.ts';
import { parseFirewall } from '../../src/tools/firewall.ts';
import { parseRedirects, redirects, rulesText } from '../../src/tools/redirect.ts';
import { shell } from '../../src/tools/shell.ts';

/** Keeps rules as a node does: a new one comes first, each has its place, and a digest says whether they are as they were seen. */
const PVESH = `#!/usr/bin/env node
const fs = require('node:fs'), { createHash } = require('node:crypto');
const file = __dirname + '/rules.json', all = JSON.parse(fs.readFileSync(file)), digest = createHash('sha1').update(JSON.stringify(all)).digest('hex');
const [what, path, ...rest] = process.argv.slice(2), flags = {};
for (let i = 0; i < rest.length; i += 2) flags[rest[i].slice(2)] = rest[i + 1];
const die = (text) => { console.error(text); process.exit(255); };
const write = (next) => { fs.writeFileSync(file, JSON.stringify(next)); fs.writeFileSync(__dirname + '/pending', '2'); };
fs.appendFileSync(__dirname + '/calls', process.argv.slice(2).join(' ') + '\\n');
const [, at] = /^\\/nodes\\/node1\\/firewall\\/rules(?:\\/(\\d+))?$/.exec(path) ?? [];
if (path === '/nodes/node1/firewall/options') console.log(fs.readFileSync(__dirname + '/options.json', 'utf8'));
else if (!path.startsWith('/nodes/node1/firewall/rules')) die('no such node');
else if (what === 'get') console.log(JSON.stringify(all.map((rule, pos) => ({ ...rule, pos, digest }))));
else if (what === 'create' && fs.existsSync(__dirname + '/no-quorum')) { fs.rmSync(__dirname + '/no-quorum'); die("cfs-lock 'file-host_fw' error: no quorum!"); }
else if (what === 'create') { const { pos, enable, ...rule } = flags; write([{ ...rule, enable: Number(enable) }, ...all]); }
else if (what === 'delete') {
  // Somebody else puts a rule first just before.
  if (fs.existsSync(__dirname + '/intrude')) { fs.rmSync(__dirname + '/intrude'); write([{ type: 'in', action: 'ACCEPT', dport: '1', proto: 'tcp', enable: 1 }, ...all]); die('detected modified configuration - file changed by other user? Try again.'); }
  if (flags.digest !== digest) die('detected modified configuration');
  if (!all[at]) die('no rule at position ' + at);
  write(all.toSpliced(Number(at), 1));
}`;

/** It takes up what it is told at its second look. */
const PVE_FIREWALL = `#!/bin/sh
d=$(dirname "$0"); n=$(cat "$d/pending" 2>/dev/null || echo 0)
if [ "$n" -gt 0 ]; then echo $((n - 1)) >"$d/pending"; echo 'Status: enabled/running (pending changes)'; else echo 'Status: enabled/running'; fi`;

let dir: string;
const rules = () => JSON.parse(readFileSync(join(dir, 'rules.json'), 'utf8')) as { comment?: string; dport?: string }[];
const dports = () => rules().map(({ dport }) => dport);
const runs = ([program, ...args]: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(program ?? '', args, { encoding: 'utf8', env: { ...process.env, PATH: `${dir}:${process.env.PATH}` } });
  return { status, stdout, stderr };
};
const own = (tag: string, port: number, more: Partial<Own> = {}): Own => ({
  tag,
  verdict: 'accept',
  door: { port, proto: 'tcp', from: '' },
  gates: ['pve:node1'],
  ...more,
});

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'pve-'));
  mkdirSync(dir, { recursive: true });
  const write = (name: string, text: string, mode = 0o755) => writeFileSync(join(dir, name), text, { mode });
  write('pvesh', PVESH);
  write('pve-firewall', PVE_FIREWALL);
  write('uname', '#!/bin/sh\necho node1.example.org');
  // Nothing of this machine's own is asked.
  for (const name of ['sshd', 'systemctl']) write(name, '#!/bin/sh\nexit 1');
  for (const name of ['nft', 'iptables-save', 'ip6tables-save']) write(name, '#!/bin/sh\nexit 0');
  write('sleep', '#!/bin/sh\nexit 0');
  write('options.json', '{"digest":"0"}\n');
  write('rules.json', JSON.stringify([{ type: 'in', action: 'DROP', dport: '7', proto: 'tcp', enable: 1, comment: 'hostler-T10 of another' }]));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const add = (rule: Own) => runs(setRules('add', rule.door, [rule]));
const remove = (...all: Own[]) => runs(setRules('remove', all[0]?.door ?? { port: 0, proto: 'tcp' }, all));

it('puts a rule first on the node, once, and waits until it is taken up', () => {
  const rule = own('hostler-T1', 9090, { door: { port: 9090, proto: 'tcp', from: '192.0.2.0/24' } });
  expect(add(rule)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(add(rule).status).toBe(0);
  expect(rules()[0]).toEqual({ type: 'in', action: 'ACCEPT', proto: 'tcp', dport: '9090', enable: 1, comment: 'hostler-T1', source: '192.0.2.0/24' });
  expect(rules()).toHaveLength(2);
  expect(readFileSync(join(dir, 'pending'), 'utf8').trim()).toBe('0');
});

it('takes out its own by their exact comment, wherever they moved to, and nothing of another request', () => {
  for (const rule of [own('hostler-T1', 81), own('hostler-T10', 82), own('hostler-T1-x', 83)]) add(rule);
  expect(dports()).toEqual(['83', '82', '81', '7']);
  expect(remove(own('hostler-T1', 81)).status).toBe(0);
  expect(dports()).toEqual(['83', '82', '7']);
  expect(remove(own('hostler-T1', 81)).status).toBe(0);
  expect(remove(own('hostler-T1-x', 83), own('hostler-T10', 82)).status).toBe(0);
  expect(dports()).toEqual(['7']);
});

it('looks anew when somebody changes the rules meanwhile', () => {
  add(own('hostler-T1', 81));
  writeFileSync(join(dir, 'intrude'), '');
  expect(remove(own('hostler-T1', 81))).toMatchObject({ status: 0, stderr: expect.stringContaining('detected modified') });
  expect(dports()).toEqual(['1', '7']);
});

it('waits for a quorum', () => {
  writeFileSync(join(dir, 'no-quorum'), '');
  expect(add(own('hostler-T1', 81)).status).toBe(0);
  expect(dports()).toEqual(['81', '7']);
});

it('fails, and says so, where the node cannot be told', () => {
  const lost = own('hostler-T1', 81, { gates: ['pve:node2'] });
  expect(add(lost).status).not.toBe(0);
  expect(remove(lost)).toMatchObject({ status: 1, stderr: expect.stringContaining('cannot be taken out') });
});

const looked = () => {
  const { status, stdout, stderr } = runs(shell('firewall-read', READ));
  expect(status, stderr).toBe(0);
  return parseFirewall(stdout);
};

it('reads its own rules back as it wrote them', () => {
  if (process.getuid?.() !== 0) return;
  const rules = [own('hostler-T1', 81, { door: { port: 81, proto: 'udp', from: '2001:db8::/32' } }), own('hostler-T2', 81, { verdict: 'drop' })];
  for (const rule of rules) add(rule);
  const found = looked();
  expect([found.managers, pveNode(found), barrier(found)]).toEqual([['pve-firewall enabled/running'], 'node1', ['pve:node1']]);
  expect(gatesFor(found, { from: '192.0.2.1' }).map(gateName)).toEqual(['pve:node1']);
  expect(ownRules(found, 81, 'udp')).toEqual([rules[0]]);
  expect(ownRules(found, 81, 'tcp')).toEqual([rules[1]]);
  expect(ownRules(found, 7, 'tcp')).toEqual([]);
  writeFileSync(join(dir, 'options.json'), '{"enable":0}\n');
  expect(gatesFor(looked(), { from: '' })).toEqual([]);
});

it('tells rules that cannot be read from no rules, program by program', () => {
  if (process.getuid?.() !== 0) return;
  expect(looked().unread).toEqual([]);
  const says = (name: string, body: string) => writeFileSync(join(dir, name), `#!/bin/sh\n${body}`, { mode: 0o755 });
  says('nft', `echo 'Operation not permitted' >&2; echo 'netlink: Error: cache initialization failed' >&2; exit 1`);
  // What was printed before it failed is not taken for all there is, nor does its last line hide that.
  says('ip6tables-save', `printf '*filter\\n:INPUT DROP'; exit 4`);
  says('pve-firewall', 'exit 2');
  expect(looked().unread).toEqual([
    { program: 'pve-firewall', why: 'exit 2' },
    { program: 'nft', why: 'Operation not permitted netlink: Error: cache initialization failed' },
    { program: 'ip6tables', why: 'exit 4' },
  ]);
});

it('is told by the real programs, without the right to ask the kernel', () => {
  const real = ['/usr/sbin/nft', '/usr/sbin/iptables-save', '/usr/bin/setpriv'];
  if (process.getuid?.() !== 0 || !real.every((path) => existsSync(path))) return;
  for (const name of ['nft', 'iptables-save', 'ip6tables-save', 'pve-firewall']) rmSync(join(dir, name));
  const without = ['setpriv', '--bounding-set', '-net_admin', '--inh-caps', '-net_admin'];
  const { status, stdout } = runs([...without, ...shell('firewall-read', READ)]);
  expect(status).toBe(0);
  expect(parseFirewall(stdout).unread[0]).toMatchObject({ program: 'nft', why: expect.stringContaining('Operation not permitted') });
  const redirected = redirects().argv;
  expect(runs([...without, ...redirected])).toMatchObject({ status: 1, stderr: expect.stringContaining('Operation not permitted') });
  const rules = [{ port: 443, to: 8006 }];
  const mine = rulesText(new Set(['nft']), rules);
  const theirs = 'table ip theirs { chain pre { type nat hook prerouting priority 0; tcp dport 80 redirect to :81; }; }';
  const aside = (text: string) => runs(['unshare', '-n', 'sh', '-c', 'printf %s "$1" | nft -f - || exit 9; shift; exec "$@"', 'sh', text, ...redirected]);
  const [both, other] = [`${mine}${theirs}`, theirs].map(aside);
  expect([both?.status, other?.status]).toEqual([0, 0]);
  expect(parseRedirects(both?.stdout ?? '')).toMatchObject({ loaded: true, others: ['tcp dport 80 redirect to :81'] });
  expect(parseRedirects(other?.stdout ?? '')).toMatchObject({ loaded: false, others: ['tcp dport 80 redirect to :81'] });
});

it('puts a rule for a time back only while that time lasts', () => {
  const timed = own('hostler-T1-x', 81);
  const lasting = own('hostler-T2', 82);
  mkdirSync(join(dir, 'expire'));
  const back = () => {
    const [program, flag, body, ...rest] = setRules('back', timed.door, [timed, lasting]);
    const moved = (body ?? '').replaceAll('/var/lib/hostler/expire', `${dir}/expire`).replaceAll('/run/hostler', `${dir}/run`);
    return runs([program, flag ?? '', moved, ...rest]).status;
  };
  expect([back(), dports()]).toEqual([0, ['81', '7']]);
  remove(lasting);
  // Its timer stands.
  writeFileSync(join(dir, 'expire/hostler-T1-x'), '');
  expect([back(), dports().filter((port) => port === '81').length]).toEqual([0, 2]);
  remove(timed, lasting);
  // It has begun to take it out.
  writeFileSync(join(dir, 'expire/hostler-T1-x.over'), '');
  expect([back(), dports().filter((port) => port === '81').length]).toEqual([0, 1]);
});

it('has the host take it out later with a timer that a reboot does not end', () => {
  const [, , body, , tag, seconds, ...argv] = expires(own('hostler-T1-x', 81), 7200);
  expect([tag, seconds, argv.slice(4)]).toEqual(['hostler-T1-x', '7200', ['remove', 'tcp', '81', 'hostler-T1-x accept - pve:node1']]);
  expect(body).toContain('Persistent=true');
  // Written into a folder of its own.
  const moved = body?.replaceAll('/var/lib/hostler/expire', `${dir}/expire`).replaceAll('/etc/systemd/system', `${dir}/units`) ?? '';
  mkdirSync(join(dir, 'units'));
  writeFileSync(join(dir, 'systemctl'), '#!/bin/sh\necho "$@" >>"$(dirname "$0")/asked"', { mode: 0o755 });
  expect(runs(['sh', '-c', moved, 'sh', tag ?? '', seconds ?? '', ...argv])).toEqual({ status: 0, stdout: '', stderr: '' });
  const timer = readFileSync(join(dir, 'units/hostler-T1-x.timer'), 'utf8');
  const at = Date.parse(/OnCalendar=(\S+) (\S+) UTC/.exec(timer)?.slice(1).join('T').concat('Z') ?? '');
  expect(Math.abs(at - Date.now() - 7_200_000)).toBeLessThan(60_000);
  expect(readFileSync(join(dir, 'units/timers.target.wants/hostler-T1-x.timer'), 'utf8')).toBe(timer);
  add(own('hostler-T1-x', 81));
  expect(runs(['sh', join(dir, 'expire/hostler-T1-x')]).status).toBe(0);
  expect(dports()).toEqual(['7']);
  expect(spawnSync('ls', [join(dir, 'units'), join(dir, 'units/timers.target.wants'), join(dir, 'expire')], { encoding: 'utf8' }).stdout).not.toContain(
    'hostler',
  );
  expect(readFileSync(join(dir, 'asked'), 'utf8')).toBe('daemon-reload\nstart hostler-T1-x.timer\n--no-block stop hostler-T1-x.timer\n');
});
