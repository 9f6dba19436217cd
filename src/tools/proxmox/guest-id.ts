import type { Look } from '../../core/command.ts';
import { HostError, Refusal } from '../../core/errors.ts';
import { pveErrorOf } from '../../core/pveerror.ts';
import { type Said, say } from '../../core/words.ts';
import type { PveGuest } from './guest.ts';
import { nextId } from './guest-reads.ts';

/** The number of the new guest: the one asked for, or the next that is free. Throws Refusal when it is taken. */
export async function freeId(look: Look, { host, all }: PveGuest, id: string | undefined): Promise<number> {
  if (id === undefined) return look.read(host, nextId());
  const taken = (who: Said) =>
    new Refusal(
      say({ en: 'VMID {id} is taken: {who}', zh: 'VMID {id} 已被占用：{who}' }, { id, who }),
      say({ en: 'without --id the next free one is taken', zh: '不指定 --id 则使用下一个可用编号' }),
    );
  const there = all.guests.find(({ vmid }) => vmid === Number(id));
  if (there) throw taken(say({ en: '{name} on {node}', zh: '{node} 上的 {name}' }, { name: there.name, node: there.node }));
  try {
    await look.read(host, nextId(Number(id)));
    return Number(id);
  } catch (error) {
    if (error instanceof HostError && ['param', 'exists'].includes(pveErrorOf(error)?.fault.kind ?? '')) throw taken(error.said);
    throw error;
  }
}
