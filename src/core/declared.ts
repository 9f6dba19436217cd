import type { SecretRef } from './types.ts';

/** What a configuration declares for plans, besides hosts and programs. */
export interface Declared {
  readonly probes: readonly DeclaredProbe[];
  readonly certificates: readonly DeclaredCertificate[];
  readonly doctor: DoctorRules;
  readonly domains: readonly DeclaredDomain[];
  readonly zones: readonly DeclaredZone[];
}

/** A domain that hosts join, and who joins them. */
export interface DeclaredDomain {
  readonly name: string;
  readonly user: string;
  readonly password: SecretRef;
}

/** A DNS zone: its primary server, which takes updates signed with the key (RFC 2136, RFC 8945), and the host that speaks to it. */
export interface DeclaredZone {
  readonly name: string;
  readonly server: string;
  readonly from: string;
  readonly key: { readonly name: string; readonly algorithm: string; readonly secret: SecretRef };
}

/** What must be so after a change of the network of hosts that `hosts` means (`*`, a name, `@tag`, `site:name`). */
export interface DeclaredProbe {
  readonly name: string;
  readonly hosts: readonly string[];
  /** The host that asks, and the sites that reach it; without it, the changed host itself. */
  readonly from?: { readonly host: string; readonly sites: readonly string[] };
  /** One of them: an address that answers a ping, or `address:port` that takes a TCP connection. `self` stands for the changed host's own address. */
  readonly ping?: string;
  readonly tcp?: string;
}

/** A certificate that hosts serve, and where a new one comes from. Paths are absolute, ports are TCP. */
export interface DeclaredCertificate {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly cert: string;
  readonly key?: string;
  /** Where it is served, with TLS. */
  readonly port?: number;
  /** The unit to reload when it was replaced. */
  readonly reload?: string;
  /** The host and files it is deployed from. */
  readonly from?: { readonly host: string; readonly cert: string; readonly key: string };
}

/** A site's own thresholds and rules for the doctor. Shares are per cent, spans milliseconds. */
export interface DoctorRules {
  /** Checks that are not wanted, by id. */
  readonly skip: readonly string[];
  readonly certificateDays: number;
  readonly rootBackupMs: number;
  readonly clockSkewMs: number;
  readonly poolPercent: number;
  readonly thinPercent: number;
  /** How many times its size a zvol may use. */
  readonly zvolTimes: number;
  /** Hosts where pve-firewall is meant to be off. */
  readonly pveFirewallOff: readonly string[];
  /** Hosts and clusters whose guests must not have these disk controllers (`scsihw` values), and where iothread is forbidden. */
  readonly controllers: readonly { readonly hosts: readonly string[]; readonly forbid: readonly string[]; readonly iothread: boolean; readonly why: string }[];
  readonly bbr: readonly string[];
  readonly ksm: readonly string[];
}

/** A backup of a host without an image: what a tool copies where. */
export interface HostBackup {
  readonly name: string;
  readonly tool: 'restic' | 'borg' | 'rsync';
  /** In the tool's own words: restic's `-r`, borg's repository, rsync's destination. */
  readonly repository: string;
  readonly paths: readonly string[];
  readonly exclude: readonly string[];
  readonly password?: SecretRef;
  /** How many to keep, by kind. */
  readonly keep: Readonly<Partial<Record<'last' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly', number>>>;
  /** How old the last good one may be, in milliseconds. */
  readonly maxAgeMs: number;
  /** A mount point that must be mounted for it to run. */
  readonly requiresMount?: string;
}

/** A baseboard management controller, by IPMI over LAN. */
export interface Bmc {
  readonly address: string;
  readonly user: string;
  readonly password: SecretRef;
  /** The host from which it is reached; without it, any other host of the site will do. */
  readonly from?: string;
}
