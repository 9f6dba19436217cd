import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PACKAGES = ['matrix-synapse', 'ca-certificates'];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Whoever comes second waits for the first; what is half done is done again, and never taken for the whole. */
const BUILD = `set -e
cd "$1"
[ ! -d tree ] || exit 0
rm -rf --one-file-system tree.new
mirror=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Identifier: Packages' 2>/dev/null | sed -n 's/^Debian Debian //p' | head -n 1)
[ -n "$mirror" ] || { echo 'apt knows no Debian archive: has apt-get update run?' >&2; exit 1; }
mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' --include="$2" sid tree.new "deb [signed-by=$3] $mirror sid main"
mkdir tree.new/data
mv -T tree.new tree
`;

/** Milliseconds that making the tree may take when there is none. */
export const SID_MS = 300_000;

/** A Debian sid with Synapse, as a folder nobody writes to: made once on this computer, from the archive its own apt sources name. */
export async function sid(): Promise<string> {
  const recipe = createHash('sha256').update(BUILD).update(PACKAGES.join()).digest('hex').slice(0, 12);
  const dir = join(tmpdir(), `hostler-sid-${recipe}`);
  const tree = join(dir, 'tree');
  if (existsSync(tree)) return tree;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const argv = ['--pdeathsig', 'TERM', 'flock', dir, 'unshare', '--mount', 'sh', '-c', BUILD, 'sh', dir, PACKAGES.join(), KEYRING];
  try {
    await promisify(execFile)('setpriv', argv, { timeout: SID_MS, maxBuffer: 2 ** 24 });
  } catch (error) {
    const why = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new Error(`mmdebstrap makes no Debian sid on this computer: are its apt sources within reach, and do they hold sid? ${why}`, { cause: error });
  }
  return tree;
}
