import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { properties, type Row, rows, text } from './fields.ts';

/** A directory mapping of a cluster: where it is on each node that has it. `wrong`: what the node that was asked about finds wrong with it. */
export interface Mapping {
  readonly id: string;
  readonly paths: ReadonlyMap<string, string>;
  readonly wrong: readonly string[];
}

/** `GET /cluster/mapping/dir`, since 8.4: those our token may use or see, checked on a node. */
export function mappings(node: string): ApiRead<Mapping[]> {
  return readApi({
    path: apiPath`/cluster/mapping/dir`,
    params: { 'check-node': node },
    parse: ({ data }) =>
      rows(data)
        .map((from) => ({
          id: text(from, 'id') ?? '',
          paths: pathsOf(from.map),
          wrong: rows(from.checks).flatMap((check) => (text(check, 'severity') === 'error' ? [(text(check, 'message') ?? '').trim()] : [])),
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
  });
}

/** `node=pve1,path=/srv/media` of each node, in either order. */
function pathsOf(map: unknown): Map<string, string> {
  const entries = (Array.isArray(map) ? map : []).map((entry) => properties(String(entry)));
  return new Map(entries.flatMap((entry) => (entry.has('node') ? [[entry.get('node') ?? '', entry.get('path') ?? '']] : [])));
}

/** A directory that a guest is given: `virtiofs0: dirid=media,cache=auto`. `options`: what is not the mapping. */
export interface Share {
  readonly key: string;
  readonly id: string;
  readonly options: readonly string[];
}

/** The shares of a guest's config. */
export function sharesOf(config: Row): Share[] {
  return KEYS.flatMap((key) => {
    const value = text(config, key);
    return value === undefined ? [] : [shareOf(key, value)];
  });
}

/** The mapping is the default key: it may stand there without its name. */
export function shareOf(key: string, value: string): Share {
  const parts = properties(value);
  const options = [...parts].flatMap(([name, option]) => (name === '' || name === 'dirid' ? [] : [`${name}=${option}`]));
  return { key, id: parts.get('dirid') ?? parts.get('') ?? '', options };
}

/** All there may be of a guest. */
export const KEYS: readonly string[] = Array.from({ length: 10 }, (_, i) => `virtiofs${i}`);
