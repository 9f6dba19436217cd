import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { list, type Said, say } from '../../core/words.ts';
import type { CloneOptions, Draft } from '../guests/guest.ts';
import { called, exactly, lineFor, placeOf } from '../guests/naming.ts';
import { bytes } from '../units.ts';
import { baseFacts, call, configFact, type Known, know, lockName, mustBeFree, type PveGuest, unless, weigh } from './guest.ts';
import { disksOf } from './guest-disks.ts';
import { freeId } from './guest-id.ts';
import { nodeOf, storageAt, storageOn } from './guest-places.ts';
import { feature } from './guest-reads.ts';
import { spaceFor } from './guest-room.ts';
import type { ResourceStorage } from './resources.ts';

/** Makes a guest from another: of a template a linked clone, unless a full one is asked for; of a guest always a full one. Throws Refusal. */
export async function clone(look: Look, seen: PveGuest, { name, id, full: asked, storage, to }: CloneOptions): Promise<Draft> {
  const full = asked || !seen.template;
  const node = to === undefined ? seen.node : nodeOf(seen, to);
  const [known, newId, able] = await Promise.all([
    know(look, seen),
    freeId(look, seen, id),
    unless(look.read(seen.host, feature(seen, full ? 'copy' : 'clone'))),
  ]);
  const { guest, state } = known;
  mustBeFree(known);
  if (storage !== undefined && !full)
    throw new Refusal(
      say({ en: 'a linked clone stays on the storage of {name}', zh: '链接克隆只能位于 {name} 的存储上' }, { name: exactly(guest) }),
      say({ en: 'with --full it is copied to {storage}', zh: '加 --full 可完整复制到 {storage}' }, { storage }),
    );
  if (guest.type === 'lxc' && state === 'running')
    throw new Refusal(
      say({ en: 'container {name} runs: only a stopped one can be cloned', zh: '容器 {name} 正在运行：只能克隆已停止的容器' }, { name: exactly(guest) }),
      say({ en: '`{line}` stops it', zh: '可用 `{line}` 停止' }, { line: lineFor('ct', 'shutdown', guest) }),
    );
  if (able && !able.has) throw cannot(guest, full);
  if (node !== guest.node) mustReach(known, node, able?.nodes ?? []);
  const on = storage === undefined ? undefined : storageAt(guest, storage, node, guest.type === 'lxc' ? 'rootdir' : 'images');
  const twin = guest.all.guests.find((other) => other.name === name);
  const at = look.now();
  const { risk, facts } = weigh(look, known, 'low', full ? spaceAt(known, node, on) : {});
  const params = {
    newid: newId,
    [guest.type === 'lxc' ? 'hostname' : 'name']: name,
    ...(full ? { full: 1 } : {}),
    ...(on === undefined ? {} : { storage: on.storage }),
    ...(node === guest.node ? {} : { target: node }),
  };
  const made = { host: guest.host, vmid: newId, name };
  return {
    summary: say(
      { en: 'clone {from} on {place} as {name} ({id})', zh: '将 {place} 上的 {from} 克隆为 {name}（{id}）' },
      { from: called(guest), place: placeOf(guest), name, id: newId },
    ),
    steps: [
      call(guest, {
        method: 'POST',
        path: ['clone'],
        params,
        why: say({ en: 'clone as {name} ({id})', zh: '克隆为 {name}（{id}）' }, { name, id: newId }),
        timeoutMs: 4 * 3_600_000,
      }),
    ],
    facts: [
      ...baseFacts(known, at),
      {
        what: say({ en: 'new guest', zh: '新客户机' }),
        value: say({ en: '{name} ({id}) on {node}', zh: '{node} 上的 {name}（{id}）' }, { name, id: newId, node }),
        at,
        holds: `free ${guest.host.name} ${newId}`,
      },
      { what: say({ en: 'kind', zh: '类型' }), value: kindOf(known, full), at },
      ...facts,
      ...(on === undefined
        ? []
        : [{ what: say({ en: 'free on {storage}', zh: '{storage} 可用空间' }, { storage: on.storage }), value: bytes(on.total - on.used), at }]),
      configFact(known, at),
    ],
    locks: [{ name: lockName({ host: guest.host, vmid: newId }, node) }],
    risk,
    undo: { command: `${guest.family} destroy`, input: { guest: exactly(made), confirm: name } },
    ...(twin
      ? {
          notes: [
            say(
              { en: 'there is another guest named {name}: {other}', zh: '已有另一台名为 {name} 的客户机：{other}' },
              { name, other: `${guest.host.name}/${twin.vmid}` },
            ),
          ],
        }
      : {}),
  };
}

/** Whether a storage lacks the space for a full copy. */
function spaceAt({ guest, config }: Known, node: string, on: ResourceStorage | undefined) {
  const disks = disksOf(guest.type, config.values).filter(({ storage, cdrom }) => storage !== undefined && !cdrom);
  const by = Map.groupBy(disks, ({ storage = '' }) => on?.storage ?? storage);
  for (const [storage, all] of by) {
    const lacks = spaceFor(
      storageOn(guest.all, storage, node),
      all.reduce((sum, { size = 0 }) => sum + size, 0),
    );
    if (lacks.noSpace) return lacks;
  }
  return {};
}

function kindOf({ guest, config }: Known, full: boolean): Said {
  const size = disksOf(guest.type, config.values).reduce((sum, disk) => sum + (disk.cdrom ? 0 : (disk.size ?? 0)), 0);
  return full
    ? say({ en: 'full: {size} are copied', zh: '完整克隆：复制 {size}' }, { size: bytes(size) })
    : say({ en: 'linked: stands on the disks of the template', zh: '链接克隆：依赖模板的磁盘' });
}

function cannot(guest: PveGuest, full: boolean): Refusal {
  return full
    ? new Refusal(say({ en: 'a storage of {name} cannot copy its disks', zh: '{name} 的存储无法复制其磁盘' }, { name: exactly(guest) }))
    : new Refusal(
        say({ en: 'a storage of {name} has no linked clones', zh: '{name} 的存储不支持链接克隆' }, { name: exactly(guest) }),
        say({ en: '--full copies it', zh: '可用 --full 完整克隆' }),
      );
}

/** Throws Refusal when another node does not see the disks that are cloned. */
function mustReach({ guest, config }: Known, node: string, nodes: readonly string[]): void {
  const local = disksOf(guest.type, config.values).filter((disk) => disk.storage !== undefined && !isShared(guest, disk.storage));
  if (local.length === 0 && (nodes.length === 0 || nodes.includes(node))) return;
  throw new Refusal(
    say({ en: '{node} does not see the disks of {name}', zh: '{node} 无法访问 {name} 的磁盘' }, { node, name: exactly(guest) }),
    nodes.length > 0
      ? say({ en: 'it can be cloned to: {nodes}; from there it can be migrated', zh: '可克隆到：{nodes}；之后可再迁移' }, { nodes: list(nodes) })
      : say({ en: 'clone it without --to, then migrate the clone', zh: '请不带 --to 克隆，然后迁移克隆' }),
  );
}

function isShared({ all }: PveGuest, storage: string): boolean {
  return all.storages.some((one) => one.storage === storage && one.shared);
}
