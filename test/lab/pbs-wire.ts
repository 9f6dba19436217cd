import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type LabBackupServer, startBackupServer } from '../../src/lab/proxmox/pbs/server.ts';
import { type BackupWorld, practiceWorld } from '../../src/lab/proxmox/pbs/world.ts';

/** What came back, untouched. */
export interface Raw {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

export const BOT = 'hostler@pbs!bot';
export const FULL = 'root@pam!full';
/** Noon of a Friday, the practice server's clock in these tests. */
export const NOON = Date.UTC(2026, 2, 13, 12) / 1000;

/** A practice backup server that goes away with the test. */
export async function newServer(options: { readonly pace?: number; readonly world?: BackupWorld } = {}): Promise<LabBackupServer> {
  const dir = mkdtempSync(join(tmpdir(), 'pbs-'));
  const server = await startBackupServer({ dir, pace: options.pace ?? 0.001, world: options.world ?? practiceWorld(NOON) });
  onTestFinished(async () => {
    await server.close();
    rmSync(dir, { recursive: true });
  });
  return server;
}

/** One request over TLS, checked against the server's own authority. `as`: a token's id, or the whole header; empty: without. */
export function send(
  server: LabBackupServer,
  method: string,
  path: string,
  options: { readonly as?: string; readonly query?: Readonly<Record<string, string>>; readonly body?: string; readonly type?: string } = {},
): Promise<Raw> {
  const as = options.as ?? BOT;
  const header = as in server.tokens ? `PBSAPIToken=${as}:${server.tokens[as]}` : as;
  const query = options.query ? `?${new URLSearchParams(options.query)}` : '';
  const headers = { ...(header && { authorization: header }), ...(options.type && { 'content-type': options.type }) };
  return new Promise((resolve, reject) => {
    const call = request(`${server.url}/api2/json${path}${query}`, { method, headers, ca: server.ca, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, type: String(response.headers['content-type']), body }));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(options.body);
  });
}

/** `data` of a good answer; the test fails for any other. */
export async function data(...call: Parameters<typeof send>): Promise<unknown> {
  const answer = await send(...call);
  expect(answer.status, answer.body).toBe(200);
  return z.object({ data: z.unknown() }).parse(JSON.parse(answer.body)).data;
}

/** `data` where it is a list of objects. */
export async function rows(...call: Parameters<typeof send>): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return z.array(z.record(z.string(), z.unknown())).parse(await data(...call));
}

/** `data` where it is an object. */
export async function fields(...call: Parameters<typeof send>): Promise<Readonly<Record<string, unknown>>> {
  return z.record(z.string(), z.unknown()).parse(await data(...call));
}

/** Begins a task and waits for its end. Log lines come without their stamps. */
export async function run(...call: Parameters<typeof send>): Promise<{ readonly upid: string; readonly state: unknown; readonly log: readonly string[] }> {
  const upid = String(await data(...call));
  expect(upid).toMatch(/^UPID:/);
  const [server, , , options] = call;
  const path = taskPath(upid);
  const as = options?.as === undefined ? {} : { as: options.as };
  await expect.poll(async () => (await fields(server, 'GET', `${path}/status`, as)).status, { timeout: 10_000, interval: 5 }).toBe('stopped');
  const { exitstatus } = await fields(server, 'GET', `${path}/status`, as);
  const lines = await rows(server, 'GET', `${path}/log`, { ...as, query: { limit: '0' } });
  return { upid, state: exitstatus, log: lines.map(({ t }) => String(t).replace(/^\S+: /, '')) };
}

/** Where a task is; it is always on `localhost`. */
export function taskPath(upid: string): string {
  return `/nodes/localhost/tasks/${encodeURIComponent(upid)}`;
}
