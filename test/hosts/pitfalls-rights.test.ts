import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { schema } from '../../config/schema.ts';
import { checkLive } from '../../src/cli/live.ts';
import type { Host } from '../../src/core/command.ts';
import { speak } from '../../src/core/words.ts';
import { Fleet } from '../../src/hosts/fleet.ts';
import { familiesOf } from '../../src/hosts/privileges.ts';
import { startCluster } from '../../src/lab/proxmox/cluster.ts';
import type { LabCluster } from '../../src/lab/proxmox/spec.ts';
import { allGuests } from '../../src/tools/guests/find.ts';
import { WORLD } from '../support/world.ts';
import { fileOf } from './raw.ts';
import { QUICK } from './steps.ts';

const folder = mkdtempSync(join(tmpdir(), 'hostler-rights-'));
const clusters: LabCluster[] = [];
const needed = (major: number) => [...new Set(familiesOf('pve', major).flatMap(({ needs }) => needs.flatMap(({ privileges }) => privileges)))];
beforeAll(async () => {
  for (const version of ['8.4.5', '9.2.11'])
    clusters.push(
      await startCluster(
        {
          name: `v${version[0]}`,
          version,
          nodes: [{ name: 'n1' }],
          tokens: [
            { id: 'hostler@pve!bare', secret: 'aaaa', privileges: {} },
            { id: 'hostler@pve!eight', secret: 'bbbb', privileges: { '/': needed(8) } },
          ],
        },
        { dir: folder, pace: 0.01 },
      ),
    );
});
afterAll(async () => {
  for (const cluster of clusters) await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the check before the first start finds wrong. */
async function wrong(cluster: LabCluster | undefined, token: string): Promise<string> {
  const nodes = Object.fromEntries((cluster?.nodes ?? []).map(({ name, port, fingerprint }) => [name, { address: '127.0.0.1', port, fingerprint }]));
  const config = schema.parse({
    practice: true,
    sites: { east: {} },
    clusters: { beta: { site: 'east', token: fileOf(token), nodes } },
    people: {},
    roles: {},
  });
  const found = (await checkLive(config, undefined)).flatMap((one) => (one.good || !one.found ? [] : [speak(one.found, 'en')]));
  return found.join('\n');
}

it('privsep: a token without rights, to whom every list is empty, is found out, with what it lacks', async () => {
  const text = await wrong(clusters[1], 'hostler@pve!bare=aaaa');
  expect(text).toMatch(/VM\.Audit on \/vms is missing, for: vm\|ct list/);
  expect(text).toMatch(/VM\.PowerMgmt on \/vms is missing/);
  expect(text).toMatch(/Datastore\.Audit on \/storage is missing/);
});

it('privsep: a list that is empty because the token may see nothing says so', async () => {
  const endpoints = (clusters[1]?.nodes ?? []).map(({ name, port, fingerprint }) => ({ node: name, address: '127.0.0.1', port, fingerprint }));
  const host: Host = { name: 'v9', site: 'east', sites: ['east'], kind: 'pve', tags: [], address: '', libvirt: '' };
  const fleet = new Fleet([], [{ host, api: { kind: 'pve', name: 'v9', token: fileOf('hostler@pve!bare=aaaa'), endpoints } }], { timing: QUICK });
  try {
    const { guests, notes } = await allGuests(fleet.look([host], [host], WORLD));
    expect([guests, notes.map((note) => speak(note, 'en')).join()]).toEqual([[], expect.stringContaining('token')]);
  } finally {
    await fleet.close();
  }
});

it('VM.Monitor: is what 8 wants for its agent, and nothing that 9 knows', async () => {
  expect(needed(8)).toContain('VM.Monitor');
  expect(needed(9)).not.toContain('VM.Monitor');
  expect(await wrong(clusters[0], 'hostler@pve!eight=bbbb')).toBe('');
  expect(await wrong(clusters[1], 'hostler@pve!eight=bbbb')).toMatch(/^VM\.GuestAgent\.Audit.* on \/vms is missing, for: vm agent$/m);
});

it('root only: no privilege that only root has is asked for', () => {
  for (const major of [7, 8, 9])
    expect(needed(major).filter((one) => !/^(VM|Datastore|Sys|SDN|Mapping)\.[A-Z]/.test(one) || one === 'Sys.Console')).toEqual([]);
});
