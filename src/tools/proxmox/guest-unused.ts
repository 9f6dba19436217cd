import { type Row, text } from './fields.ts';

/** Volumes that are a guest's, and in none of its drives: `unused0`. */
export function unusedOf(config: Row): string[] {
  return Object.keys(config)
    .filter((name) => /^unused\d+$/.test(name))
    .map((name) => text(config, name)?.split(',')[0] ?? '');
}
