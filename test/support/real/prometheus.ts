import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { start, stop, until } from './processes.ts';

/** What `needs` must find for one to start. */
export const PROMETHEUS = ['prometheus', 'prometheus-alertmanager'] as const;

/** Where alerts go, as Alertmanager is told. */
export interface Receiver {
  readonly url: string;
  readonly secret: string;
}

/** A real Prometheus and Alertmanager that watch some hosts, which are up or down as one likes. */
export interface Watching {
  /** Address of Alertmanager. */
  readonly api: string;
  /** A host answers no more, or again. */
  set(host: string, up: boolean): void;
  /** What Alertmanager has under a path of its API. */
  ask<T>(path: string): Promise<T>;
  close(): Promise<void>;
}

/** Fires `HostDown` for a host that does not answer, grouped by site, within seconds. */
export async function startPrometheus(hosts: readonly string[], receiver: Receiver): Promise<Watching> {
  const folder = mkdtempSync(join(tmpdir(), 'hostler-prometheus-'));
  const down = new Set<string>();
  const hostsAt = await listening((path) => !down.has(path.slice(1)));
  const [alertmanager, prometheus] = [await freePort(), await freePort()];
  const api = `http://127.0.0.1:${alertmanager}`;
  const file = (name: string, content: unknown) => {
    writeFileSync(join(folder, name), JSON.stringify(content)); // JSON is YAML
    return join(folder, name);
  };
  const rule = {
    alert: 'HostDown',
    expr: 'up{job="hosts"} == 0',
    for: '1s',
    labels: { severity: 'critical' },
    annotations: { summary: '{{ $labels.host }} does not answer' },
  };
  const rules = file('rules.yml', { groups: [{ name: 'hosts', interval: '1s', rules: [rule] }] });
  const config = file('prometheus.yml', {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanager}`] }] }] },
    scrape_configs: hosts.map((host, i) => ({
      job_name: i === 0 ? 'hosts' : `hosts-${i}`,
      metrics_path: `/${host}`,
      static_configs: [{ targets: [`127.0.0.1:${hostsAt.port}`], labels: { host, site: 'east', job: 'hosts' } }],
    })),
  });
  const routed = file('alertmanager.yml', {
    route: { receiver: 'hostler', group_by: ['alertname', 'site'], group_wait: '1s', group_interval: '1s', repeat_interval: '1h' },
    receivers: [
      {
        name: 'hostler',
        webhook_configs: [{ url: receiver.url, send_resolved: true, http_config: { authorization: { credentials: receiver.secret } } }],
      },
    ],
  });
  const running = [
    start([
      'prometheus-alertmanager',
      `--config.file=${routed}`,
      `--storage.path=${join(folder, 'am')}`,
      `--web.listen-address=127.0.0.1:${alertmanager}`,
      '--cluster.listen-address=',
      '--log.level=error',
    ]),
    start([
      'prometheus',
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'tsdb')}`,
      `--web.listen-address=127.0.0.1:${prometheus}`,
      '--rules.alert.resend-delay=1s',
      '--log.level=error',
    ]),
  ];
  const isReady = async (url: string) => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true;
  const close = async () => {
    await Promise.all(running.map(stop));
    await hostsAt.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until('Alertmanager', () => isReady(api), 30_000);
    await until('Prometheus', () => isReady(`http://127.0.0.1:${prometheus}`), 30_000);
    // What fires before Prometheus knows its Alertmanager is lost for a while.
    await until(
      'Prometheus knows its Alertmanager',
      async () => {
        const answer = await fetch(`http://127.0.0.1:${prometheus}/api/v1/alertmanagers`);
        return (await answer.text()).includes(`127.0.0.1:${alertmanager}/`);
      },
      30_000,
    );
    await until(
      'hosts are seen',
      async () => {
        const answer = await fetch(`http://127.0.0.1:${prometheus}/api/v1/query?query=${encodeURIComponent('sum(up{job="hosts"})')}`);
        return (await answer.text()).includes(`"${hosts.length}"`);
      },
      30_000,
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    api,
    set: (host, up) => void (up ? down.delete(host) : down.add(host)),
    async ask(path) {
      return (await fetch(`${api}${path}`)).json() as Promise<never>;
    },
    close,
  };
}

/** An HTTP server that has no metrics to tell, and for some paths does not even tell that. */
async function listening(isUp: (path: string) => boolean): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server: Server = createServer(
    (request, response) => void response.writeHead(isUp(request.url ?? '') ? 200 : 503, { 'content-type': 'text/plain' }).end(),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
