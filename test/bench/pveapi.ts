import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

/**
 * Bare Proxmox APIs in a process of their own: `node pveapi.ts CLUSTERS GUESTS TASK_SECONDS`. Every answer is ready before it is asked for, so that what is measured is the asking.
 * Prints one JSON line with ports and fingerprint; `GET /count` on any of them gives
 * the requests it has heard, by second, and `GET /ends` when its tasks end.
 */
const [clusters = 1, guests = 1, taskSeconds = 20] = process.argv.slice(2).map(Number);
const { private: key, cert } = await generate([{ name: 'commonName', value: 'pve1' }], { keyType: 'ec', algorithm: 'sha256' });

const resources = (cluster: number) =>
  JSON.stringify({
    data: [
      ...['pve1', 'pve2', 'pve3'].map((node) => ({
        type: 'node',
        node,
        id: `node/${node}`,
        status: 'online',
        cpu: 0.1,
        maxcpu: 32,
        mem: 1e10,
        maxmem: 2e11,
        uptime: 1e6,
      })),
      ...Array.from({ length: guests }, (_, i) => ({
        ...{
          type: i % 5 === 0 ? 'lxc' : 'qemu',
          vmid: 100 + i,
          name: `guest-${cluster}-${i}`,
          node: `pve${1 + (i % 3)}`,
          status: i % 7 === 0 ? 'stopped' : 'running',
        },
        ...{
          cpu: 0.05,
          maxcpu: 4,
          mem: 2e9,
          maxmem: 4294967296,
          disk: 0,
          maxdisk: 34359738368,
          uptime: 86400,
          netin: 1,
          netout: 1,
          diskread: 1,
          diskwrite: 1,
          template: 0,
        },
        id: `${i % 5 === 0 ? 'lxc' : 'qemu'}/${100 + i}`,
        tags: 'prod;web',
      })),
    ],
  });

/** When each task ends, in milliseconds since the epoch: they take from one to three times the given time. */
const ends = new Map<string, number>();
let made = 0;
const servers = await Promise.all(
  Array.from({ length: clusters }, async (_, cluster) => {
    const list = resources(cluster);
    const count = new Map<number, number>();
    const server = createServer({ key, cert, keepAliveTimeout: 5000 }, (request, response) => {
      const path = decodeURIComponent(request.url ?? '');
      const answer = (data: unknown, more: object = {}) => response.end(JSON.stringify({ data, ...more }));
      if (path === '/count') return response.end(JSON.stringify([...count.values()]));
      if (path === '/ends') return response.end(JSON.stringify(Object.fromEntries(ends)));
      const second = Math.floor(Date.now() / 1000);
      count.set(second, (count.get(second) ?? 0) + 1);
      response.setHeader('Content-Type', 'application/json;charset=UTF-8');
      if (path.startsWith('/api2/json/cluster/resources')) return response.end(list);
      if (path.endsWith('/version')) return answer({ version: '9.2.11', release: '9.2' });
      if (path.endsWith('/time')) return answer({ time: second, localtime: second, timezone: 'UTC' });
      if (request.method === 'POST') {
        made++;
        const hex = (n: number) => n.toString(16).toUpperCase().padStart(8, '0');
        const upid = `UPID:pve1:${hex(made)}:${hex(made)}:${hex(second)}:vzdump:${/vmid=(\d+)/.exec(path)?.[1] ?? made}:hostler@pve!bot:`;
        ends.set(upid, Date.now() + taskSeconds * 1000 * (1 + (made % 41) / 20));
        request.resume();
        return answer(upid);
      }
      const upid = /(UPID:[^/]+:)/.exec(path)?.[1] ?? '';
      const over = Date.now() > (ends.get(upid) ?? 0);
      if (path.includes('/log')) return answer([{ n: 1, t: over ? 'TASK OK' : 'INFO: starting new backup job' }], { total: 1 });
      const task = (id: string, ended: boolean) => {
        const [, node = '', pid = '', pstart = '', at = '', type = '', guest = ''] = id.split(':');
        const numbers = { pid: Number.parseInt(pid, 16), pstart: Number.parseInt(pstart, 16), starttime: Number.parseInt(at, 16) };
        return {
          upid: id,
          node,
          ...numbers,
          type,
          id: guest,
          user: 'hostler@pve',
          tokenid: 'bot',
          ...(ended ? { endtime: numbers.starttime + taskSeconds } : {}),
        };
      };
      if (path.includes('/status') && upid !== '')
        return answer({ ...task(upid, over), status: over ? 'stopped' : 'running', ...(over ? { exitstatus: 'OK' } : {}) });
      if (path.includes('/tasks')) {
        const all = [...ends].map(([id, at]) => {
          const ended = Date.now() > at;
          return { ...task(id, ended), ...(ended ? { status: 'OK' } : {}) };
        });
        return answer(all, { total: all.length });
      }
      return answer(null);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }),
);
process.stdout.write(`${JSON.stringify({ ports: servers, fingerprint: new X509Certificate(cert).fingerprint256 })}\n`);
process.once('SIGTERM', () => process.exit(0));
