import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead, ApiStep } from '../../core/types.ts';
import { flag, type Row, rows, text, words } from './fields.ts';
import type { Resources } from './resources.ts';

/** A storage as storage.cfg has it. `nodes`: where it is restricted to; empty: everywhere. `digest` is that of the whole file. */
export interface Storage {
  readonly storage: string;
  readonly type: string;
  readonly content: readonly string[];
  readonly shared: boolean;
  readonly disabled: boolean;
  readonly nodes: readonly string[];
  readonly digest: string | undefined;
  /** Its other settings, such as `path` or `server`. */
  readonly more: readonly (readonly [string, string])[];
}

/** Types whose content is the same on every node, whatever `shared` says. */
const SHARED_TYPES = ['nfs', 'cifs', 'pbs', 'rbd', 'cephfs', 'glusterfs', 'iscsi', 'iscsidirect', 'zfs', 'esxi'];
const KNOWN = ['storage', 'type', 'content', 'shared', 'disable', 'nodes', 'digest'];
/** Never shown, should the API give them. */
const SECRET = /pass|key|secret|token/;

/** `GET /storage`: what is configured, also what is disabled. */
export function storages(): ApiRead<Storage[]> {
  return readApi({ path: apiPath`/storage`, parse: ({ data }) => parseStorages(data) });
}

export function parseStorages(data: unknown): Storage[] {
  return rows(data).flatMap(parseStorage);
}

function parseStorage(from: Row): Storage[] {
  const storage = text(from, 'storage');
  const type = text(from, 'type') ?? '';
  if (storage === undefined) return [];
  const more = Object.keys(from).flatMap((name): [string, string][] => {
    const value = text(from, name);
    return KNOWN.includes(name) || SECRET.test(name) || value === undefined ? [] : [[name, value]];
  });
  return [
    {
      storage,
      type,
      content: words(text(from, 'content')).sort(),
      shared: flag(from, 'shared') || SHARED_TYPES.includes(type),
      disabled: flag(from, 'disable'),
      nodes: words(text(from, 'nodes')).sort(),
      digest: text(from, 'digest'),
      more: more.sort(([a], [b]) => (a < b ? -1 : 1)),
    },
  ];
}

/** How one node sees a storage. `absent`: it is restricted to other nodes; `off`: the node does not report. */
export type Sight = 'active' | 'inactive' | 'absent' | 'off' | 'disabled';

/** How each node of the cluster sees a storage. A storage that is not active on a node has no fresh data there: `unknown` in `/cluster/resources`. */
export function sightOf({ storage, nodes: only, disabled }: Storage, all: Resources): { readonly node: string; readonly sight: Sight }[] {
  return all.nodes.map(({ node, status }) => {
    if (disabled) return { node, sight: 'disabled' };
    if (only.length > 0 && !only.includes(node)) return { node, sight: 'absent' };
    if (status !== 'online') return { node, sight: 'off' };
    const seen = all.storages.find((one) => one.storage === storage && one.node === node);
    return { node, sight: seen?.status === 'available' ? 'active' : 'inactive' };
  });
}

/** The volumes of a guest's config: `local-zfs:vm-101-disk-0` gives `local-zfs`, by name of the disk. ISO images and empty drives are none. */
export function storageOfVolume(value: string): string | undefined {
  const first = value.split(',')[0] ?? '';
  return /,media=cdrom/.test(value) ? undefined : /^([A-Za-z][A-Za-z0-9._-]*):/.exec(first.replace(/^(file|volume)=/, ''))?.[1];
}

/** Changes a storage's settings; refused by the API when the file was changed since `digest`. */
export function changeStorage(
  { storage, digest }: Storage,
  params: { readonly [name: string]: string | number },
  seen: { readonly [field: string]: string | null },
): Pick<ApiStep, 'kind' | 'method' | 'path' | 'params' | 'still' | 'proof'> {
  const path = apiPath`/storage/${storage}`;
  return {
    kind: 'api',
    method: 'PUT',
    path,
    params: { ...params, ...(digest === undefined ? {} : { digest }) },
    still: [{ path, fields: ['digest'] }],
    proof: { path, has: seen },
  };
}
