import { describe, expect, it } from 'vitest';
import { speak } from '../../../src/core/words.ts';
import { listPlan } from '../../../src/tools/guests.ts';
import { clusters } from '../../../src/tools/proxmox/cluster-guests.ts';
import { alpha, lookAt, no } from '../guests-look.ts';

const node = { type: 'node', node: 'pve1', status: 'online' };
const may = (...privileges: string[]) => Object.fromEntries(privileges.map((one) => [one, 1]));
const at = (path: string) => `/access/permissions?path=${path}`;
const notes = async (answers: Record<string, unknown>) =>
  ((await listPlan(lookAt({ '/cluster/resources': [node], ...answers }), 'vm', [])).notes ?? []).map((note) => speak(note, 'en'));

describe('a list that is empty', () => {
  it('says that our token may not see what there may be', async () => {
    expect(await notes({ [at('/vms')]: { '/vms': may() } })).toEqual(['alpha: our API token sees no guest: it lacks VM.Audit on /vms']);
  });
  it('says nothing where there is just nothing, or that cannot be asked', async () => {
    expect(await notes({ [at('/vms')]: { '/vms': may('VM.Audit') } })).toEqual([]);
    expect(await notes({ [at('/vms')]: no(403, 'Permission check failed') })).toEqual([]);
  });
  it('of storages, and of nodes that say nothing of themselves, likewise', async () => {
    const seen = await clusters(lookAt({ '/cluster/resources': [node], '/access/permissions': {} }));
    expect(seen.notes.map((note) => speak(note, 'en'))).toEqual([
      'alpha: our API token sees no guest: it lacks VM.Audit on /vms',
      'alpha: our API token sees no storage: it lacks Datastore.Audit on /storage',
      'alpha: our API token sees nothing of its nodes: it lacks Sys.Audit on /nodes',
    ]);
  });
  it('costs a call, and one that is not empty none', async () => {
    const look = lookAt(alpha([{ vmid: 100, node: 'pve1', name: 'web-a' }]));
    await clusters(look);
    expect(look.asked).toEqual(['/cluster/resources']);
  });
});
