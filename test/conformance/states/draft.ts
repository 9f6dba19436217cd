import type { BackupSpec, ClusterSpec, GuestSpec, NodeSpec, StorageSpec, TaskSpec, TokenSpec } from '../../../src/lab/proxmox/spec.ts';
import type { Exchange } from '../exchange.ts';
import { type Fields, isRecord } from '../record.ts';

type Open<T> = { -readonly [K in keyof T]: T[K] };
export type GuestDraft = Open<Omit<GuestSpec, 'config' | 'pending' | 'snapshots'>> & {
  config: { [field: string]: string | number };
  pending: { [field: string]: string | number };
  snapshots: { name: string; at: number; description?: string; parent?: string; vmstate?: boolean; state?: 'prepare' | 'delete' }[];
};
/** A call that is made before the exchange, by root, so that the cluster comes into its state. */
export interface Prelude {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

/** The state of a practice cluster while it is being found out. */
export interface Draft {
  name: string | undefined;
  version: string | undefined;
  quorate: boolean | undefined;
  /** The node that is asked. */
  home: string;
  readonly nodes: Map<string, Open<NodeSpec>>;
  readonly guests: Map<number, GuestDraft>;
  readonly storages: Map<string, Open<StorageSpec>>;
  readonly tokens: Map<string, Open<TokenSpec>>;
  readonly passwords: { [user: string]: string };
  readonly tasks: Map<string, TaskSpec>;
  readonly backups: Map<string, BackupSpec>;
  readonly volumes: { volid: string; content: string; format: string; size: number; node?: string }[];
  readonly jobs: Fields[];
  readonly ha: { [sid: string]: { state: string; crm?: string } };
  readonly preludes: Prelude[];
  /** Entries of configuration lists, by path and name. */
  readonly kept: { [path: string]: { [name: string]: Fields } };
  /** What another node's proxy answers instead: status and reason. */
  proxied: { status: number; reason: string } | undefined;
  /** The config whose digest has to be sent. */
  digestOf: string | undefined;
}

export function emptyDraft(home: string): Draft {
  return {
    ...{ name: undefined, version: undefined, quorate: undefined, home, nodes: new Map(), guests: new Map(), storages: new Map(), tokens: new Map() },
    ...{ passwords: {}, tasks: new Map(), backups: new Map(), volumes: [], jobs: [], ha: {}, preludes: [], kept: {}, proxied: undefined, digestOf: undefined },
  };
}

/** What a rule may look at: the exchange, and its answer in a handier form. */
export interface Scene {
  readonly exchange: Exchange;
  /** The status that is meant: that of the body for `extjs`. */
  readonly status: number;
  readonly good: boolean;
  readonly data: unknown;
  /** Reason, message and errors: all words of the answer. */
  readonly said: string;
  readonly params: Readonly<Record<string, string>>;
}

export function sceneOf(exchange: Exchange): Scene {
  const body = isRecord(exchange.answer.body) ? exchange.answer.body : {};
  const status = exchange.format === 'extjs' && body.success === 0 ? Number(body.status) : exchange.answer.status;
  const errors = isRecord(body.errors) ? Object.entries(body.errors).map(([name, text]) => `${name}: ${String(text)}`) : [];
  const said = [exchange.answer.reason ?? '', String(body.message ?? ''), ...errors].join('\n');
  return { exchange, status, good: status >= 200 && status < 300, data: body.data, said, params: exchange.params };
}

/** One line of the table: it applies to a path (and methods), or to words of the answer. */
export interface Rule {
  readonly path?: string;
  readonly methods?: readonly string[];
  readonly says?: RegExp;
  /** `at`: the values of the path's places; `words`: what the pattern caught. */
  readonly means: (draft: Draft, scene: Scene, at: Readonly<Record<string, string>>, words: readonly string[]) => unknown;
}

/** The values of a template's places in a path; a last `**` stands for any rest. Undefined: it does not fit. */
export function places(template: string, path: string): Record<string, string> | undefined {
  const names: string[] = [];
  const pattern = template
    .split('/')
    .map((part) => {
      if (part === '**') return '.*';
      const [, name, choice] = /^\{(\w+)(?::(.*))?\}$/.exec(part) ?? [];
      if (name === undefined) return part;
      names.push(name);
      return choice === '*' ? '(.+)' : `(${choice ?? '[^/]+'})`;
    })
    .join('/')
    .replace(/\/\.\*$/, '(?:/.*)?');
  const found = new RegExp(`^${pattern}/?$`).exec(path);
  return found === null ? undefined : Object.fromEntries(names.map((name, i) => [name, found[i + 1] ?? '']));
}

/** The specification it comes to. */
export function specOf(draft: Draft): ClusterSpec {
  const name = draft.name ?? (draft.nodes.size > 1 ? 'labcluster' : undefined);
  const guests: GuestSpec[] = [...draft.guests.values()].map(({ pending, ...guest }) => ({
    ...guest,
    ...(Object.keys(pending).length > 0 ? { pending } : {}),
  }));
  return {
    ...(name === undefined ? {} : { name }),
    ...(draft.version === undefined ? {} : { version: draft.version }),
    ...(draft.quorate === undefined ? {} : { quorate: draft.quorate }),
    ...{
      nodes: [...draft.nodes.values()],
      storages: [...draft.storages.values()].map((one) => withVolumes(one, draft)),
      guests,
      tokens: [...draft.tokens.values()],
    },
    ...{ passwords: draft.passwords, tasks: [...draft.tasks.values()], backups: [...draft.backups.values()], jobs: draft.jobs, ha: draft.ha, kept: draft.kept },
  };
}

function withVolumes(storage: StorageSpec, { volumes }: Draft): StorageSpec {
  const own = volumes.filter(({ volid }) => volid.startsWith(`${storage.storage}:`));
  const files = own.map(({ volid, size, node }) => ({ name: volid.slice(storage.storage.length + 1), size, ...(node === undefined ? {} : { node }) }));
  return files.length > 0 ? { ...storage, volumes: files } : storage;
}
