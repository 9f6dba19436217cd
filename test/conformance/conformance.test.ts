import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract, contractsHere } from './contracts.ts';
import { parseExchanges } from './exchange.ts';
import { OWN } from './own/all.ts';
import { conformance } from './report.ts';
import { undeclared } from './schema.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hostler-conformance-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Every exchange that is different, with the reason. */
async function different(http: unknown): Promise<string[]> {
  const report = await conformance({ http, cli: [], dir });
  return report.http.flatMap(({ index, verdict, method, path, reason }) => (verdict === 'different' ? [`${index} ${method} ${path}: ${reason}`] : []));
}

describe('the practice cluster answers as a real one', () => {
  it.each(Object.keys(OWN))('in what is known of %s', async (theme) => {
    expect(await different(OWN[theme])).toEqual([]);
  });

  it.runIf(contractsHere())('in all that was recorded, but for the faults of the recording machine', async () => {
    const recording = contract('recorded-http.json');
    const report = await conformance({ http: recording, cli: contract('recorded-cli.json'), dir });
    expect(report.http.filter(({ verdict }) => verdict === 'different')).toEqual([]);
    expect(report.summary.http.total).toBe(Array.isArray(recording) ? recording.length : -1);
    expect(report.summary.http.same).toBeGreaterThan(report.summary.http.total * 0.95);
  });

  it.runIf(contractsHere())('whatever nodes and clusters are called', async () => {
    const text = JSON.stringify(contract('recorded-http.json')).replaceAll('pve1', 'hv-07').replaceAll('pve2', 'hv-12').replaceAll('labcluster', 'prod');
    expect(await different(JSON.parse(text))).toEqual([]);
  });

  it.runIf(contractsHere())('and what is known is nothing that Proxmox does not declare', () => {
    const fine = parseExchanges(Object.values(OWN).flat()).filter(({ answer, format }) => answer.status === 200 && format === 'json');
    expect(fine.flatMap(({ method, path, params }) => undeclared(method, path, params))).toEqual([]);
  });

  it('would be noticed if it did not', async () => {
    const start = { method: 'POST', path: '/nodes/pve1/qemu/100/status/start', params: '', status: 200, reason: 'OK' };
    const found = await different([
      { ...start, body: { data: null } },
      { ...start, status: 403, body: null },
      { method: 'GET', path: '/version', params: '', status: 200, reason: 'OK', body: { data: { version: '9.2.11', flavour: 'sweet' } } },
    ]);
    expect(found).toHaveLength(3);
  });
});
