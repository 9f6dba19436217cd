import { type Table, text } from '../params.ts';
import { die } from '../refused.ts';
import type { Ask } from '../route.ts';
import { type Fields, quorate, type World } from '../world.ts';

/** Parameters by their names in one line; all but the given kinds are text. */
export function named(line: string, kinds: Table = {}): Table {
  return { ...Object.fromEntries(line.split(' ').flatMap((name) => (name === '' || name === '*' ? [] : [[name, text(65_536)]]))), ...kinds };
}

/** The entries of a list, by their names. It is made when it is asked for first. */
export function entriesAt(world: World, path: string): Map<string, Fields> {
  const found = world.kept.get(path) ?? new Map<string, Fields>();
  world.kept.set(path, found);
  return found;
}

/** A path with its names filled in. */
export function filled(path: string, ask: Ask): string {
  return path.replace(/\{([\w-]+)\}/g, (_, name) => (name === 'node' ? ask.at.name : ask.text(name)));
}

/** Throws what writing comes to without quorum. */
export function writable(world: World, file: string): void {
  if (!quorate(world)) throw die(`cfs-lock 'file-${file}' error: no quorum!`);
}

/** Fields as they were given, without what is no setting. */
export function settings({ given }: Ask, ...but: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(given.all).filter(([name]) => !['delete', 'digest', 'node', 'vmid', ...but].includes(name)));
}
