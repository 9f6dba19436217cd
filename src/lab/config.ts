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
  readonly approvals: readonly {
    readonly from: 'low' | 'medium' | 'high';
    readonly count: number;
    readonly roles: readonly string[];
    readonly expires: string;
  }[];
}

/** The whole configuration of a fleet with these hosts and servers. */
export function labConfig(hosts: LabConfig['hosts'], servers?: Pick<LabConfig, 'clusters' | 'backupServers'>, factorKey?: string): LabConfig {
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
    approvals: [{ from: 'medium', count: 1, roles: ['lead'], expires: '30m' }],
  };
}
