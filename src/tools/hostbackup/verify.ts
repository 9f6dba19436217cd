import { answer, type Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Plan, Step } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import { type OfHost, TOOLS } from '../hostbackup.ts';
import { aboutFact, lastFact, lockOf, mustBeUnlocked, mustSee, targetOf } from './plan.ts';

/** Two days: all of a large repository is read. */
const LONG = 2 * 86_400_000;

/** Has a tool read all of a repository and check it; for rsync, compares the copy with the host by checksum. `again`: also what was verified since it last changed. */
export async function verifyHosts(look: Look, mine: readonly OfHost[], again: boolean): Promise<Plan> {
  const at = look.now();
  const all = await Promise.all(mine.map(async (one) => ({ one, seen: await mustSee(look, one) })));
  const empty = all.find(({ seen }) => seen.saved.length === 0);
  if (empty)
    throw new Refusal(
      say({ en: '{name} has no backup yet', zh: '{name} 尚无备份' }, { name: empty.one.name }),
      say({ en: '`backup run {name}` makes one', zh: '可用 `backup run {name}` 创建' }, { name: empty.one.name }),
    );
  const todo = all.filter(({ seen }) => again || seen.verifiedAt === undefined || seen.verifiedAt < (seen.saved[0]?.at ?? 0));
  if (todo.length === 0) {
    const names = list(mine.map(({ name }) => name));
    return answer(
      say({ en: '{names}: every backup is verified already; --again reads them once more', zh: '{names}：所有备份均已校验；--again 可再次校验' }, { names }),
      [],
    );
  }
  for (const { one } of todo) await mustBeUnlocked(look, one, true);
  return {
    summary: say({ en: 'verify {names}', zh: '校验 {names}' }, { names: list(todo.map(({ one }) => one.name)) }),
    steps: todo.map(
      ({ one }): Step => ({
        kind: 'exec',
        on: targetOf(one),
        why:
          one.backup.tool === 'rsync'
            ? say({ en: 'compare the copy by checksum', zh: '按校验和比较副本' })
            : say({ en: 'read and check the whole repository', zh: '读取并检查整个仓库' }),
        ...TOOLS[one.backup.tool].verify(one.host, one.backup),
        stop: 'clean',
        timeoutMs: LONG,
      }),
    ),
    facts: todo.flatMap(({ one, seen }) => [aboutFact(one, at), lastFact(one, seen, at)]),
    locks: todo.map(({ one }) => lockOf(one)),
    risk: 'low',
    undo: { impossible: say({ en: 'verifying only reads', zh: '校验只读取数据' }) },
  };
}
