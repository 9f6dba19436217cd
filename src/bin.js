#!/usr/bin/env node
// Plain JavaScript, so that an old Node.js can read at least this far.
import { existsSync, mkdirSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `hostler needs Node.js 22.18 or later; this is ${process.versions.node} (npm ci brings one: use npm start or npx hostler) · 需要 Node.js 22.18 或更高版本\n`,
  );
  process.exit(2);
}
// What was compiled once need not be again: a start takes half the time. In a folder that nobody else can write to; where none can be made, it is not kept.
if (!process.env.NODE_COMPILE_CACHE) {
  try {
    const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    const own = join(cache, 'hostler');
    for (const folder of [cache, own]) if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    module.enableCompileCache(join(own, 'compiled'));
  } catch {} // no home, or one that is not ours
}
// In the repository TypeScript runs as it is; in the package it was compiled, since Node strips no types under node_modules.
const source = new URL('./cli.ts', import.meta.url);
const { main } = await import(existsSync(source) ? source.href : new URL('../dist/src/cli.js', import.meta.url).href);
const exit = await main(process.argv.slice(2));
process.stdout.write('', () => process.exit(exit)); // once all is written; nothing lingers
