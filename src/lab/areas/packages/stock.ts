import type { Machine } from '../../world/machine.ts';
import { kept } from '../area.ts';

/** A package of a practice host. `installed` undefined: it would come in with a newer kernel. */
export interface Stocked {
  readonly name: string;
  installed: string | undefined;
  readonly candidate: string;
  readonly security: boolean;
  readonly cve?: string;
  held: boolean;
}
interface Stock {
  readonly packages: Stocked[];
  /** Milliseconds since the epoch. */
  listsAt: number;
  /** The boot during which a kernel came in. */
  rebootOf: string | undefined;
}

/** What a host has installed and could have, by its distribution. */
export const stock = kept((machine): Stock => {
  const debian = machine.os.release.includes('ID=debian');
  const listsAt = Date.now() - machine.random.int(1, 20) * 3_600_000;
  return { packages: debian ? debianPackages(machine) : rpmPackages(machine), listsAt, rebootOf: undefined };
});

function debianPackages({ os, name }: Machine): Stocked[] {
  const [, base = '6.1.0', level = '31'] = /^(.*)-(\d+)-amd64$/.exec(os.kernel) ?? [];
  const kernel = os.arch === 'aarch64' ? [] : [made(`linux-image-${base}-${Number(level) + 1}-amd64`, undefined, '6.1.158-1', true)];
  return [
    made('base-files', '12.4+deb12u11', '12.4+deb12u12'),
    made('libssl3', '3.0.17-1~deb12u2', '3.0.17-1~deb12u3', true),
    ...kernel,
    made('nginx', '1.22.1-9+deb12u2', '1.22.1-9+deb12u2'),
    made('openssl', '3.0.17-1~deb12u2', '3.0.17-1~deb12u3', true),
    { ...made('tzdata', '2025a-0+deb12u1', '2025b-0+deb12u1'), held: name === 'web1' },
  ];
}

function rpmPackages({ os }: Machine): Stocked[] {
  const suffix = /(oe2403sp2|an8)/.exec(os.kernel)?.[1] ?? 'el9';
  const next = os.kernel.replace(/\.x86_64$/, '').replace(/-(\d+)\./, (_, n: string) => `-${Number(n) + 1}.`);
  return [
    made('kernel', os.kernel.replace(/\.x86_64$/, ''), next, true, 'CVE-2025-38352'),
    made('nginx', `1.24.0-3.${suffix}`, `1.24.0-3.${suffix}`),
    made('openssl', `3.0.12-15.${suffix}`, `3.0.12-17.${suffix}`, true, 'CVE-2025-9230'),
    made('vim-minimal', `9.0.2092-11.${suffix}`, `9.0.2092-12.${suffix}`),
  ];
}

function made(name: string, installed: string | undefined, candidate: string, security = false, cve?: string): Stocked {
  return { name, installed, candidate, security, held: false, ...(cve ? { cve } : {}) };
}

/** What could be upgraded or would come in anew, without what is held. */
export function pending(machine: Machine): Stocked[] {
  return stock(machine).packages.filter(({ installed, candidate, held }) => !held && installed !== candidate);
}

/** Installs one; a kernel runs after the next boot only. */
export function upgrade(machine: Machine, one: Stocked): void {
  one.installed = one.candidate;
  if (/^(linux-image|kernel)/.test(one.name)) stock(machine).rebootOf = machine.bootId;
}

export function rebootNeeded(machine: Machine): boolean {
  return stock(machine).rebootOf === machine.bootId;
}
