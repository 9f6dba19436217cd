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

interface Grant {
  readonly commands: readonly string[];
  readonly hosts: readonly string[];
  readonly upTo: 'none' | 'low' | 'medium' | 'high';
}

/** The configuration of the practice fleet: plain data, the same tree a real one has. */
export interface LabConfig {
  readonly practice: true;
  readonly sites: { readonly [name: string]: { readonly [setting: string]: never } };
  readonly hosts: { readonly [name: string]: LabHostConfig };
  readonly people: { readonly [id: string]: { readonly name: string; readonly lang: 'en' | 'zh'; readonly roles: readonly string[] } };
  readonly roles: { readonly [name: string]: { readonly grants: readonly Grant[] } };
  readonly approvals: readonly {
    readonly from: 'low' | 'medium' | 'high';
    readonly count: number;
    readonly roles: readonly string[];
    readonly expires: string;
  }[];
}

/** The whole configuration of a fleet with these hosts. */
export function labConfig(hosts: { readonly [name: string]: LabHostConfig }): LabConfig {
  const everywhere = (upTo: Grant['upTo']) => ({ grants: [{ commands: ['*'], hosts: ['*'], upTo }] });
  return {
    practice: true,
    sites: { east: {}, west: {} },
    hosts,
    people: {
      alice: { name: 'Alice', lang: 'en', roles: ['operator'] },
      bob: { name: 'Bob', lang: 'en', roles: ['lead'] },
      carol: { name: 'Carol', lang: 'zh', roles: ['viewer'] },
    },
    roles: { viewer: everywhere('none'), operator: everywhere('high'), lead: everywhere('high') },
    approvals: [{ from: 'medium', count: 1, roles: ['lead'], expires: '30m' }],
  };
}
