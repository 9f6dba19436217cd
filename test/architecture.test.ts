import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, ROOT, sources } from './support/imports.ts';

const files = sources('src', 'commands', 'jobs', 'config');

/** The part of the house a file belongs to: `core`, `hosts`, …; entry points are `wiring`. */
function partOf(file: string): string {
  const [top = '', second = ''] = file.split('/');
  if (top !== 'src') return top;
  return second.endsWith('.ts') || second === 'cli' ? 'wiring' : second;
}

/** Which parts each part may import, besides itself. Siblings meet in the wiring only. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  core: [],
  tools: ['core'],
  commands: ['tools', 'core'],
  jobs: ['core'],
  config: ['core'],
  hosts: ['core'],
  chat: ['core'],
  queue: ['core'],
  store: ['core'],
  lab: ['core'],
  wiring: ['core', 'hosts', 'chat', 'queue', 'store', 'config', 'jobs', 'wiring'],
};

/** Who may import which package; node's own modules are free for all but core. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  ssh2: ['hosts', 'lab'],
  bullmq: ['queue'],
  ioredis: ['store', 'queue'],
  'js-redis-server': ['store'],
  '@slack/bolt': ['chat'],
  'matrix-bot-sdk': ['chat'],
  '@matrix-org/matrix-sdk-crypto-wasm': ['chat'],
  'fake-indexeddb': ['chat'],
  nodemailer: ['chat'],
  'prom-client': ['wiring'],
  yaml: ['config', 'wiring'],
};

/** The order in which work travels: a job may import later ones only. */
const JOBS = ['ask', 'decide', 'plan', 'run', 'show', 'sweep'];

describe('arrows point one way', () => {
  it.each(files)('%s', (file) => {
    const part = partOf(file);
    const { files: imported, packages } = importsOf(file);
    for (const other of imported) {
      const to = partOf(other);
      if (to !== part) expect(MAY[part], `${file} imports ${other}`).toContain(to);
      if (part === 'jobs' && to === 'jobs')
        expect(JOBS.indexOf(other.slice(5, -3)), `${file} imports ${other}`).toBeGreaterThan(JOBS.indexOf(file.slice(5, -3)));
    }
    for (const name of packages) {
      if (name in PACKAGES && !(part === 'wiring' && isTypeOnly(file, name))) expect(PACKAGES[name], `${file} imports ${name}`).toContain(part);
      if (part === 'core') expect(['zod', 'node:crypto'], `${file} imports ${name}`).toContain(name);
      if (part === 'tools' || part === 'commands') expect(['zod'], `${file} imports ${name}`).toContain(name);
    }
  });

  function isTypeOnly(file: string, name: string): boolean {
    return new RegExp(`import type [^;]*'${name}'`).test(readFileSync(join(ROOT, file), 'utf8'));
  }
});

describe('the house', () => {
  it('has only the agreed things at its top level', () => {
    const seen = readdirSync(ROOT).filter((name) => !name.startsWith('.') && !['node_modules', 'dist'].includes(name) && !/\.(tgz|log)$/.test(name));
    expect(seen.sort()).toEqual(['README.md', 'commands', 'config', 'jobs', 'package-lock.json', 'package.json', 'src', 'test', 'tsconfig.json'].sort());
  });

  it('makes reads in src/tools only', () => {
    const makers = files.filter((file) => importsOf(file).files.includes('src/core/read.ts'));
    expect(makers.filter((file) => !file.startsWith('src/tools/') && file !== 'src/hosts/fleet.ts')).toEqual([]);
  });

  it('knows nothing of the practice fleet but in the command line', () => {
    const users = files.filter((file) => !file.startsWith('src/lab/') && /['"`][^'"`]*\blab\/index/.test(readFileSync(join(ROOT, file), 'utf8')));
    expect(users).toEqual(['src/cli.ts']);
  });

  it('keeps files small: half of them at most 60 lines, nine in ten under 160, none over 250', () => {
    const lengths = files.map((file) => ({ file, lines: readFileSync(join(ROOT, file), 'utf8').split('\n').length }));
    expect(lengths.filter(({ lines }) => lines > 250)).toEqual([]);
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(60);
    expect(sorted[Math.floor(sorted.length * 0.9)]).toBeLessThan(160);
  });

  it('has a lockfile without registry hosts', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "http/);
  });
});
