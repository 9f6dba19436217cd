import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { type StartedCluster, startCluster } from '../../../src/lab/proxmox/cluster.ts';
import type { ClusterSpec, GuestSpec } from '../../../src/lab/proxmox/spec.ts';

/** What came back, as it was on the wire; status 0: the connection was cut. */
export interface Raw {
  readonly status: number;
  readonly reason: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly text: string;
}

const body = z.object({
  data: z.unknown(),
  message: z.string().optional(),
  errors: z.record(z.string(), z.string()).optional(),
  total: z.number().optional(),
  changes: z.string().optional(),
});
export const rows = z.array(z.looseObject({}));
export const fields = z.looseObject({});

/** A cluster that is closed after the test, and hands to try it with. */
export interface Door {
  readonly cluster: StartedCluster;
  raw(method: string, path: string, more?: { headers?: Record<string, string>; body?: string; node?: string; root?: string; token?: string }): Promise<Raw>;
  /** With a query for GET and DELETE, else a form. Throws unless the answer is 200. */
  call(method: string, path: string, params?: Record<string, string | number>, token?: string): Promise<z.infer<typeof body>>;
  /** The same, but the answer is a no: its status line, message and errors. */
  no(method: string, path: string, params?: Record<string, string | number>, token?: string): Promise<{ line: string } & z.infer<typeof body>>;
  /** Makes a call that forks a task and follows it to its end. */
  task(method: string, path: string, params?: Record<string, string | number>): Promise<{ upid: string; end: string; log: readonly string[] }>;
  ended(upid: string): Promise<{ end: string; log: readonly string[] }>;
}

export const FULL = 'root@pam!full';

/** A cluster of three nodes with these guests. */
export async function door(spec: Partial<ClusterSpec> & { readonly guests?: readonly GuestSpec[] } = {}, pace = 0.01): Promise<Door> {
  const dir = mkdtempSync(join(tmpdir(), 'pve-'));
  const cluster = await startCluster(
    {
      name: 'lab',
      nodes: [{ name: 'pve1' }, { name: 'pve2' }, { name: 'pve3' }],
      storages: [
        { storage: 'local', type: 'dir', content: 'iso,backup,vztmpl' },
        { storage: 'zfs', type: 'zfspool', content: 'images,rootdir', missing: ['pve3'] },
        { storage: 'ceph', type: 'rbd', content: 'images,rootdir', shared: true },
        { storage: 'nas', type: 'nfs', content: 'backup', shared: true },
      ],
      ...spec,
      tokens: [{ id: FULL, secret: 'full-secret', privileges: { '/': ['*'] } }, ...(spec.tokens ?? [])],
    },
    { dir, pace },
  );
  onTestFinished(async () => {
    await cluster.close();
    rmSync(dir, { recursive: true });
  });
  const raw: Door['raw'] = (method, path, { headers = {}, body: sent, node = 'pve1', root = '/api2/json', token = FULL } = {}) =>
    new Promise((resolve) => {
      const port = cluster.nodes.find(({ name }) => name === node)?.port ?? 0;
      const authorization = token === '' ? {} : { Authorization: `PVEAPIToken=${token}=${cluster.tokens[token] ?? token}` };
      const length = sent === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(sent)) };
      const asked = request(
        { host: '127.0.0.1', port, method, path: `${root}${path}`, ca: cluster.ca, agent: false, headers: { ...authorization, ...length, ...headers } },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk: string) => {
            text += chunk;
          });
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, reason: answer.statusMessage ?? '', headers: answer.headers, text }));
        },
      );
      asked.on('error', () => resolve({ status: 0, reason: '', headers: {}, text: '' }));
      asked.end(sent);
    });
  const form = (method: string, path: string, params: Record<string, string | number> = {}, token = FULL) => {
    const text = new URLSearchParams(Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]))).toString();
    const inQuery = method === 'GET' || method === 'DELETE';
    if (text === '') return raw(method, path, { token });
    return inQuery
      ? raw(method, `${path}?${text}`, { token })
      : raw(method, path, { token, body: text, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  };
  const call: Door['call'] = async (method, path, params, token) => {
    const answer = await form(method, path, params, token);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.reason} ${answer.text}`);
    return body.parse(JSON.parse(answer.text));
  };
  const ended: Door['ended'] = async (upid) => {
    const path = `/nodes/${upid.split(':')[1] ?? ''}/tasks/${encodeURIComponent(upid)}`;
    for (;;) {
      const { status, exitstatus } = fields.parse((await call('GET', `${path}/status`)).data);
      if (status === 'stopped') {
        const log = rows.parse((await call('GET', `${path}/log`, { limit: 0 })).data);
        return { end: String(exitstatus), log: log.map(({ t }) => String(t)) };
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  return {
    cluster,
    raw,
    call,
    ended,
    async no(method, path, params, token) {
      const answer = await form(method, path, params, token);
      if (answer.status === 200) throw new Error(`${method} ${path} was not refused: ${answer.text}`);
      return { line: `${answer.status} ${answer.reason}`, ...body.parse(answer.text === '' ? { data: undefined } : JSON.parse(answer.text)) };
    },
    async task(method, path, params) {
      const upid = z
        .string()
        .startsWith('UPID:')
        .parse((await call(method, path, params)).data);
      return { upid, ...(await ended(upid)) };
    },
  };
}

/** A plain VM. */
export function vm(vmid: number, more: Partial<GuestSpec> = {}): GuestSpec {
  const config = { name: `vm${vmid}`, memory: '1024', scsi0: `ceph:vm-${vmid}-disk-0,size=8G`, net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0' };
  return { vmid, type: 'qemu', node: 'pve1', ...more, config: { ...config, ...more.config } };
}

/** A plain container. */
export function ct(vmid: number, more: Partial<GuestSpec> = {}): GuestSpec {
  return { vmid, type: 'lxc', node: 'pve1', ...more, config: { hostname: `ct${vmid}`, memory: 512, rootfs: `ceph:vm-${vmid}-disk-0,size=4G`, ...more.config } };
}

/** Waits until something is so. */
export async function until(so: () => boolean): Promise<void> {
  while (!so()) await new Promise((resolve) => setTimeout(resolve, 5));
}
