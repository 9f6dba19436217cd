import type { Prng } from '../prng.ts';

/** An operating system as its programs report it. */
export interface Os {
  readonly release: string;
  readonly kernel: string;
  readonly version: string;
  readonly arch: 'x86_64' | 'aarch64';
  readonly processor: string;
  readonly unitDir: string;
  readonly ssh: 'ssh' | 'sshd';
}

const DEBIAN = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`;

const OPENEULER = `NAME="openEuler"
VERSION="24.03 (LTS-SP2)"
ID="openEuler"
VERSION_ID="24.03"
PRETTY_NAME="openEuler 24.03 (LTS-SP2)"
ANSI_COLOR="0;31"

`;

const ANOLIS = `NAME="Anolis OS"
VERSION="8.9"
ID="anolis"
ID_LIKE="rhel fedora centos"
VERSION_ID="8.9"
PLATFORM_ID="platform:an8"
PRETTY_NAME="Anolis OS 8.9"
ANSI_COLOR="0;31"
HOME_URL="https://openanolis.cn/"

`;

type OsName = 'debian' | 'openeuler' | 'anolis' | 'raspberry';

/** An operating system at a patch level drawn from the seed. */
export function makeOs(name: OsName, random: Prng): Os {
  if (name === 'openeuler') {
    const patch = random.int(98, 112);
    return redHatLike(OPENEULER, `6.6.0-${patch}.0.0.${patch + 5}.oe2403sp2.x86_64`, '#1 SMP Fri Jul 25 09:21:46 CST 2025');
  }
  if (name === 'anolis') return redHatLike(ANOLIS, `5.10.134-${random.int(16, 18)}.${random.int(1, 3)}.an8.x86_64`, '#1 SMP Fri Dec 27 16:55:01 CST 2024');
  const common = { release: DEBIAN, processor: 'unknown', unitDir: '/lib/systemd/system', ssh: 'ssh' as const };
  if (name === 'raspberry') {
    const patch = random.int(47, 74);
    return { ...common, kernel: `6.6.${patch}+rpt-rpi-v8`, version: `#1 SMP PREEMPT Debian 1:6.6.${patch}-1+rpt1 (2025-01-27)`, arch: 'aarch64' };
  }
  const level = random.int(31, 41);
  return {
    ...common,
    kernel: `6.1.0-${level}-amd64`,
    version: `#1 SMP PREEMPT_DYNAMIC Debian 6.1.${level * 4 + 4}-1 (2025-${String(random.int(1, 9)).padStart(2, '0')}-14)`,
    arch: 'x86_64',
  };
}

function redHatLike(release: string, kernel: string, version: string): Os {
  return { release, kernel, version, arch: 'x86_64', processor: 'x86_64', unitDir: '/usr/lib/systemd/system', ssh: 'sshd' };
}
