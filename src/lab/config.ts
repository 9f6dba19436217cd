import { RENEWED, SHOP } from './areas/certificates/state.ts';

/** One host of the practice fleet as the configuration names it. */
export interface LabHostConfig {
  readonly site: string;
  readonly address: string;
  readonly port: number;
  readonly kind: 'linux' | 'libvirt';
  readonly tags: readonly string[];
  readonly user: string;
  readonly key: string;
  readonly hostKey: string;
  readonly at: string;
  readonly mac?: string;
  readonly bmc?: { readonly address: string; readonly user: string; readonly password: string };
  readonly backups?: {
    readonly [name: string]: {
      readonly tool: 'restic' | 'borg';
      readonly repository: string;
      readonly paths: readonly string[];
      readonly password: string;
      readonly keep: { readonly last: number };
    };
  };
}

/** What practice hosts back up; `password`: the file with the repositories' password. */
export function labBackups(host: string, password: string): Pick<LabHostConfig, 'backups'> {
  const common = { password: `file:${password}`, keep: { last: 2 } };
  if (host === 'web1') return { backups: { etc: { tool: 'restic', repository: '/mnt/backup/web1', paths: ['/etc'], ...common } } };
  if (host === 'db1') return { backups: { data: { tool: 'borg', repository: '/mnt/backup/db1', paths: ['/var/lib/data'], ...common } } };
  return {};
}

/** The practice cluster as the configuration names it. */
export interface LabClusterConfig {
  readonly site: string;
  readonly sites: readonly string[];
  readonly tags: readonly string[];
  readonly token: string;
  readonly nodes: { readonly [name: string]: { readonly address: string; readonly port: number; readonly fingerprint: string; readonly host?: string } };
}

/** The practice backup server as the configuration names it. */
export interface LabBackupServerConfig {
  readonly site: string;
  readonly sites: readonly string[];
  readonly tags: readonly string[];
  readonly token: string;
  readonly address: string;
  readonly port: number;
  readonly fingerprint: string;
}

interface Grant {
  readonly commands: readonly string[];
  readonly hosts: readonly string[];
  readonly upTo: 'none' | 'low' | 'medium' | 'high';
}

/** The configuration of the practice fleet: plain data, the same tree a real one has. */
export interface LabConfig {
  readonly practice: true;
  /** Everybody may speak as anybody: limits would keep nobody off. */
  readonly limits: { readonly person: number; readonly room: number };
  readonly breakGlass: { readonly roles: readonly string[]; readonly within: string };
  /** What second factors are sealed with. */
  readonly factors?: { readonly key: string };
  readonly sites: { readonly [name: string]: { readonly [setting: string]: never } };
  readonly hosts: { readonly [name: string]: LabHostConfig };
  readonly clusters: { readonly [name: string]: LabClusterConfig };
  readonly backupServers: { readonly [name: string]: LabBackupServerConfig };
  readonly people: { readonly [id: string]: { readonly name: string; readonly lang: 'en' | 'zh'; readonly roles: readonly string[] } };
  readonly roles: { readonly [name: string]: { readonly grants: readonly Grant[] } };
  readonly programs: {
    readonly [name: string]: {
      readonly summary: string;
      readonly argv: readonly string[];
      readonly with?: { readonly [name: string]: { readonly pattern: string; readonly default?: string } };
      readonly risk: 'low' | 'medium' | 'high';
      readonly timeout: string;
      readonly stop?: 'clean' | 'never';
    };
  };
  /** What the doctor is to hold them to. */
  readonly doctor: { readonly pveFirewallOff: readonly string[]; readonly ksm: readonly string[] };
  readonly probes: readonly { readonly name: string; readonly hosts: readonly string[]; readonly ping: string }[];
  readonly certificates: readonly {
    readonly name: string;
    readonly hosts: readonly string[];
    readonly cert: string;
    readonly key: string;
    readonly port: number;
    readonly reload: string;
    readonly from: { readonly host: string; readonly cert: string; readonly key: string };
  }[];
  readonly domains: { readonly [name: string]: { readonly user: string; readonly password: string } };
  readonly dns: {
    readonly [zone: string]: { readonly server: string; readonly from: string; readonly key: { readonly name: string; readonly secret: string } };
  };
  readonly alerts?: {
    readonly sources: { readonly [name: string]: { readonly kind: string; readonly secret: string } };
    readonly routes: readonly {
      readonly rooms: readonly string[];
      readonly mention: readonly string[];
      readonly escalate: readonly { readonly after: string; readonly mention: readonly string[] }[];
    }[];
    readonly rotas: { readonly [name: string]: { readonly zone: string; readonly start: string; readonly people: readonly string[] } };
    readonly runbooks: readonly { readonly match: { readonly alertname: string }; readonly offer: readonly string[] }[];
  };
  readonly approvals: readonly {
    readonly from: 'low' | 'medium' | 'high';
    readonly count: number;
    readonly roles: readonly string[];
    readonly expires: string;
  }[];
}

