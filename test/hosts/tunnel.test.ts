import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HostError } from '../../src/core/errors.ts';
import { Api } from '../../src/hosts/proxmox/api.ts';
import { needs } from '../support/real/have.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';
import { accessTo, http, json, type Raw, raw } from './raw.ts';
import { QUICK } from './steps.ts';

describe.skipIf(!needs(['sshd', 'ssh-keygen']))('an API that is reached through a host, by SSH', () => {
  let gate: Sshd;
  let server: Raw;
  beforeAll(async () => {
    gate = await startSshd();
    server = await raw(({ path }) => (path.endsWith('/version') ? json({ version: '9.2.11' }) : http(401, 'No ticket')));
  });
  afterAll(async () => {
    await server.close();
    await gate.close();
  });

  it('answers over one connection to that host, with its own certificate verified', async () => {
    const api = new Api(accessTo([server], { tunnel: gate.access() }), QUICK);
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.get('/version')));
    expect(answers.map(({ data }) => data)).toEqual(Array(5).fill({ version: '9.2.11' }));
    expect(gate.sessions()).toHaveLength(1);
    const [endpoint] = accessTo([server]).endpoints;
    if (!endpoint) throw new Error('no endpoint');
    const stranger = new Api({ ...accessTo([server], { tunnel: gate.access() }), endpoints: [{ ...endpoint, fingerprint: `${'AA:'.repeat(31)}AA` }] }, QUICK);
    const bytes = server.bytes();
    await expect(stranger.get('/version')).rejects.toMatchObject({ trouble: 'key' });
    expect(server.bytes()).toBe(bytes);
    await api.close();
    await stranger.close();
  });

  it('says so when that host cannot be logged in to, or does not lead there', async () => {
    const closed = {
      ...accessTo([server], { tunnel: gate.access() }),
      endpoints: [{ node: 'pve1', address: '127.0.0.1', port: 1, fingerprint: server.fingerprint }],
    };
    const nowhere = new Api(closed, QUICK);
    await expect(nowhere.get('/version')).rejects.toMatchObject({ trouble: 'unreachable' });
    const wrong = new Api(accessTo([server], { tunnel: gate.access({ pinned: { fingerprints: [`SHA256:${'A'.repeat(43)}`] } }) }), QUICK);
    await expect(wrong.get('/version')).rejects.toSatisfy((error) => error instanceof HostError && error.trouble === 'key');
    await nowhere.close();
    await wrong.close();
  });

  it('is reached again after the way there was cut', async () => {
    const api = new Api(accessTo([server], { tunnel: gate.access() }), QUICK);
    await api.get('/version');
    gate.cut(gate.sessions());
    await expect
      .poll(
        () =>
          api.get('/version').then(
            ({ data }) => data,
            () => undefined,
          ),
        { timeout: 5000 },
      )
      .toEqual({ version: '9.2.11' });
    await api.close();
  });
});
