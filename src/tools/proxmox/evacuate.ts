import { answer, type Host, type Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Found, Plan } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import { disturbsGuest } from '../expects.ts';
import { called } from '../guests/naming.ts';
import { guestOf } from '../guests/proxmox.ts';
import { named } from './cluster-guests.ts';
import { type HaStatus, haStatus } from './cluster-ha.ts';
import { mustBeQuorate, orElse, quorumAt } from './cluster-view.ts';
import type { Room } from './evacuate-assign.ts';
import { movesOf } from './evacuate-moves.ts';
import { backOf, factsOf, riskOf } from './evacuate-words.ts';
import type { PveGuest } from './guest.ts';
import { nodeOf } from './guest-places.ts';
import { findNode } from './nodes.ts';
import { type Resources, resources } from './resources.ts';

/** Most guests that are moved by one plan. */
const MOST = 100;

/**
 * Moves every running guest of a node away, with `all` the stopped ones, too: one migration a guest, the largest first, each to the best node.
 * What cannot be moved is named. Throws Refusal when nothing can be, without quorum, or when the node is off.
 */
export async function evacuatePlan(
  look: Look,
  typed: string,
  { to, all: stoppedToo }: { readonly to: string | undefined; readonly all: boolean },
): Promise<Plan> {
  const { host, node } = findNode(look, typed);
  const about = [named(host, node)];
  await mustBeQuorate(look, [host]);
  const [{ quorum }, ha, all] = await Promise.all([quorumAt(look, host), orElse(look.read(host, haStatus()), undefined), look.read(host, resources())]);
  if (!all.nodes.some((one) => one.node === node && one.status === 'online'))
    throw new Refusal(
      say({ en: 'node {node} is offline: nothing can be moved off it', zh: '节点 {node} 已离线：无法从中迁走任何客户机' }, { node }),
      say({ en: '`cluster ha` shows what HA makes of that', zh: '可用 `cluster ha` 查看 HA 如何处理' }),
      about,
    );
  const guests = all.guests.filter((one) => one.node === node).map((one) => guestOf(host, one, all));
  const leaving = guests.filter(({ state }) => stoppedToo || state !== 'stopped');
  const [first] = leaving;
  if (!first)
    return answer(say({ en: 'nothing on {node} of {host} is to be moved', zh: '{host} 的 {node} 上没有需要迁走的客户机' }, { node, host: host.name }), [], {
      about,
    });
  if (leaving.length > MOST)
    throw new Refusal(
      say(
        { en: '{n} guests are on {node}: at most {most} are moved by one request', zh: '{node} 上有 {n} 台客户机：一次最多迁移 {most} 台' },
        { n: leaving.length, node, most: MOST },
      ),
      say({ en: 'move some by `vm migrate` first', zh: '请先用 `vm migrate` 迁走一部分' }),
      about,
    );
  const rooms = roomsOf(all, targets(host, node, first, all, ha, to, about));
  const found = await movesOf(look, leaving, rooms);
  const { moves, stay } = found;
  if (moves.length === 0)
    throw new Refusal(
      say(
        { en: 'no guest of {node} can be moved: {why}', zh: '{node} 上没有可以迁走的客户机：{why}' },
        { node, why: list(stay.map(({ guest, why }) => say({ en: '{name}: {why}', zh: '{name}：{why}' }, { name: called(guest), why }))) },
      ),
      undefined,
      about,
    );
  return {
    summary:
      stay.length > 0
        ? say(
            { en: 'move {n} of {all} guests off {node} of {host}', zh: '将 {host} 的 {node} 上 {all} 台客户机中的 {n} 台迁走' },
            { n: moves.length, all: leaving.length, node, host: host.name },
          )
        : say(
            { en: 'move all {n} guests off {node} of {host}', zh: '将 {host} 的 {node} 上全部 {n} 台客户机迁走' },
            { n: moves.length, node, host: host.name },
          ),
    steps: moves.flatMap(({ draft }) => draft.steps ?? []),
    facts: factsOf(found, node, rooms, quorum, look.now()),
    locks: moves.flatMap(({ guest, draft }) => [{ name: guest.lockName }, ...(draft.locks ?? [])]),
    risk: riskOf(found),
    undo: backOf(moves, node),
    about,
    touches: [host.name],
    expects: moves.flatMap(({ guest }) => disturbsGuest(host, guest)),
  };
}

/** The nodes that may take them: online, not in maintenance; or the one that was asked for. Throws Refusal. */
function targets(host: Host, node: string, one: PveGuest, all: Resources, ha: HaStatus | undefined, to: string | undefined, about: readonly Found[]): string[] {
  const resting = (name: string) => ha?.lrms.some((lrm) => lrm.node === name && /maintenance/.test(lrm.status)) ?? false;
  if (to !== undefined) {
    const target = nodeOf(one, to);
    if (target === node)
      throw new Refusal(
        say({ en: 'that is the node they are on', zh: '目标就是它们所在的节点' }),
        say({ en: 'name another node, or leave --to out', zh: '请指定其他节点，或去掉 --to' }),
        about,
      );
    if (resting(target))
      throw new Refusal(
        say({ en: 'node {target} is in maintenance', zh: '节点 {target} 处于维护模式' }, { target }),
        say({ en: '`node maintenance off {target}` first, or another node', zh: '请先执行 `node maintenance off {target}`，或指定其他节点' }, { target }),
        about,
      );
    return [target];
  }
  const others = all.nodes.filter((one) => one.node !== node && one.status === 'online' && !resting(one.node)).map((one) => one.node);
  if (others.length > 0) return others;
  throw new Refusal(
    say({ en: 'no other node of {host} is online and takes guests', zh: '{host} 没有其他在线且可接收客户机的节点' }, { host: host.name }),
    say({ en: '`cluster nodes` shows them', zh: '可用 `cluster nodes` 查看' }),
    about,
  );
}

function roomsOf({ nodes, guests }: Resources, names: readonly string[]): Room[] {
  return nodes
    .filter((one) => names.includes(one.node))
    .map(({ node, memory, memoryUsed }) => ({
      ...{ node, memory, used: memoryUsed },
      promised: guests.reduce((sum, guest) => sum + (guest.node === node && guest.status === 'running' ? guest.memory : 0), 0),
    }));
}
