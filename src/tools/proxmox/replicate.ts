import { apiPath } from '../../core/call.ts';
import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Fact, Plan, Step } from '../../core/types.ts';
import { list, quoted, type Said, say } from '../../core/words.ts';
import { called, placeOf } from '../guests/naming.ts';
import { guestOf } from '../guests/proxmox.ts';
import { ago, NEVER } from './archive-words.ts';
import { aboutIt, clusters, isOnline, oneGuest, targetIn } from './cluster-guests.ts';
import { type Replication, replicationState, replications } from './cluster-replication.ts';
import { orElse } from './cluster-view.ts';
import { baseFacts, type Known, know, mustBeFree, weigh } from './guest.ts';

/** How long other replications of the node may come first, and how long one may take; milliseconds. */
const QUEUE = 3_600_000;
const TAKES = 12 * 3_600_000;

/**
 * Has a guest's replications done now, whatever their schedule: `POST /nodes/{node}/replication/{id}/schedule_now`. The node's scheduler begins
 * within a minute, and its own record of the job says how it came out. Throws Refusal when there is none that can be.
 */
export async function replicatePlan(look: Look, typed: string): Promise<Plan> {
  const seen = await clusters(look);
  const one = oneGuest(seen, typed);
  const { host, all } = one;
  const about = [aboutIt(one)];
  const name = one.guest.name;
  if (!isOnline(one))
    throw new Refusal(
      say({ en: '{name} is on node {node}, which is not online', zh: '{name} 所在节点 {node} 不在线' }, { name, node: one.guest.node }),
      say({ en: '`cluster status` shows which nodes are on', zh: '可用 `cluster status` 查看哪些节点在线' }),
      about,
    );
  const [known, jobs] = await Promise.all([know(look, guestOf(host, one.guest, all)), look.read(host, replications())]);
  const { guest } = known;
  const mine = jobs.filter((job) => job.guest === guest.vmid);
  if (mine.length === 0)
    throw new Refusal(
      say({ en: '{name} has no replication', zh: '{name} 没有复制任务' }, { name }),
      say({ en: '`cluster replication` lists what there is', zh: '可用 `cluster replication` 查看现有任务' }),
      about,
    );
  const off = (job: Replication) => !all.nodes.some(({ node, status }) => node === job.target && status === 'online');
  const left = mine.flatMap((job) => leftOut(job, off(job)));
  const todo = mine.filter((job) => !job.disabled && !off(job));
  if (todo.length === 0)
    throw new Refusal(
      say({ en: 'no replication of {name} can be done now: {left}', zh: '{name} 目前没有可执行的复制任务：{left}' }, { name, left: list(left) }),
      undefined,
      about,
    );
  mustBeFree(known);
  const states = await orElse(look.read(host, replicationState(guest.node)), new Map());
  const at = look.now();
  const { risk, facts } = weigh(look, known, 'low');
  const to = list(todo.map(({ target }) => target));
  return {
    summary: say(
      { en: 'replicate {guest} from {place} to {to} now', zh: '立即将 {place} 上的 {guest} 复制到 {to}' },
      { guest: called(guest), place: placeOf(guest), to },
    ),
    steps: todo.flatMap((job) => stepsOf(known, job)),
    facts: [...baseFacts(known, at), ...facts, ...todo.map((job) => jobFact(host.name, job, states.get(job.id), at))],
    locks: [{ name: guest.lockName }],
    risk,
    undo: { impossible: say({ en: 'a copy is not made older again', zh: '副本无法恢复为旧版本' }) },
    about,
    listed: seen.listed,
    notes: [...seen.notes, ...left],
  };
}

/** The call, and what is seen of it: that it began, that it ended, and that it did not fail. No time is compared: the next one by schedule would change the plan. */
function stepsOf({ guest }: Known, { id, target }: Replication): Step[] {
  const on = targetIn(guest.host, guest);
  const path = (last: string) => [apiPath`/nodes/${guest.node}/replication/${id}`, last].join('/');
  const seen = (pick: string, until: { readonly is: string } | { readonly isNot: string }, why: Said, timeoutMs: number): Step => {
    return { kind: 'wait', on, why, read: { path: path('status'), pick }, until, everyMs: 2000, timeoutMs };
  };
  return [
    {
      ...{ kind: 'api', on, method: 'POST', path: path('schedule_now'), params: {}, timeoutMs: 60_000 },
      // Asked twice, it is done once more at most.
      proof: 'again',
      why: say({ en: 'replicate to {target} now', zh: '立即复制到 {target}' }, { target }),
    },
    seen('data.last_try', { isNot: '0' }, say({ en: 'until it begins', zh: '等待开始' }), QUEUE),
    seen('data.pid', { is: '' }, say({ en: 'until it ends', zh: '等待结束' }), TAKES),
    seen('data.fail_count', { is: '0' }, say({ en: 'that it came to {target}', zh: '确认已复制到 {target}' }, { target }), 5000),
  ];
}

function leftOut({ id, target, disabled }: Replication, off: boolean): Said[] {
  if (disabled) return [say({ en: '{id} to {target} is disabled', zh: '{id}（到 {target}）已停用' }, { id, target })];
  return off ? [say({ en: '{id}: node {target} is not online', zh: '{id}：节点 {target} 不在线' }, { id, target })] : [];
}

function jobFact(
  cluster: string,
  { id, target, schedule }: Replication,
  state: { readonly last: number | undefined; readonly error: string | undefined } | undefined,
  at: number,
): Fact {
  const last = state?.last === undefined ? NEVER : ago(state.last, at);
  return {
    what: say({ en: 'replication {id}', zh: '复制任务 {id}' }, { id }),
    value: list([
      say({ en: 'to {target}', zh: '到 {target}' }, { target }),
      say({ en: 'else {schedule}', zh: '平时计划 {schedule}' }, { schedule }),
      say({ en: 'last {last}', zh: '上次 {last}' }, { last }),
      ...(state?.error === undefined ? [] : [say({ en: 'FAILED: {error}', zh: '失败：{error}' }, { error: quoted(state.error) })]),
    ]),
    at,
    holds: `replication ${cluster} ${id} ${target}`,
  };
}
