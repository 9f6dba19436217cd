import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { type Said, say } from '../../core/words.ts';
import type { Draft } from '../guests/guest.ts';
import { called, exactly, lineFor, placeOf } from '../guests/naming.ts';
import { keepSnapshot, mustLack } from '../snapshots.ts';
import { baseFacts, call, type Known, know, mustBeFree, mustBeNoTemplate, type PveGuest, weigh } from './guest.ts';
import { feature } from './guest-reads.ts';
import { guestSnapshots } from './snapshot-tree.ts';

/** A snapshot may have to write the guest's whole memory. */
export const TAKES = 1_800_000;

/** Takes a snapshot. Throws Refusal when the name is taken or the storage cannot. */
export async function snapshot(
  look: Look,
  seen: PveGuest,
  { name, memory, keep }: { readonly name: string; readonly memory: boolean; readonly keep: number | undefined },
): Promise<Draft> {
  const [known, { all }, able] = await Promise.all([
    know(look, seen),
    look.read(seen.host, guestSnapshots(seen)),
    look.read(seen.host, feature(seen, 'snapshot')),
  ]);
  const { guest, state } = known;
  mustBeNoTemplate(known);
  mustBeFree(known);
  mustLack(
    guest,
    name,
    all.map((one) => one.name),
  );
  if (!able.has) throw cannot(known);
  if (name === 'current' || name === 'pending')
    throw new Refusal(say({ en: '“{name}” is a name Proxmox keeps for itself', zh: '“{name}”是 Proxmox 保留的名称' }, { name }));
  if (name.length < 2)
    throw new Refusal(say({ en: '“{name}” is too short: Proxmox wants two letters or more', zh: '“{name}”太短：Proxmox 要求至少两个字符' }, { name }));
  if (memory && guest.type === 'lxc')
    throw new Refusal(say({ en: 'a snapshot of a container holds its disks only', zh: '容器的快照只包含磁盘' }), withoutMemory);
  if (memory && state !== 'running' && state !== 'paused')
    throw new Refusal(
      say({ en: '{name} does not run: there is no memory to keep', zh: '{name} 未运行：没有内存可保存' }, { name: exactly(guest) }),
      withoutMemory,
    );
  const at = look.now();
  const { risk, facts } = weigh(look, known, 'low');
  return {
    summary: say(
      { en: 'take snapshot {name} of {guest} on {place}', zh: '为 {place} 上的 {guest} 创建快照 {name}' },
      { name, guest: called(guest), place: placeOf(guest) },
    ),
    steps: [take(known, name, memory, say({ en: 'take snapshot {name}', zh: '创建快照 {name}' }, { name }))],
    facts: [
      ...baseFacts(known, at),
      ...facts,
      {
        what: say({ en: 'memory', zh: '内存' }),
        value: memory ? say({ en: 'kept, too', zh: '一并保存' }) : say({ en: 'not kept: disks only', zh: '不保存：仅磁盘' }),
        at,
      },
    ],
    risk,
    undo: { command: `${guest.family} delsnapshot`, input: { guest: exactly(guest), name } },
    ...(keep === undefined ? {} : { keeps: [keepSnapshot(guest, name, keep)] }),
  };
}

const withoutMemory = say({ en: 'leave --memory out', zh: '请去掉 --memory' });

/** The step that takes a snapshot. One that is broken off leaves the guest locked, so it is not. */
export function take({ guest }: Known, name: string, memory: boolean, why: Said) {
  const params = { snapname: name, ...(memory ? { vmstate: 1 } : {}) };
  return call(guest, { method: 'POST', path: ['snapshot'], params, why, stop: 'never', timeoutMs: TAKES });
}

function cannot({ guest }: Known): Refusal {
  return new Refusal(
    say(
      { en: 'no snapshot of {name} can be taken: a storage its disks are on has none', zh: '无法为 {name} 创建快照：其磁盘所在存储不支持快照' },
      { name: exactly(guest) },
    ),
    say(
      { en: '`{line}` shows its disks; a backup works on any storage', zh: '可用 `{line}` 查看其磁盘；备份适用于任何存储' },
      { line: lineFor(guest.family, 'config', guest) },
    ),
  );
}
