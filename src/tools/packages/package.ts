import type { Host, Look } from '../../core/command.ts';
import type { Argv } from '../../core/types.ts';

/** A package that would be installed anew or brought to another version. */
export interface Upgrade {
  readonly name: string;
  /** The version that is installed; undefined for one that comes in anew. */
  readonly from: string | undefined;
  readonly to: string;
  /** What the package manager takes for exactly this version, such as `bash=5.2-1` or `bash-5.2-1.x86_64`. */
  readonly exact: string;
  readonly security: boolean;
}

/** What a package manager would do, to the version; it is not done where something would be removed. */
export interface Transaction {
  readonly upgrades: readonly Upgrade[];
  readonly removes: readonly string[];
}

/** What there is to do on a host, from the package lists it has. */
export interface Pending extends Transaction {
  /** Packages that stay as they are because somebody said so; undefined where it cannot be asked. */
  readonly held: readonly string[] | undefined;
  /** When the lists were last fetched, milliseconds since the epoch; undefined: never. */
  readonly listsAt: number | undefined;
  /** Whether a reboot is needed by what was installed before; undefined: nothing there can tell. */
  readonly reboot: boolean | undefined;
  /** Whether its sources say which upgrades are for security. */
  readonly tellsSecurity: boolean;
  /** CVE ids that the pending upgrades mend; undefined where the distribution does not publish them to its package manager. */
  readonly cves: readonly string[] | undefined;
  /** What it said is wrong, a line each: then the lists cannot be relied on. */
  readonly broken: readonly string[];
}

/** One package on a host. */
export interface PackageView {
  readonly installed: string | undefined;
  readonly candidate: string | undefined;
  /** Where the candidate comes from. */
  readonly source: string;
  readonly held: boolean | undefined;
}

/** How a host's packages are managed: one for each package manager. */
export interface PackageManager {
  readonly family: 'apt' | 'dnf' | 'zypper';
  pending(look: Look, host: Host): Promise<Pending>;
  /** What would happen if only these were upgraded: what they depend on comes with them. */
  preview(look: Look, host: Host, wanted: readonly Upgrade[]): Promise<Transaction>;
  /** Installs exactly this. */
  apply(transaction: Transaction): Argv;
  /** Fetches the package lists. */
  refresh(): Argv;
  /** Fails unless each of these has this version and nothing was left half done. */
  verify(transaction: Transaction): Argv;
  held(look: Look, host: Host): Promise<readonly string[]>;
  hold(names: readonly string[]): Argv;
  unhold(names: readonly string[]): Argv;
  show(look: Look, host: Host, name: string): Promise<PackageView>;
  /** What is broken or half done, a line each; none is well. */
  check(look: Look, host: Host): Promise<readonly string[]>;
}

/** A kernel: it runs after the next boot only. */
export function isKernel(name: string): boolean {
  return /^(linux-image-|proxmox-kernel-|pve-kernel-|raspberrypi-kernel|rpi-eeprom$|kernel(-core|-default|-uek|-ml|-lt)?$)/.test(name);
}
