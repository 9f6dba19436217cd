import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PACKAGES = ['systemd', 'systemd-sysv', 'dbus', 'libpam-systemd', 'openssh-server', 'procps', 'sudo'];

/** Whoever comes second waits for the first; what is half done is done again, and never taken for the whole. */
const BUILD = `set -e
cd "$1"
[ ! -d tree ] || exit 0
rm -rf --one-file-system tree.new
mirror=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Identifier: Packages' 2>/dev/null | sed -n 's/^Debian Debian //p' | head -n 1)
mmdebstrap --quiet --variant=minbase --include="$2" bookworm tree.new $mirror
mv -T tree.new tree
`;

/** Milliseconds that making the tree may take when there is none. */
export const BUILD_MS = 300_000;

/** A Debian 12 with systemd and sshd, as a folder nobody writes to: made once on this computer, from its own apt sources. */
export async function bookworm(): Promise<string> {
  const recipe = createHash('sha256').update(BUILD).update(PACKAGES.join()).digest('hex').slice(0, 12);
  const dir = join(tmpdir(), `hostler-bookworm-${recipe}`);
  const tree = join(dir, 'tree');
  if (existsSync(tree)) return tree;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const argv = ['--pdeathsig', 'TERM', 'flock', dir, 'unshare', '--mount', 'sh', '-c', BUILD, 'sh', dir, PACKAGES.join()];
  try {
    await promisify(execFile)('setpriv', argv, { timeout: BUILD_MS, maxBuffer: 2 ** 24 });
  } catch (error) {
    throw new Error('mmdebstrap makes no Debian 12 on this computer: are its apt sources within reach?', { cause: error });
  }
  return tree;
}
