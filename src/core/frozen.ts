import { frozenBy, frozenWords } from './freeze.ts';
import type { Policy } from './policy.ts';
import type { Freezes } from './ports.ts';
import type { Freeze } from './types.ts';
import { type Said, say } from './words.ts';

/** Why changes of these hosts may not begin now: they are frozen, or nobody can say whether they are. Undefined: they may. */
export async function frozen(hosts: readonly string[], freezes: Pick<Freezes, 'list'>, policy: Policy): Promise<Said | undefined> {
  if (hosts.length === 0) return undefined;
  let all: readonly Freeze[];
  try {
    all = await freezes.list();
  } catch {
    return say({ en: 'it cannot be known whether changes are frozen, so none begins', zh: '无法得知变更是否已被冻结，因此不会开始任何变更' });
  }
  // Those in force are told by Redis' clock: this desk's may be wrong.
  const freeze = frozenBy(hosts, all, policy, Number.NEGATIVE_INFINITY);
  return freeze && frozenWords(freeze, Object.fromEntries([...policy.people].map(([id, { name }]) => [id, name])));
}
