import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { familiesOf, pveumLines } from '../../src/hosts/privileges.ts';
import { Api } from '../../src/hosts/proxmox/api.ts';
import { type Lab, startLab } from '../../src/lab/index.ts';
import { startCluster } from '../../src/lab/proxmox/cluster.ts';
import type { LabCluster } from '../../src/lab/proxmox/spec.ts';
import { ROOT } from '../support/imports.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostler-live-'));
/** Every privilege the manifest's lines give, by path. */
const LEAST: Readonly<Record<string, readonly string[]>> = leastOf(pveumLines(familiesOf('pve', 9)));
let lab: Lab;
let cluster: LabCluster;

beforeAll(async () => {
  lab = await startLab({ seed: 1, dir: join(folder, 'lab'), pace: 0.1 });
  cluster = await startCluster(
    {
      name: 'beta',
      nodes: [{ name: 'n1' }, { name: 'n2' }],
      tokens: [
        { id: 'hostler@pve!least', secret: 'aaaa', privileges: LEAST },
        { id: 'hostler@pve!look', secret: 'bbbb', privileges: { '/': ['Sys.Audit', 'VM.Audit', 'Datastore.Audit'] } },
        { id: 'hostler@pve!some', secret: 'cccc', privileges: { ...LEAST, '/vms': ['VM.Audit'], '/vms/100': [...(LEAST['/vms'] ?? [])] } },
      ],
    },
    { dir: join(folder, 'beta'), pace: 0.01 },
  );
}, 60_000);
afterAll(async () => {
  await cluster.close();
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the roles of these lines give at each path. */
function leastOf(lines: readonly string[]): Record<string, readonly string[]> {
  const roles = new Map(
    lines.flatMap((line) =>
      [...line.matchAll(/^pveum role add (\S+) --privs "([^"]+)"/g)].map(([, role = '', privileges = '']) => [role, privileges.split(' ')] as const),
    ),
  );
  return Object.fromEntries(
    lines.flatMap((line) =>
      [...line.matchAll(/^pveum acl modify (\S+) --tokens \S+ --roles (\S+)/g)].map(([, path = '', held = '']) => [
        path,
        held.split(',').flatMap((role) => roles.get(role) ?? []),
      ]),
    ),
  );
}

function check(config: unknown, ...more: string[]): Promise<{ code: number; text: string }> {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, stringify(config));
  return new Promise((resolve) => {
    const args = ['src/bin.js', 'config', 'check', file, '--live', ...more];
    const env = { ...process.env, LANG: 'C', LC_ALL: 'C', HOSTLER_HOME: join(folder, 'home') };
    execFile(process.execPath, args, { cwd: ROOT, env, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr }),
    );
  });
}

function beta(token: string, change: (nodes: Record<string, { address: string; port: number; fingerprint: string }>) => void = () => undefined): unknown {
  writeFileSync(join(folder, 'token'), `${token}\n`, { mode: 0o600 });
  const nodes = Object.fromEntries(cluster.nodes.map(({ name, port, fingerprint }) => [name, { address: '127.0.0.1', port, fingerprint }]));
  change(nodes);
  return { practice: true, sites: { east: {} }, clusters: { beta: { site: 'east', token: `file:${join(folder, 'token')}`, nodes } }, people: {}, roles: {} };
}

describe('config check --live', () => {
  it('logs in everywhere in the practice fleet, and is content', async () => {
    const { code, text } = await check(lab.config);
    expect(text).toMatch(/✓ alpha\/pve3: Proxmox VE 9/);
    expect(text).toMatch(/✓ alpha: privileges of hostler@pve!bot: enough for every command/);
    expect(text).toMatch(/✓ pbs1\/127\.0\.0\.1: Proxmox Backup Server 4/);
    expect(text).toMatch(/✓ web1, as root/);
    expect(code, text).toBe(0);
    const west = await check(lab.config, '--site', 'west');
    expect(west.text).toContain('web2');
    expect(west.text).not.toContain('✓ web1');
    expect((await check(lab.config, '--site', 'wast')).text).toContain('there is no site “wast”; there is: east, west');
  }, 120_000);

  it('is shown on a practice cluster whose bot has what the manifest gives, and no more', async () => {
    const [node] = lab.cluster('alpha').nodes;
    const api = new Api({
      kind: 'pve',
      name: 'alpha',
      endpoints: [{ node: node?.name ?? '', address: '127.0.0.1', port: node?.port ?? 0, fingerprint: node?.fingerprint ?? '' }],
      token: lab.config.clusters.alpha?.token ?? '',
    });
    const { data } = await api.get('/access/permissions');
    await api.close();
    const held = new Set(Object.values(data && typeof data === 'object' ? data : {}).flatMap((privileges) => Object.keys(privileges ?? {})));
    expect([...held].sort()).toEqual([...new Set(Object.values(LEAST).flat())].sort());
  });

  it('finds that what the manifest prints is enough', async () => {
    const { code, text } = await check(beta('hostler@pve!least=aaaa'));
    expect(text).toContain('✓ beta: privileges of hostler@pve!least: enough for every command');
    expect(code).toBe(0);
  }, 60_000);

  it('names the privileges that are missing, for what, and what gives them', async () => {
    const { code, text } = await check(beta('hostler@pve!look=bbbb'));
    expect(text).toContain('✗ beta: privileges of hostler@pve!look: VM.PowerMgmt on /vms is missing, for: vm|ct start/');
    expect(text).toContain('Datastore.Allocate on /storage is missing, for: storage show/enable/disable/nodes');
    expect(text).toContain('(role HostlerPower)');
    expect(text).not.toContain('VM.Audit');
    expect(code).toBe(1);
    const some = await check(beta('hostler@pve!some:cccc'));
    expect(some.text).toContain('✓ beta: privileges of hostler@pve!some: VM.PowerMgmt only on /vms/100, for: vm|ct start/');
  }, 60_000);

  it('names a node that does not answer, a certificate that is another, and a token that is not taken; and never the secret', async () => {
    const wrong = await check(
      beta('hostler@pve!least=aaaa', (nodes) => {
        if (nodes.n2) nodes.n2.fingerprint = nodes.n2.fingerprint.replace(/^../, (two) => (two === '00' ? '11' : '00'));
      }),
    );
    expect(wrong.text).toMatch(/✓ beta\/n1/);
    expect(wrong.text).toMatch(/✗ beta\/n2: refused: its certificate is /);
    expect(wrong.code).toBe(1);
    await cluster.down('n2');
    const away = await check(beta('hostler@pve!least=aaaa'));
    expect(away.text).toMatch(/✗ beta\/n2: .*n2/);
    await cluster.up('n2');
    const stranger = await check(beta('hostler@pve!least=dddd'));
    expect(stranger.text).toMatch(/✗ beta\/n1: /);
    expect(stranger.text + wrong.text + away.text).not.toMatch(/aaaa|dddd/);
  }, 60_000);
});
