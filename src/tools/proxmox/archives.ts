import { apiPath } from '../../core/call.ts';
import type { Host, Look } from '../../core/command.ts';
import { HostError } from '../../core/errors.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import { flag, number, type Row, row, rows, text } from './fields.ts';
import type { Resources } from './resources.ts';

/** A backup on a storage. `at` in seconds since the epoch, size in bytes; `on`: a node that sees it. */
export interface Archive {
  readonly volid: string;
  readonly storage: string;
  readonly on: string;
  /** Other nodes do not see it: the storage is not shared. */
  readonly local: boolean;
  readonly vmid: number | undefined;
  readonly type: 'qemu' | 'lxc' | undefined;
  readonly at: number;
  readonly size: number;
  readonly protected: boolean;
  /** What a backup server found when it verified it; undefined: never, or not on a backup server. */
  readonly verified: 'ok' | 'failed' | undefined;
  readonly notes: string;
  readonly encrypted: boolean;
}

/** A storage that holds backups, and one node to ask for them. */
export interface Shelf {
  readonly storage: string;
  readonly type: string;
  readonly shared: boolean;
  readonly node: string;
  /** Whether the node sees it. */
  readonly active: boolean;
}

/** Where to ask for backups: a shared storage at one node that sees it, any other at each. Storages of nodes that are off are left out. */
export function shelves({ storages, nodes }: Resources): Shelf[] {
  const online = new Set(nodes.filter(({ status }) => status === 'online').map(({ node }) => node));
  const holding = storages.filter(({ content, node }) => content.includes('backup') && online.has(node));
  const all = holding.map(({ storage, type, shared, node, status }): Shelf => ({ storage, type, shared, node, active: status === 'available' }));
  return [...Map.groupBy(all, ({ storage, shared, node }) => (shared ? storage : `${storage} ${node}`)).values()].flatMap((same) => {
    const one = same.find(({ active }) => active) ?? same[0];
    return one ? [one] : [];
  });
}

/** Backups of one storage: `GET /nodes/{node}/storage/{storage}/content`. */
export function archives(shelf: Shelf, vmid?: number): ApiRead<Archive[]> {
  return readApi({
    path: apiPath`/nodes/${shelf.node}/storage/${shelf.storage}/content`,
    params: { content: 'backup', ...(vmid === undefined ? {} : { vmid }) },
    parse: ({ data }) => rows(data).flatMap((one) => parseArchive(one, shelf)),
  });
}

export function parseArchive(from: Row, { storage, node, shared }: Pick<Shelf, 'storage' | 'node' | 'shared'>): Archive[] {
  const volid = text(from, 'volid');
  if (volid === undefined) return [];
  const state = text(row(from.verification), 'state');
  const named = /(?:vzdump-(qemu|lxc)-(\d+)-|\/(vm|ct)\/(\d+)\/)/.exec(volid);
  const kind = text(from, 'subtype') ?? named?.[1] ?? named?.[3];
  const encrypted = text(from, 'encrypted');
  return [
    {
      volid,
      storage,
      on: node,
      local: !shared,
      vmid: number(from, 'vmid') ?? (named ? Number(named[2] ?? named[4]) : undefined),
      type: kind === 'qemu' || kind === 'vm' ? 'qemu' : kind === 'lxc' || kind === 'ct' ? 'lxc' : undefined,
      at: number(from, 'ctime') ?? 0,
      size: number(from, 'size') ?? number(from, 'approximate-size') ?? 0,
      protected: flag(from, 'protected'),
      verified: state === 'ok' || state === 'failed' ? state : undefined,
      notes: text(from, 'notes') ?? '',
      encrypted: encrypted !== undefined && encrypted !== '' && encrypted !== '0',
    },
  ];
}

/** Every backup of a cluster, newest first; with a note for each storage that could not be asked. `vmids`: of these guests alone. */
export async function archivesOf(
  look: Look,
  host: Host,
  all: Resources,
  { storage, vmids }: { readonly storage?: string | undefined; readonly vmids?: readonly number[] } = {},
): Promise<{ found: Archive[]; notes: Said[] }> {
  const notes: Said[] = [];
  const one = vmids?.length === 1 ? vmids[0] : undefined;
  const found = await Promise.all(
    shelves(all)
      .filter((shelf) => storage === undefined || shelf.storage === storage)
      .map(async (shelf) => {
        try {
          return await look.read(host, archives(shelf, one));
        } catch (error) {
          if (!(error instanceof HostError)) throw error;
          notes.push(
            say(
              { en: '{host}: backups on {storage} ({node}) are missing: {trouble}', zh: '{host}：缺少 {storage}（{node}）上的备份：{trouble}' },
              { host: host.name, storage: shelf.storage, node: shelf.node, trouble: error.said },
            ),
          );
          return [];
        }
      }),
  );
  const wanted = found.flat().filter(({ vmid }) => vmids === undefined || (vmid !== undefined && vmids.includes(vmid)));
  return { found: wanted.sort((a, b) => b.at - a.at || (a.volid < b.volid ? -1 : 1)), notes };
}

/** The config inside of an archive, a line each `name: value`: `GET /nodes/{node}/vzdump/extractconfig`. The lines of snapshots are left out. */
export function archivedConfig(archive: Archive): ApiRead<ReadonlyMap<string, string>> {
  return readApi({
    path: apiPath`/nodes/${archive.on}/vzdump/extractconfig`,
    params: { volume: archive.volid },
    parse: ({ data }) => parseConfig(typeof data === 'string' ? data : ''),
  });
}

/** A guest's config file, without its snapshots (`[name]` sections) and comments. */
export function parseConfig(config: string): Map<string, string> {
  const lines = config.split('\n');
  const end = lines.findIndex((line) => line.startsWith('['));
  return new Map(
    (end < 0 ? lines : lines.slice(0, end)).flatMap((line) => {
      const [, name, value] = /^([a-z][a-z_0-9]*):\s*(.*)$/.exec(line) ?? [];
      return name !== undefined && value !== undefined ? [[name, value.trim()] as const] : [];
    }),
  );
}
