import type { Look } from '../../core/command.ts';
import { assess } from '../../core/risk.ts';
import { dayAndClock } from '../../core/time.ts';
import type { ExecStep } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import { KEEP_SAFETY, keepSnapshot, mustHave, mustLack } from '../snapshots.ts';
import * as virsh from '../virsh.ts';
import type { Draft } from './guest.ts';
import { type DomainGuest, domainFacts } from './libvirt.ts';
import { on } from './libvirt-show.ts';
import { exactly, where } from './naming.ts';

const TAKES = 600_000;

/** The snapshots of a domain, oldest first. */
export async function snapshots(look: Look, guest: DomainGuest): Promise<Draft> {
  const [names, times] = await Promise.all([
    look.read(guest.host, virsh.snapshots(guest.host, guest.uuid)),
    look.read(guest.host, virsh.snapshotTimes(guest.host, guest.uuid)),
  ]);
  const rows = names.map((name) => {
    const at = times.get(name);
    return [name, at === undefined ? '' : dayAndClock(at)];
  });
  const columns = [say({ en: 'snapshot', zh: '快照' }), say({ en: 'made (UTC)', zh: '创建时间（UTC）' })];
  return { summary: on(guest), answer: [{ kind: 'table', columns, rows }] };
}

/** Takes a snapshot of a domain, with its memory when it runs. */
export async function snapshot(look: Look, guest: DomainGuest, { name, keep }: { readonly name: string; readonly keep: number | undefined }): Promise<Draft> {
  mustLack(guest, name, await look.read(guest.host, virsh.snapshots(guest.host, guest.uuid)));
  return {
    summary: say(
      { en: 'take snapshot {name} of {guest} on {host}', zh: '为 {host} 上的 {guest} 创建快照 {name}' },
      { name, guest: guest.name, host: guest.host.name },
    ),
    steps: [exec(guest, say({ en: 'take snapshot {name}', zh: '创建快照 {name}' }, { name }), virsh.createSnapshot(guest.host, guest.uuid, name))],
    facts: domainFacts(guest, look.now()),
    risk: 'low',
    undo: { command: 'vm delsnapshot', input: { guest: exactly(guest), name } },
    ...(keep === undefined ? {} : { keeps: [keepSnapshot(guest, name, keep)] }),
  };
}

/** Puts a domain back to a snapshot. What it is now is kept as a snapshot, so that the rollback itself can be undone for a week. */
export async function rollback(look: Look, guest: DomainGuest, { name }: { readonly name: string }): Promise<Draft> {
  const taken = await look.read(guest.host, virsh.snapshots(guest.host, guest.uuid));
  mustHave(guest, name, taken);
  const at = look.now();
  const safety = `before-${look.ticket}`;
  const { risk, facts } = assess('high', { host: guest.host.name, guest: guest.name }, look.self, at);
  return {
    summary: say(
      { en: 'put {guest} on {host} back to snapshot {name}', zh: '将 {host} 上的 {guest} 回滚到快照 {name}' },
      { guest: guest.name, host: guest.host.name, name },
    ),
    steps: [
      exec(
        guest,
        say({ en: 'keep what it is now as {safety}', zh: '将当前状态保存为 {safety}' }, { safety }),
        virsh.createSnapshot(guest.host, guest.uuid, safety),
      ),
      { ...exec(guest, say({ en: 'go back to {name}', zh: '回滚到 {name}' }, { name }), virsh.revertSnapshot(guest.host, guest.uuid, name)), stop: 'never' },
    ],
    facts: [
      ...domainFacts(guest, at),
      { what: say({ en: 'snapshots', zh: '快照' }), value: taken.join(', '), at, holds: `snapshots ${guest.uuid} ${[...taken].sort().join(' ')}` },
      ...facts,
    ],
    risk,
    undo: { command: 'vm rollback', input: { guest: exactly(guest), name: safety } },
    keeps: [keepSnapshot(guest, safety, KEEP_SAFETY)],
  };
}

/** Deletes a snapshot of a domain; with `before`, only one that was made by then. */
export async function delsnapshot(
  look: Look,
  guest: DomainGuest,
  { name, before }: { readonly name: string; readonly before: string | undefined },
): Promise<Draft> {
  const [all, times] = await Promise.all([
    look.read(guest.host, virsh.snapshots(guest.host, guest.uuid)),
    before === undefined ? undefined : look.read(guest.host, virsh.snapshotTimes(guest.host, guest.uuid)),
  ]);
  const taken = times && before !== undefined ? all.filter((one) => (times.get(one) ?? Number.POSITIVE_INFINITY) <= Date.parse(before)) : all;
  mustHave(guest, name, taken);
  const at = look.now();
  return {
    summary: say(
      { en: 'delete snapshot {name} of {guest} on {host}', zh: '删除 {host} 上 {guest} 的快照 {name}' },
      { name, guest: guest.name, host: guest.host.name },
    ),
    steps: [
      {
        ...exec(guest, say({ en: 'delete snapshot {name}', zh: '删除快照 {name}' }, { name }), virsh.deleteSnapshot(guest.host, guest.uuid, name)),
        stop: 'never',
      },
    ],
    facts: [
      ...domainFacts(guest, at),
      { what: say({ en: 'snapshots', zh: '快照' }), value: taken.join(', '), at, holds: `has snapshot ${guest.uuid} ${name}` },
    ],
    risk: 'medium',
    undo: { impossible: say({ en: 'a deleted snapshot cannot be brought back', zh: '删除的快照无法恢复' }) },
  };
}

function exec(guest: DomainGuest, why: Said, argv: ExecStep['argv']): ExecStep {
  return { kind: 'exec', on: where(guest), why, argv, timeoutMs: TAKES };
}
