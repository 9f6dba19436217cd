import { apiPath } from '../../core/call.ts';
import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { ApiStep, Fact } from '../../core/types.ts';
import { list, quoted, type Said, say } from '../../core/words.ts';
import { bytes } from '../units.ts';
import { ago } from './archive-words.ts';
import { type Archive, archivesOf } from './archives.ts';
import { chooseStorage, type Mode } from './backup.ts';
import { aboutIt, type InCluster, isOnline, targetIn } from './cluster-guests.ts';
import { came, type Task } from './task-list.ts';

/** A day: what one guest's backup may take, in milliseconds. */
const DAY = 86_400_000;

/** How a guest is to be backed up. `keep`: what is kept of its backups there afterwards; without it, all. */
export interface Wanted {
  readonly storage: string | undefined;
  readonly mode: Mode;
  readonly protect: boolean;
  readonly notes: string | undefined;
  readonly keep: string | undefined;
}

/** Throws Refusal for a guest that cannot be backed up now. */
export function mustBeFree(one: InCluster, tasks: readonly Task[]): void {
  const { host, guest } = one;
  const name = guest.name;
  const about = [aboutIt(one)];
  if (!isOnline(one))
    throw new Refusal(
      say({ en: '{name} is on node {node}, which is not online', zh: '{name} 所在节点 {node} 不在线' }, { name, node: guest.node }),
      say({ en: '`cluster status` shows which nodes are on', zh: '可用 `cluster status` 查看哪些节点在线' }),
      about,
    );
  const running = tasks.find((task) => task.type === 'vzdump' && task.id === String(guest.vmid) && came(task) === 'running');
  if (running)
    throw new Refusal(
      say({ en: '{name} is being backed up already', zh: '{name} 正在备份' }, { name }),
      say({ en: '`task log {upid}` shows how far it is', zh: '可用 `task log {upid}` 查看进度' }, { upid: running.upid }),
      about,
    );
  if (guest.lock !== undefined)
    throw new Refusal(
      say({ en: '{name} is locked ({lock})', zh: '{name} 已被锁定（{lock}）' }, { name, lock: guest.lock }),
      say(
        { en: 'wait for what holds it; `task list {host} --running` shows what runs', zh: '请等待持有者结束；可用 `task list {host} --running` 查看' },
        { host: host.name },
      ),
      about,
    );
}

/** One guest's backup: the call, what is known of it, and what could not be seen. Throws Refusal when there is no obvious storage. */
export async function runOne(
  look: Look,
  one: InCluster,
  wanted: Wanted,
  tasks: readonly Task[],
): Promise<{ step: ApiStep; fact: Fact; notes: readonly Said[] }> {
  const { host, guest, all } = one;
  const { storage, type } = chooseStorage(one, wanted.storage);
  const { found, notes } = await archivesOf(look, host, all, { storage, vmids: [guest.vmid] });
  const step: ApiStep = {
    kind: 'api',
    on: targetIn(host, guest),
    why:
      wanted.keep === undefined
        ? say({ en: 'back up to {storage}', zh: '备份到 {storage}' }, { storage })
        : say({ en: 'back up to {storage}, then keep only {keep}', zh: '备份到 {storage}，之后仅保留 {keep}' }, { storage, keep: wanted.keep }),
    method: 'POST',
    path: apiPath`/nodes/${guest.node}/vzdump`,
    params: {
      vmid: guest.vmid,
      storage,
      mode: wanted.mode,
      ...(wanted.keep === undefined ? { remove: 0 } : { remove: 1, 'prune-backups': wanted.keep }),
      ...(type === 'pbs' ? {} : { compress: 'zstd' }),
      ...(wanted.protect ? { protected: 1 } : {}),
      'notes-template': wanted.notes === undefined ? '{{guestname}}' : wanted.notes.replaceAll('\\', '\\\\'),
    },
    timeoutMs: DAY,
  };
  const fact: Fact = {
    what: quoted(guest.name),
    value: list([...last(found, guest.disk, look.now()), ...downtime(guest, wanted.mode), ...waiting(guest.node, tasks)]),
    at: look.now(),
    holds: `guest ${host.name} ${guest.vmid} ${guest.name} ${guest.node} ${guest.status === 'running' ? 'running' : 'stopped'}`,
  };
  return { step, fact, notes };
}

function last([newest]: readonly Archive[], disk: number, now: number): Said[] {
  return newest
    ? [
        say({ en: 'last backup there {ago}', zh: '该处上次备份：{ago}' }, { ago: ago(newest.at, now) }),
        say({ en: 'about {size}', zh: '约 {size}' }, { size: bytes(newest.size) }),
      ]
    : [say({ en: 'never backed up there', zh: '该处从未备份' }), say({ en: 'at most {size}', zh: '最多 {size}' }, { size: bytes(disk) })];
}

/** What a backup in this mode means for a guest that runs. */
function downtime({ type, status }: InCluster['guest'], mode: Mode): Said[] {
  if (status !== 'running') return [say({ en: 'stopped, no downtime', zh: '已停止，无停机' })];
  if (mode === 'stop')
    return [
      type === 'lxc'
        ? say({ en: 'DOWN for the whole backup', zh: '备份期间全程停机' })
        : say({ en: 'shut down, started again once the copy begins', zh: '先关机，开始复制后再启动' }),
    ];
  if (mode === 'suspend')
    return [type === 'lxc' ? say({ en: 'suspended for the second copy', zh: '第二次复制期间挂起' }) : say({ en: 'suspended for a moment', zh: '短暂挂起' })];
  return [say({ en: 'no downtime', zh: '无停机' })];
}

/** Only one backup runs on a node at a time: others wait. */
function waiting(node: string, tasks: readonly Task[]): Said[] {
  return tasks.some((task) => task.type === 'vzdump' && task.node === node && came(task) === 'running')
    ? [say({ en: 'waits for the backup that runs on {node}', zh: '等待 {node} 上正在运行的备份' }, { node })]
    : [];
}