/** The whole configuration of a fleet with these hosts and servers. */
export function labConfig(
  hosts: LabConfig['hosts'],
  servers?: Pick<LabConfig, 'clusters' | 'backupServers'>,
  factorKey?: string,
  password?: string,
  hook?: string,
): LabConfig {
  const everywhere = (upTo: Grant['upTo']) => ({ grants: [{ commands: ['*'], hosts: ['*'], upTo }] });
  return {
    practice: true,
    limits: { person: 100_000, room: 100_000 },
    ...(factorKey === undefined ? {} : { factors: { key: factorKey } }),
    sites: { east: {}, west: {} },
    hosts,
    clusters: servers?.clusters ?? {},
    backupServers: servers?.backupServers ?? {},
    people: {
      alice: { name: 'Alice', lang: 'en', roles: ['operator'] },
      bob: { name: 'Bob', lang: 'en', roles: ['lead'] },
      carol: { name: 'Carol', lang: 'zh', roles: ['viewer'] },
    },
    roles: { viewer: everywhere('none'), operator: everywhere('high'), lead: everywhere('high') },
    breakGlass: { roles: ['operator', 'lead'], within: '24h' },
    programs: {
      uptime: { summary: 'How long it has been up', argv: ['uptime'], risk: 'low', timeout: '1m' },
      pause: {
        summary: 'Wait a while',
        argv: ['sleep', '{seconds}'],
        with: { seconds: { pattern: '[0-9]{1,4}', default: '10' } },
        risk: 'low',
        timeout: '3h',
        stop: 'clean',
      },
    },
    doctor: { pveFirewallOff: ['@pve'], ksm: ['kvm1'] },
    // Nobody has that address: on db1 a change never proves itself, and counts down until someone says keep, or it goes back.
    probes: 'db1' in hosts ? [{ name: 'monitoring', hosts: ['db1'], ping: '203.0.113.250' }] : [],
    certificates: 'web1' in hosts ? [{ name: 'shop', hosts: ['kvm1', 'web1'], ...SHOP, reload: 'nginx', from: RENEWED }] : [],
    domains: password === undefined ? {} : { 'example.org': { user: 'joiner', password: `file:${password}` } },
    dns: password === undefined ? {} : { 'example.org': { server: '192.0.2.53', from: 'kvm1', key: { name: 'hostler', secret: `file:${password}` } } },
    ...(hook === undefined ? {} : { alerts: labAlerts(hook) }),
    approvals: [{ from: 'medium', count: 1, roles: ['lead'], expires: '30m' }],
  };
}

/** Alerts of the practice fleet; `hook`: the file with the secret that those who send them carry. */
function labAlerts(hook: string): NonNullable<LabConfig['alerts']> {
  const secret = `file:${hook}`;
  return {
    sources: { prometheus: { kind: 'alertmanager', secret }, notify: { kind: 'notify', secret } },
    routes: [{ rooms: [], mention: ['rota:first'], escalate: [{ after: '15m', mention: ['role:lead'] }] }],
    rotas: { first: { zone: 'Europe/Berlin', start: '2026-01-05', people: ['alice', 'bob'] } },
    runbooks: [
      { match: { alertname: 'HostDown' }, offer: ['host status {host}'] },
      { match: { alertname: 'ServiceFailed' }, offer: ['svc restart {unit} {host}'] },
    ],
  };
}
