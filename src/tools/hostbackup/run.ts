import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Plan, Step } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import { type OfHost, TOOLS } from '../hostbackup.ts';
import { aboutFact, lastFact, lockOf, mustBeUnlocked, mustSee, targetOf } from './plan.ts';
import { sourceOf } from './source.ts';

/** A day: a first backup over a slow line. */
const LONG = 86_400_000;

/**
 * Backs hosts up now. Throws Refusal when a path, or a disk it is on, is not there: what is missing would be missing in the backup, and nobody would know.
 * `meant`: the one that may be of nothing, or lose most of its copy.
 */
export async function runHosts(look: Look, mine: readonly OfHost[], meant: string | undefined): Promise<Plan> {
  const at = look.now();
  const other = meant === undefined || mine.some(({ name }) => name === meant) ? undefined : meant;
  if (other !== undefined)
    throw new Refusal(
      say({ en: '--confirm names {other}, which this does not back up', zh: '--confirm 指明的 {other} 不在本次备份中' }, { other }),
      say({ en: 'name one of: {names}', zh: '请指明其一：{names}' }, { names: list(mine.map(({ name }) => name)) }),
    );
  const each = await Promise.all(
    mine.map(async (one) => {
      const seen = await mustSee(look, one);
      await mustHaveSource(look, one, one.name === meant);
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
        ...TOOLS[one.backup.tool].run(one.host, one.backup, look.ticket, one.name === meant),
        stop: 'clean',
        timeoutMs: LONG,
      }),
    ),
    facts: each.flatMap(({ one, seen }) => [aboutFact(one, at), lastFact(one, seen, at)]),
    locks: mine.map(lockOf),
    risk: meant === undefined ? 'low' : 'medium',
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

/** Throws Refusal where a disk that a path is on is not mounted; and, unless that is `meant`, where no path holds a file. */
async function mustHaveSource(look: Look, { host, backup, name }: OfHost, meant: boolean): Promise<void> {
  const { unmounted, empty } = await look.read(host, sourceOf(backup.paths));
  if (unmounted.length > 0)
    throw new Refusal(
      say(
        { en: '{name}: {mounts} is not mounted on {host}, and what is backed up is on it', zh: '{name}：{host} 上的 {mounts} 未挂载，而要备份的内容在其上' },
        { name, mounts: list(unmounted), host: host.name },
      ),
      say({ en: 'mount it first; where it is no more, take it out of /etc/fstab or its unit', zh: '请先挂载；若已不再使用，请从 /etc/fstab 或其单元中删除' }),
    );
  if (!meant && empty.length === backup.paths.length)
    throw new Refusal(
      say({ en: '{name}: there is no file in {empty} on {host}', zh: '{name}：{host} 的 {empty} 中没有文件' }, { name, empty: list(empty), host: host.name }),
      say({ en: 'is a disk not mounted? If it is meant to be empty: --confirm {name}', zh: '是否有磁盘未挂载？若确实为空：--confirm {name}' }, { name }),
    );
}
