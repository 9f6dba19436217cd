import type { Params } from './types.ts';

/** The task a call is expected to begin: any of these types, about what this says. */
export interface ExpectedTask {
  readonly types: readonly string[];
  isId(id: string): boolean;
}

type Make = (match: Readonly<Record<string, string>>, params: Params) => ExpectedTask | undefined;

const exactly = (types: string | readonly string[], id: string): ExpectedTask => ({ types: [types].flat(), isId: (other) => other === id });
const about = (types: string | readonly string[]) => (match: Readonly<Record<string, string>>) => exactly(types, match.id ?? '');

/** What a guest's actions are called as tasks, after `qm` and `vz`; a guest of HA has the action queued. */
const STATES: Readonly<Record<string, string>> = { start: 'hastart', stop: 'hastop', shutdown: 'hastop', reboot: '', reset: '', suspend: '', resume: '' };
/** Suspended in memory, a virtual machine is paused as a task of another name. */
const PAUSED = 'qmpause';
const guest: Make = ({ kind, id = '', act = '' }) => {
  const ha = Object.hasOwn(STATES, act) ? STATES[act] : undefined;
  if (ha === undefined) return undefined;
  return exactly([`${prefix(kind)}${act}`, ...(act === 'suspend' && kind === 'qemu' ? [PAUSED] : []), ...(ha === '' ? [] : [ha])], id);
};
const prefix = (kind: string | undefined) => (kind === 'lxc' ? 'vz' : 'qm');
const own =
  (qemu: string, lxc: string): Make =>
  ({ kind, id = '' }) => {
    const type = kind === 'lxc' ? lxc : qemu;
    return type === '' ? undefined : exactly(type, id);
  };

const GUEST = '/nodes/(?<node>[^/]+)/(?<kind>qemu|lxc)/(?<id>\\d+)';
const NODE = '/nodes/(?<node>[^/]+)';
const STORE = '/admin/datastore/(?<id>[^/]+)';

/** Method, path and what they begin. Paths are percent-decoded segment by segment; names of tasks as Proxmox VE and PBS give them. */
const TABLE: readonly (readonly [method: string, path: RegExp, make: Make])[] = (
  [
    ['POST', `${GUEST}/status/(?<act>[a-z]+)`, guest],
    ['POST', `${GUEST}/migrate`, ({ kind, id = '' }) => exactly([kind === 'lxc' ? 'vzmigrate' : 'qmigrate', 'hamigrate'], id)],
    ['POST', `${GUEST}/snapshot`, own('qmsnapshot', 'vzsnapshot')],
    ['DELETE', `${GUEST}/snapshot/[^/]+`, own('qmdelsnapshot', 'vzdelsnapshot')],
    ['POST', `${GUEST}/snapshot/[^/]+/rollback`, own('qmrollback', 'vzrollback')],
    ['POST', `${GUEST}/clone`, own('qmclone', 'vzclone')],
    ['POST', `${GUEST}/config`, own('qmconfig', '')],
    ['PUT', `${GUEST}/resize`, own('resize', 'resize')],
    ['POST', `${GUEST}/move_(?:disk|volume)`, own('qmmove', 'move_volume')],
    ['POST', `${GUEST}/template`, own('qmtemplate', '')],
    ['DELETE', GUEST, own('qmdestroy', 'vzdestroy')],
    ['POST', `${NODE}/qemu`, (_, params) => exactly('archive' in params ? 'qmrestore' : 'qmcreate', String(params.vmid ?? ''))],
    ['POST', `${NODE}/lxc`, (_, params) => exactly('restore' in params ? ['vzrestore', 'vzcreate'] : 'vzcreate', String(params.vmid ?? ''))],
    ['POST', `${NODE}/vzdump`, (_, params) => exactly('vzdump', vmids(params.vmid))],
    ['DELETE', `${NODE}/storage/(?<store>[^/]+)/content/(?<id>[^/]+)`, volume],
    ['DELETE', `${NODE}/storage/(?<store>[^/]+)/prunebackups`, pruned],
    ['PUT', `${NODE}/network`, () => exactly('srvreload', 'networking')],
    ['POST', `${NODE}/(?<act>startall|stopall|suspendall|migrateall)`, ({ act = '' }) => exactly(act, '')],
    ['POST', `${NODE}/services/(?<id>[^/]+)/(?<act>start|stop|restart|reload)`, ({ id = '', act }) => exactly(`srv${act}`, id)],
    ['POST', `${NODE}/apt/update`, () => exactly('aptupdate', '')],
    ['POST', `${STORE}/gc`, about('garbage_collection')],
    ['POST', `${STORE}/verify`, ofStore(['verify', 'verify_group', 'verify_snapshot'])],
    ['POST', `${STORE}/prune(?:-datastore)?`, ofStore(['prune'])],
    ['POST', '/admin/(?<act>verify|sync|prune)/(?<id>[^/]+)/run', job],
  ] satisfies readonly (readonly [string, string, Make])[]
).map(([method, path, make]) => [method, new RegExp(`^${path}$`), make] as const);

/** The task that a call begins; undefined where it is not known, or none is begun. */
export function expectedTask(method: string, path: string, params: Params): ExpectedTask | undefined {
  for (const [verb, pattern, make] of TABLE) {
    const match = verb === method ? pattern.exec(path) : null;
    if (match) return make(Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, value]) => [name, decoded(value)])), params);
  }
  return undefined;
}

/** The node whose tasks a call's are: as the path says. */
export function taskNode(path: string): string | undefined {
  const node = /^\/nodes\/([^/]+)/.exec(path)?.[1];
  if (node !== undefined) return decoded(node);
  return /^\/(admin|config|pull|push)\//.test(path) ? 'localhost' : undefined;
}

/** A backup of one guest is about that guest, one of several about none. */
function vmids(value: Params[string] | undefined): string {
  const ids = String(value ?? '')
    .split(/[,; ]+/)
    .filter((id) => id !== '');
  return ids.length === 1 ? (ids[0] ?? '') : '';
}

/** `101@local`: whose volume it is, where its name tells that, and where it lies. */
function volume({ store = '', id = '' }: Readonly<Record<string, string>>): ExpectedTask {
  const vmid = /(?:^|[:/-])(?:vm|ct|subvol|base|basevol|vzdump-qemu|vzdump-lxc)[-/](\d+)(?=[-/.])/.exec(id)?.[1];
  return { types: ['imgdel'], isId: (other) => (vmid === undefined ? other === store || other.endsWith(`@${store}`) : other === `${vmid}@${store}`) };
}

/** `store`, or more after it: a namespace, a group, a snapshot. */
function ofStore(types: readonly string[]): Make {
  return ({ id = '' }) => ({ types, isId: (other) => other === id || other.startsWith(`${id}:`) });
}

/** Backups of one guest, or of all, in a storage: `101@local`, `local`. */
function pruned({ store = '' }: Readonly<Record<string, string>>, { vmid }: Params): ExpectedTask {
  return exactly('prunebackups', vmid === undefined ? store : `${vmid}@${store}`);
}

const JOBS: Readonly<Record<string, string>> = { verify: 'verificationjob', sync: 'syncjob', prune: 'prunejob' };

/** `store:job`, and more colons with remotes and namespaces. */
function job({ id = '', act = '' }: Readonly<Record<string, string>>): ExpectedTask {
  return { types: [JOBS[act] ?? act], isId: (other) => other === id || other.split(':').includes(id) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
