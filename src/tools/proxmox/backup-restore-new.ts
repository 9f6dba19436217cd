import type { Look } from '../../core/command.ts';
import { HostError, Refusal } from '../../core/errors.ts';
import { highest } from '../../core/risk.ts';
import type { Plan } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import { configIn, diskStorage, disksWere, nodeFor, type Source } from './backup-restore.ts';
import { archiveFact, placeFact, step, unread, type Where } from './backup-restore-facts.ts';
import { lockIn, named } from './cluster-guests.ts';
import { mustBeQuorate } from './cluster-view.ts';
import { nextId } from './guest-reads.ts';

/** Restores to a number no guest has; its network cards get new addresses, so it can stand beside the original. */
export async function restoreNew(look: Look, source: Source, { to, disks, start }: Where, id: number | undefined): Promise<Plan> {
  const { host, archive, type, origin } = source;
  await mustBeQuorate(look, [host]);
  const node = nodeFor(source, to);
  const config = await configIn(look, source);
  const were = await disksWere(look, source, config);
  const storage = diskStorage(source, node, disks, were);
  const vmid = await numberFor(look, source, id);
  const name = config?.get('name') ?? config?.get('hostname') ?? origin?.guest.name ?? `${type === 'qemu' ? 'VM' : 'CT'} ${vmid}`;
  const beside = start && origin?.guest.status === 'running';
  const at = look.now();
  return {
    summary: say(
      { en: 'restore {volid} as {name} ({vmid}) on {node} of {host}', zh: '将 {volid} 恢复为 {host} 节点 {node} 上的 {name}（{vmid}）' },
      { volid: archive.volid, name, vmid, node, host: host.name },
    ),
    steps: [step(source, node, name, vmid, storage, start, false)],
    facts: [
      archiveFact(source, at),
      {
        what: say({ en: 'new number', zh: '新编号' }),
        value: say({ en: '{vmid} (free)', zh: '{vmid}（空闲）' }, { vmid }),
        at,
        holds: `free ${host.name} ${vmid}`,
      },
      placeFact(source, node, storage, were, at),
      ...(origin && config?.get('onboot') === '1'
        ? [{ what: say({ en: 'starts with its node', zh: '随节点启动' }), value: say({ en: 'yes, beside {name}', zh: '是，与 {name} 并存' }, { name }), at }]
        : []),
      ...(beside
        ? [
            {
              what: say({ en: 'beware', zh: '注意' }),
              value: say({ en: '{name} runs: two with the same addresses inside', zh: '{name} 正在运行：两者内部地址相同' }, { name }),
              at,
              holds: `beside ${host.name} ${origin.guest.vmid}`,
            },
          ]
        : []),
    ],
    locks: [lockIn(host, { node, vmid })],
    risk: highest(['medium', ...(beside || archive.verified === 'failed' ? (['high'] as const) : [])]),
    undo: undoOf(type === 'qemu' ? 'vm' : 'ct', `${host.name}/${vmid}`, config ? name : String(vmid), start),
    about: [named(host, source.asked)],
    notes: config ? [] : [unread(archive.volid)],
  };
}

/** What takes it away again: one that runs is not destroyed. */
function undoOf(family: 'vm' | 'ct', guest: string, confirm: string, start: boolean): Plan['undo'] {
  if (!start) return { command: `${family} destroy`, input: { guest, confirm } };
  const lines = { stop: `${family} stop ${guest}`, destroy: `${family} destroy ${guest}` };
  return { impossible: say({ en: 'it runs then: `{stop}`, then `{destroy}`', zh: '届时它正在运行：先 `{stop}`，再 `{destroy}`' }, lines) };
}

/** The number asked for, which must be free, or the next free one. */
async function numberFor(look: Look, { host, all }: Source, id: number | undefined): Promise<number> {
  const taken = all.guests.find(({ vmid }) => vmid === id);
  if (taken)
    throw new Refusal(
      say({ en: '{id} is {name} on {node}', zh: '{id} 是 {node} 上的 {name}' }, { id: taken.vmid, name: taken.name, node: taken.node }),
      say({ en: 'leave --id away for the next free number', zh: '去掉 --id 可使用下一个空闲编号' }),
    );
  try {
    return await look.read(host, nextId(id));
  } catch (error) {
    if (!(error instanceof HostError) || id === undefined || error.trouble !== 'failed') throw error;
    throw new Refusal(say({ en: 'number {id} is not free: {why}', zh: '编号 {id} 不可用：{why}' }, { id, why: error.said }));
  }
}
