import { readFile } from 'node:fs/promises';

const TYPES = { 'index.html': 'text/html', 'console.css': 'text/css', 'console.js': 'text/javascript' } as const;

/** A file of the console's page. */
export interface Asset {
  readonly type: string;
  readonly content: Buffer;
}

let loaded: Promise<ReadonlyMap<string, Asset>> | undefined;

/** The page's files by path, read once. */
export function assets(): Promise<ReadonlyMap<string, Asset>> {
  loaded ??= Promise.all(
    Object.entries(TYPES).map(
      async ([name, type]): Promise<[string, Asset]> => [
        `/${name}`,
        { type: `${type}; charset=utf-8`, content: await readFile(new URL(`./console/${name}`, import.meta.url)) },
      ],
    ),
  ).then((entries) => new Map(entries));
  return loaded;
}
