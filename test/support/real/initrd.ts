import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { kernel, which } from './have.ts';

/** What a guest says on its serial line each time it has booted. */
export const UP = 'guest is up';

const INIT = `#!/bin/sh
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for module in /modules/*; do [ ! -f "$module" ] || insmod "$module"; done
echo "${UP}"
exec acpid -d -f -c /acpi
`;
const POWER_BUTTON = '#!/bin/sh\npoweroff -f\n';

/** Makes the smallest system that boots and turns itself off when its power button is pressed; the file of its initrd. */
export function makeInitrd(dir: string): string {
  const found = kernel();
  const busybox = which('busybox');
  if (!found || !busybox) throw new Error('no kernel or no busybox');
  const root = join(dir, 'root');
  for (const folder of ['bin', 'proc', 'sys', 'dev', 'modules', 'acpi/PWRF']) mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(busybox, join(root, 'bin/busybox'));
  for (const applet of ['sh', 'mount', 'insmod', 'acpid', 'poweroff']) symlinkSync('busybox', join(root, 'bin', applet));
  writeProgram(join(root, 'init'), INIT);
  writeProgram(join(root, 'acpi/PWRF/00000080'), POWER_BUTTON);
  // Kernels that have these built in have no such files.
  const modules = readdirSync(found.modules, { recursive: true, encoding: 'utf8' }).filter((file) => /\/(evdev|button)\.ko(\.(xz|zst|gz))?$/.test(file));
  for (const file of modules) writeFileSync(join(root, 'modules', basename(file).replace(/\.(xz|zst|gz)$/, '')), plain(join(found.modules, file)));
  const initrd = join(dir, 'initrd');
  execFileSync('sh', ['-c', 'cd "$1" && find . | cpio --quiet -o -H newc >"$2"', 'sh', root, initrd]);
  return initrd;
}

function plain(file: string): Buffer {
  const tool = file.endsWith('.xz') ? 'xz' : file.endsWith('.zst') ? 'zstd' : file.endsWith('.gz') ? 'gzip' : undefined;
  return tool ? execFileSync(tool, ['-dc', file]) : execFileSync('cat', [file]);
}

function writeProgram(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}
