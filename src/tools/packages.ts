import type { Host, Look } from '../core/command.ts';
import { type Facts, knownAmong, knownFacts, mustHave } from './facts.ts';
import { apt } from './packages/apt.ts';
import { dnf } from './packages/dnf.ts';
import type { PackageManager } from './packages/package.ts';
import { zypper } from './packages/zypper.ts';

export type { PackageManager, PackageView, Pending, Transaction, Upgrade } from './packages/package.ts';
export { isKernel } from './packages/package.ts';

/** A package's name: letters, digits and `+ . _ : ~ -`, never beginning with a dash. */
export const PACKAGE = /^[A-Za-z0-9][A-Za-z0-9+._:~-]*$/;

/** What manages a host's packages. Throws Refusal where the distribution is not known, or the program is not there. */
export async function packagesOf(look: Look, host: Host): Promise<PackageManager> {
  const facts = await knownFacts(look, host);
  return managerOf(host, facts, facts.distro.packages);
}

/** The same for one of many hosts: an unknown distribution is a HostError, so that the others are answered. */
export async function packagesAmong(look: Look, host: Host): Promise<PackageManager> {
  const facts = await knownAmong(look, host);
  return managerOf(host, facts, facts.distro.packages);
}

function managerOf(host: Host, facts: Facts, family: PackageManager['family']): PackageManager {
  mustHave(host, facts, family === 'apt' ? 'apt-get' : family);
  // Proxmox VE is to be upgraded as a whole: `upgrade` alone can leave it between two versions.
  return { apt: () => apt(facts.managers.includes('pve')), dnf: () => dnf, zypper: () => zypper }[family]();
}

/** The lock under which packages of a host are changed. */
export function packagesLock({ site, name }: Host): { readonly name: string } {
  return { name: `${site}/${name}/packages` };
}
