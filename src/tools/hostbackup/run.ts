import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Plan, Step } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import { type OfHost, TOOLS } from '../hostbackup.ts';
import { aboutFact, lastFact, lockOf, mustBeUnlocked, mustSee, targetOf } from './plan.ts';

/** A day: a first backup over a slow line. */
const LONG = 86_400_000;

/** Backs hosts up now. Throws Refusal when a path or mount point is not there: what is missing would be missing in the backup, and nobody would know. */
export async function runHosts(look: Look, mine: readonly OfHost[]): Promise<Plan> {
  const at = look.now();
  const each = await Promise.all(
    mine.map(async (one) => {
      const seen = await mustSee(look, one);
      if (seen.missing.length > 0)
        throw new Refusal(
          say(
            { en: '{name}: there is no {missing} on {host}', zh: '{name}：{host} 上没有 {missing}' },
            { name: one.name, missing: list(seen.missing), host: one.host.name },
          ),
          say({ en: 'is a file system not mounted? Else take it out of paths:', zh: '是否有文件系统未挂载？否则请从 paths: 中删除' }),
        );
      await mustBeUnlocked(look, one, false);
      return { one, seen };
    }),
  );
  const mirrors = mine.filter(({ backup }) => backup.tool === 'rsync');
  return {
    summary: say({ en: 'back up {names}', zh: '备份 {names}' }, { names: list(mine.map(({ name }) => name)) }),
    steps: each.map(
      ({ one }): Step => ({
        kind: 'exec',
        on: targetOf(one),
        why: say({ en: 'back up by {tool}', zh: '用 {tool} 备份' }, { tool: one.backup.tool }),
        ...TOOLS[one.backup.tool].run(one.host, one.backup, look.ticket),
        stop: 'clean',
        timeoutMs: LONG,
      }),
    ),
    facts: each.flatMap(({ one, seen }) => [aboutFact(one, at), lastFact(one, seen, at)]),
    locks: mine.map(lockOf),
    risk: 'low',
    undo: {
      impossible:
        mirrors.length > 0
          ? say({
              en: 'rsync keeps one state: what was gone on the host is gone in its copy, too',
              zh: 'rsync 只保留一个状态：主机上已删除的内容在副本中也会删除',
            })
          : say({ en: 'a backup only adds a snapshot; the host stays as it is', zh: '备份只会增加快照，主机保持不变' }),
    },
  };
}
