import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { Host } from '../../src/core/command.ts';
import type { DeclaredProbe } from '../../src/core/declared.ts';
import { speak } from '../../src/core/words.ts';
import { leftOut, probesFor, takesTcp } from '../../src/tools/probes.ts';
import { portOf } from '../support/real/processes.ts';
import { NOTHING_DECLARED } from '../support/world.ts';
import { ALPHA, lookAt } from './guests-look.ts';

const WEB: Host = { name: 'web9', site: 'east', sites: ['east'], kind: 'linux', tags: ['web'], address: '192.0.2.9', libvirt: '' };
const FAR: Host = { ...WEB, name: 'far', site: 'west', sites: ['west'] };
const NEAR: Host = { ...FAR, name: 'near', sites: ['west', 'east'] };

const probes: readonly DeclaredProbe[] = [
  { name: 'gateway', hosts: ['*'], ping: '192.0.2.1' },
  { name: 'storage', hosts: ['@db'], tcp: '192.0.2.5:3260' },
  { name: 'seen', hosts: ['web9'], from: { host: 'near', sites: ['west', 'east'] }, tcp: 'self:443' },
  { name: 'unseen', hosts: ['site:east'], from: { host: 'far', sites: ['west'] }, ping: 'self' },
  { name: 'six', hosts: ['@web'], tcp: '[2001:db8::5]:53' },
];
const look = { ...lookAt({}), declared: { ...NOTHING_DECLARED, probes }, find: (name: string) => [FAR, NEAR].find((one) => one.name === name) };
const texts = (all: Awaited<ReturnType<typeof probesFor>>) =>
  all.map(({ what, on, fresh }) => `${on}: ${speak(what, 'en')}${fresh === undefined ? '' : ` (${fresh})`}`);

it('are a login from nothing, and what the configuration says of that host, as far as anybody of its site can be asked', async () => {
  expect(texts(await probesFor(look, WEB))).toEqual([
    'web9: a new SSH connection to 192.0.2.9 (true)',
    'web9: gateway: web9 pings 192.0.2.1',
    'near: seen: near reaches 192.0.2.9 port 443',
    'web9: six: web9 reaches 2001:db8::5 port 53',
  ]);
  expect(leftOut(look, WEB)).toEqual(['unseen']);
});

it('go to the new address where it changes', async () => {
  const all = await probesFor(look, WEB, { address: '192.0.2.77' });
  expect(texts(all)[0]).toBe('web9: a new SSH connection to 192.0.2.77 (192.0.2.77)');
  expect(all.find(({ on }) => on === 'near')?.argv).toContain('192.0.2.77');
});

it('of a node are the other nodes that are on, and its quorum', async () => {
  const node: Host = { ...WEB, name: 'px1', node: { cluster: 'alpha', name: 'pve1' } };
  const status = [
    { type: 'cluster', name: 'alpha', quorate: 1 },
    ...['pve1', 'pve2', 'pve3'].map((name, i) => ({ type: 'node', name, online: i < 2 ? 1 : 0, ip: `198.51.100.${i + 1}` })),
  ];
  const at = { ...lookAt({ '/cluster/status': status }), clusterOf: () => ALPHA };
  const all = await probesFor(at, node);
  expect(texts(all)).toEqual(['px1: a new SSH connection to 192.0.2.9 (true)', 'px1: px1 pings node pve2', 'px1: corosync is quorate']);
  expect(all[1]?.argv).toContain('198.51.100.2');
});

it('of TCP ask with what the host has', async () => {
  const server = createServer((socket) => socket.destroy());
  await promisify((done: () => void) => server.listen(0, '127.0.0.1', done))();
  const port = String(portOf(server.address()));
  const [program, ...args] = takesTcp('127.0.0.1', port);
  expect(() => execFileSync(program, args, { stdio: 'ignore' })).not.toThrow();
  await promisify((done: (error?: Error) => void) => server.close(done))();
  expect(() => execFileSync(program, args, { stdio: 'ignore' })).toThrow();
});
