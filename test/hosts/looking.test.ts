import { afterEach, expect, it } from 'vitest';
import { schema } from '../../config/schema.ts';
import type { Host } from '../../src/core/command.ts';
import { HostError } from '../../src/core/errors.ts';
import { pveErrorOf } from '../../src/core/pveerror.ts';
import { read, readApi } from '../../src/core/read.ts';
import type { ApiBody, WaitStep } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { Fleet } from '../../src/hosts/fleet.ts';
import { apiAccess, reachable, servers } from '../../src/worker.ts';
import { WORLD } from '../support/world.ts';
import { accessTo, type Handler, json, no, raw } from './raw.ts';
import { QUICK } from './steps.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
const host: Host = { name: 'alpha', site: 'east', sites: ['east'], kind: 'pve', tags: [], address: '', libvirt: '', nodes: [{ name: 'pve1' }] };

async function looking(handle: Handler) {
  const server = await raw(handle);
  const fleet = new Fleet([], [{ host, api: accessTo([server]) }], { timing: QUICK });
  open.push(server, fleet);
  return { server, fleet, look: fleet.look([host], [host], WORLD) };
}
const whole = (path: string) => readApi({ path, parse: (body: ApiBody) => body });

it('a plan reads the API of a cluster, with what stands beside the data', async () => {
  const { look, server } = await looking(() => json([{ iface: 'vmbr0' }], { changes: '--- a\n+++ b', total: 1 }));
  expect(await look.read(host, whole('/nodes/pve1/network'))).toMatchObject({ data: [{ iface: 'vmbr0' }], changes: '--- a\n+++ b', total: 1 });
  expect(server.asked.map(({ method }) => method)).toEqual(['GET']);
});

it('a plan reads nothing else, and nowhere else', async () => {
  const { look, server } = await looking(() => json(1));
  await expect(look.read(host, { path: '/x', parse: (body: ApiBody) => body })).rejects.toThrow('only reads');
  await expect(look.read({ ...host, name: 'beta' }, whole('/x'))).rejects.toThrow('may not look');
  await expect(look.read(host, read({ argv: ['true'], parse: (text) => text }))).rejects.toMatchObject({ trouble: 'unreachable' });
  expect(server.asked).toEqual([]);
});

it('what goes wrong is said as a host says it, with the no behind it', async () => {
  const { look } = await looking(() => no(403, 'Permission check failed (/vms/100, VM.Audit)'));
  const error = await look.read(host, whole('/nodes/pve1/qemu/100/config')).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HostError);
  expect(pveErrorOf(error)?.fault).toEqual({ kind: 'permission', path: '/vms/100', priv: 'VM.Audit' });
  const { look: other } = await looking(() => json({ version: 9 }));
  const strict = readApi({
    path: '/version',
    parse: () => {
      throw new Error('not what was expected');
    },
  });
  await expect(other.read(host, strict)).rejects.toMatchObject({ trouble: 'failed', host: 'alpha', message: expect.stringContaining('cannot be read') });
});

it('a wait reads one value, until it is so', async () => {
  let times = 0;
  const { fleet } = await looking(() => (++times < 2 ? no(500, 'not yet') : json({ ha: { managed: times > 3 } })));
  const step: WaitStep = {
    kind: 'wait',
    on: { site: 'east', host: 'alpha' },
    why: say({ en: 'wait', zh: '等待' }),
    read: { path: '/x', pick: 'data.ha.managed' },
    until: { is: '1' },
    everyMs: 5,
  };
  expect(await fleet.wait(step, () => false)).toMatchObject({ kind: 'met' });
  expect(times).toBe(4);
  expect(await fleet.wait({ ...step, until: { is: 'never' }, timeoutMs: 30 }, () => false)).toMatchObject({ kind: 'timeout', output: '1' });
});

it('a worker reaches the clusters and backup servers of its site, each by its own way', () => {
  const fingerprint = `${'AB:'.repeat(31)}AB`;
  const gate = { site: 'west', address: '192.0.2.1', user: 'ops', key: 'file:/k', hostKey: `SHA256:${'A'.repeat(43)}` };
  const config = schema.parse({
    sites: { east: {}, west: {} },
    hosts: { gate },
    clusters: {
      alpha: {
        site: 'east',
        token: 'env:PVE',
        ca: 'file:/ca',
        nodes: { pve1: { address: '192.0.2.11' }, pve2: { address: '192.0.2.12', port: 443, fingerprint } },
      },
    },
    backupServers: { pbs1: { site: 'west', sites: ['east'], token: 'env:PBS', address: '192.0.2.21', fingerprint, tunnel: 'gate' } },
    people: {},
    roles: {},
  });
  const names = (site: string) => [servers(config, site).map(({ host: { name } }) => name), reachable(config, site).map(({ host: { name } }) => name)];
  expect([names('east'), names('west')]).toEqual([
    [['alpha', 'pbs1'], []],
    [['pbs1'], ['gate']],
  ]);
  expect(apiAccess(config, 'alpha')).toEqual({
    ...{ kind: 'pve', name: 'alpha', token: 'env:PVE', ca: 'file:/ca' },
    endpoints: [
      { node: 'pve1', address: '192.0.2.11', port: 8006 },
      { node: 'pve2', address: '192.0.2.12', port: 443, fingerprint },
    ],
  });
  expect(apiAccess(config, 'pbs1')).toMatchObject({ kind: 'pbs', endpoints: [{ node: 'localhost', port: 8007 }], tunnel: { name: 'gate', user: 'ops' } });
  expect(apiAccess(config, 'gate')).toBeUndefined();
});
