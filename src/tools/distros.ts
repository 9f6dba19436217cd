/** How a distribution manages packages. */
export type PackageFamily = 'apt' | 'dnf' | 'zypper';

/** A distribution the bot knows: what it is called, and what it manages packages with. */
export interface Distro {
  readonly title: string;
  readonly packages: PackageFamily;
}

/**
 * Distributions by their `ID` in os-release(5), lower-case. What is not here is refused: `ID_LIKE` is a resemblance, and an answer read by it may be empty
 * without anything being well.
 */
export const DISTROS: Readonly<Record<string, Distro>> = {
  debian: { title: 'Debian', packages: 'apt' },
  raspbian: { title: 'Raspberry Pi OS', packages: 'apt' },
  ubuntu: { title: 'Ubuntu', packages: 'apt' },
  openeuler: { title: 'openEuler', packages: 'dnf' },
  anolis: { title: 'Anolis OS', packages: 'dnf' },
  alinux: { title: 'Alibaba Cloud Linux', packages: 'dnf' },
  rhel: { title: 'Red Hat Enterprise Linux', packages: 'dnf' },
  centos: { title: 'CentOS', packages: 'dnf' },
  rocky: { title: 'Rocky Linux', packages: 'dnf' },
  almalinux: { title: 'AlmaLinux', packages: 'dnf' },
  ol: { title: 'Oracle Linux', packages: 'dnf' },
  fedora: { title: 'Fedora', packages: 'dnf' },
  'opensuse-leap': { title: 'openSUSE Leap', packages: 'zypper' },
  'opensuse-tumbleweed': { title: 'openSUSE Tumbleweed', packages: 'zypper' },
  sles: { title: 'SUSE Linux Enterprise Server', packages: 'zypper' },
};
