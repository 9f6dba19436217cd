import { existsSync, readFileSync } from 'node:fs';

/** The package's version, from the package.json above this file, in the repository or in the compiled package. */
export const version: string = JSON.parse(
  readFileSync(['../../package.json', '../../../package.json'].map((path) => new URL(path, import.meta.url)).find(existsSync) ?? '', 'utf8'),
).version;
