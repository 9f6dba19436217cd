import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { schema } from '../../config/schema.ts';
import type { Lab } from '../../src/lab/index.ts';
import { until } from './pve/door.ts';
import { connect, exec, newLab } from './wire.ts';

const file = (reference = '') => reference.slice('file:'.length);

async function shell(lab: Lab, host: string, line: string) {
  return exec(await connect(lab, host), line);
}

describe('the practice fleet', () => {
  it('has a cluster and a backup server in a configuration that is good', async () => {
    const lab = await newLab();
    const { clusters, backupServers } = schema.parse(lab.config);
    expect(Object.keys(clusters)).toEqual(['alpha']);
    expect(clusters.alpha).toMatchObject({ site: 'east', sites: ['west'], tags: ['pve'], nodes: { pve1: { host: 'pve1' }, pve2: {}, pve3: {} } });
    expect(lab.cluster('alpha').nodes.map(({ fingerprint }) => fingerprint)).toEqual(
      Object.values(clusters.alpha?.nodes ?? {}).map((node) => node.fingerprint),
    );
    for (const reference of [lab.config.clusters.alpha?.token, lab.config.backupServers.pbs1?.token])
      expect(statSync(file(reference)).mode & 0o777).toBe(0o600);
    expect(readFileSync(file(lab.config.clusters.alpha?.token), 'utf8')).toBe(`hostler@pve!bot=${lab.cluster('alpha').tokens['hostler@pve!bot']}`);
    expect(readFileSync(file(lab.config.backupServers.pbs1?.token), 'utf8')).toBe(`hostler@pbs!bot:${lab.backupServer('pbs1').tokens['hostler@pbs!bot']}`);
    expect(backupServers.pbs1?.fingerprint).toBe(lab.backupServer('pbs1').fingerprint);
  });

  it('is the same cluster for the same seed', async () => {
    const [one, same] = await Promise.all([newLab(3), newLab(3)]);
    for (const vmid of [100, 106, 111, 202]) expect(one.cluster('alpha').guest(vmid)).toEqual(same.cluster('alpha').guest(vmid));
    expect(one.cluster('alpha').tokens).toEqual(same.cluster('alpha').tokens);
  });

  it('shows the backups of the backup server in the cluster, as they are now', async () => {
    const lab = await newLab();
    const store = lab.backupServer('pbs1').world.datastores.get('main');
    const of = (vmid: number) =>
      lab
        .cluster('alpha')
        .backups()
        .filter((one) => one.vmid === vmid && one.volid.startsWith('pbs:')).length;
    expect(of(101)).toBe(2);
    const [newest] = store?.list({ ns: '', type: 'vm', id: '101' }) ?? [];
    if (newest) store?.remove(newest);
    expect(of(101)).toBe(1);
  });

  it('unlocks guests on the node they are on', async () => {
    const lab = await newLab();
    expect(lab.cluster('alpha').guest(107)?.lock).toBe('snapshot');
    expect(await shell(lab, 'pve1', 'qm unlock 107')).toMatchObject({ exit: 2, err: "Configuration file 'nodes/pve1/qemu-server/107.conf' does not exist\n" });
    expect(await shell(lab, 'pve3', 'pct unlock 107')).toMatchObject({ exit: 2 });
    expect(await shell(lab, 'pve3', '/usr/sbin/qm unlock 107')).toMatchObject({ exit: 0, out: '', err: '' });
    expect(lab.cluster('alpha').guest(107)).not.toHaveProperty('lock');
    expect(await shell(lab, 'web1', 'qm unlock 107')).toMatchObject({ exit: 127 });
  });

  it('empties a node for maintenance, and brings its guests back', async () => {
    const lab = await newLab(1, 0.02);
    const maintain = (verb: string) => shell(lab, 'pve2', `ha-manager crm-command node-maintenance ${verb} pve1`);
    expect(await maintain('enable')).toMatchObject({ exit: 0 });
    await until(() => lab.cluster('alpha').guest(100)?.node === 'pve2');
    await until(() => !('lock' in (lab.cluster('alpha').guest(100) ?? {})));
    expect(await maintain('disable')).toMatchObject({ exit: 0 });
    await until(() => lab.cluster('alpha').guest(100)?.node === 'pve1');
  });
});

describe('hostler lab --json', () => {
  it('says in one line how any client reaches everything, and ends when asked', async () => {
    const home = mkdtempSync(join(tmpdir(), 'lab-json-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    const child = spawn(process.execPath, ['src/bin.js', 'lab', '--json'], {
      env: { ...process.env, HOSTLER_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let out = '';
    for await (const chunk of child.stdout) {
      out += String(chunk);
      if (out.includes('\n')) break;
    }
    const access = told.parse(JSON.parse(out));
    const { ca, nodes, tokens } = access.clusters.alpha;
    expect(Object.keys(access.hosts)).toContain('pve1');
    expect(Object.keys(nodes)).toEqual(['pve1', 'pve2', 'pve3']);
    const headers = { Authorization: `PVEAPIToken=root@pam!full=${tokens['root@pam!full'] ?? ''}` };
    const status = await new Promise((resolve) =>
      get(`${nodes.pve1?.url ?? ''}/api2/json/version`, { ca: readFileSync(ca), headers, agent: false }, (answer) => resolve(answer.resume().statusCode)),
    );
    expect(status).toBe(200);
    expect(Object.keys(access.backupServers.pbs1.tokens)).toContain('hostler@pbs!bot');
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});

const servers = { ca: z.string(), tokens: z.record(z.string(), z.string()) };
const told = z.object({
  hosts: z.record(z.string(), z.unknown()),
  clusters: z.object({ alpha: z.object({ ...servers, nodes: z.record(z.string(), z.object({ url: z.string(), fingerprint: z.string() })) }) }),
  backupServers: z.object({ pbs1: z.object({ ...servers, url: z.string() }) }),
});
