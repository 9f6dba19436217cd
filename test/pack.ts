import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compiles the package: Node strips no types under node_modules, so what is published is JavaScript in `dist`. */
const root = fileURLToPath(new URL('../', import.meta.url));
rmSync(join(root, 'dist'), { recursive: true, force: true });
const settings = join(root, 'dist.tsconfig.tmp.json');
writeFileSync(
  settings,
  JSON.stringify({ extends: './tsconfig.json', include: ['src', 'commands', 'jobs', 'config'], compilerOptions: { noEmit: false, declaration: false } }),
);
try {
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', settings], { stdio: 'inherit' });
} finally {
  rmSync(settings);
}
cpSync(join(root, 'src/chat/console'), join(root, 'dist/src/chat/console'), { recursive: true });
