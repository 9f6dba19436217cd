import { answer, type Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { assess } from '../../core/risk.ts';
import type { Plan } from '../../core/types.ts';
import { quoted, type Said, say } from '../../core/words.ts';
import { atMost } from '../at-most.ts';
import { named } from './cluster-guests.ts';
import { haStatus } from './cluster-ha.ts';
import { quorumAt } from './cluster-view.ts';
import { lrmWord } from './lrm-word.ts';
import { withoutIt } from './node-leaving.ts';
import { findNode } from './nodes.ts';
import { resources } from './resources.ts';

/**
 * Has HA move its guests off a node, or lets them come back: `ha-manager crm-command node-maintenance`, which only root may do, on any node's shell.
 * Guests HA does not look after stay where they are. Refused without a shell, or without quorum.
 */
export async function maintenancePlan(look: Look, typed: string, on: boolean): Promise<Plan> {
  const { host, node } = findNode(look, typed);
  const about = [named(host, node)];
  const [{ status, quorum }, ha, all] = await Promise.all([quorumAt(look, host), look.read(host, haStatus()), look.read(host, resources())]);
  if (!status.quorate)
    throw new Refusal(
      say({ en: 'cluster {host} has no quorum: it takes no changes', zh: '集群 {host} 没有法定票数：不接受任何更改' }, { host: host.name }),
      say({ en: '`cluster quorum` shows what is missing', zh: '可用 `cluster quorum` 查看缺少什么' }),
      about,
    );
  const online = status.nodes.filter((one) => one.online).map(({ name }) => name);
  if (on && !online.includes(node))
    throw new Refusal(
      say({ en: 'node {node} is offline: nothing can be moved off it', zh: '节点 {node} 已离线：无法从中迁走任何客户机' }, { node }),
      say({ en: '`cluster ha` shows what HA makes of that', zh: '可用 `cluster ha` 查看 HA 如何处理' }),
      about,
    );
  const shell = shellOf(look, host.nodes ?? [], online, node);
  if (!shell)
    throw new Refusal(
      say({ en: 'no node of {host} that is on has a shell', zh: '{host} 没有在线且可用 shell 的节点' }, { host: host.name }),
      say({ en: 'name one with `host:` at the node in the configuration', zh: '请在配置的节点下用 `host:` 指定' }),
      about,
    );
  const now = ha.lrms.find((one) => one.node === node)?.status ?? '';
  if (on && /maintenance/.test(now)) return answer(say({ en: '{node} is in maintenance already', zh: '{node} 已处于维护模式' }, { node }), [], { about });
  const mine = all.guests.filter((guest) => guest.node === node && guest.status === 'running');
  const managed = mine.filter((guest) => ha.services.some(({ sid }) => sid.endsWith(`:${guest.vmid}`)));
  const staying = mine.filter((guest) => !managed.includes(guest));
  const at = look.now();
  const others = online.filter((name) => name !== node && !ha.lrms.some((lrm) => lrm.node === name && /maintenance/.test(lrm.status)));
  const assessed = assess(
    'medium',
    {
      ...{ host: host.name, node, wholeHost: true, carries: mine.flatMap(({ name, vmid }) => [name, String(vmid)]) },
      ...(on ? await withoutIt(look, host, { node, all, quorum, moved: managed, others }) : {}),
    },
    look.self,
    at,
  );
  return {
    summary: on
      ? say({ en: 'put node {node} of {host} into maintenance', zh: '将 {host} 的节点 {node} 置于维护模式' }, { node, host: host.name })
      : say({ en: 'take node {node} of {host} out of maintenance', zh: '将 {host} 的节点 {node} 移出维护模式' }, { node, host: host.name }),
    steps: [
      {
        kind: 'exec',
        on: { site: shell.site, host: shell.name, name: node },
        why: on ? say({ en: 'enter maintenance', zh: '进入维护模式' }) : say({ en: 'leave maintenance', zh: '离开维护模式' }),
        argv: ['ha-manager', 'crm-command', 'node-maintenance', on ? 'enable' : 'disable', node],
        timeoutMs: 60_000,
      },
    ],
    facts: [
      ...assessed.facts,
      { what: say({ en: 'now', zh: '当前' }), value: quoted(lrmWord(now) || '-'), at, holds: `maintenance ${host.name} ${node} ${!on}` },
      {
        what: on ? say({ en: 'HA moves', zh: 'HA 将迁移' }) : say({ en: 'HA may move back', zh: 'HA 可能迁回' }),
        value: on ? names(managed) : say({ en: 'what it moved away', zh: '之前迁走的' }),
        at,
        holds: `moves ${managed.map(({ vmid }) => vmid).join(' ')}`,
      },
      ...(on ? [{ what: say({ en: 'stay (not under HA)', zh: '留下（不受 HA 管理）' }), value: names(staying), at }] : []),
      {
        what: say({ en: 'nodes that may fail now', zh: '目前可故障的节点数' }),
        value: String(Math.max(0, quorum.spare)),
        at,
      },
    ],
    locks: [{ name: `${host.site}/${host.name}/${node}` }],
    risk: assessed.risk,
    undo: { command: on ? 'node maintenance off' : 'node maintenance on', input: { node: `${host.name}/${node}` } },
    about,
    touches: [host.name],
  };
}

/** A host of the configuration that is a node which is on: another than the one it is about where there is one. */
function shellOf(look: Look, nodes: readonly { readonly name: string; readonly shell?: string }[], online: readonly string[], but: string) {
  const able = nodes.filter(({ name, shell }) => shell !== undefined && online.includes(name));
  const shell = (able.find(({ name }) => name !== but) ?? able[0])?.shell;
  return shell === undefined ? undefined : look.find(shell);
}

function names(guests: readonly { readonly name: string; readonly vmid: number }[]): Said {
  return atMost(guests.map(({ name, vmid }) => `${name} (${vmid})`));
}
