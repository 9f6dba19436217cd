import { answer, type Look } from '../../core/command.ts';
import type { HostBackup } from '../../core/declared.ts';
import { Refusal } from '../../core/errors.ts';
import type { Plan, Step } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import { atMost } from '../at-most.ts';
import { type OfHost, TOOLS } from '../hostbackup.ts';
import type { Keeping } from '../proxmox/prune.ts';
import { type DryRun, dryFacts, dryTable } from '../proxmox/prune-plan.ts';
import { aboutFact, lockOf, mustBeUnlocked, mustSee, targetOf } from './plan.ts';

/** Half a day: what is left is packed anew. */
const LONG = 12 * 3_600_000;

/** Removes older states of a backup: exactly those that the tool's own dry run names, and the card shows. `asked`: what to keep, instead of what is configured. */
export async function pruneHost(look: Look, one: OfHost, asked: HostBackup['keep']): Promise<Plan> {
  const { host, backup, name } = one;
  const tool = TOOLS[backup.tool];
  if (!tool.dry || !tool.prune)
    throw new Refusal(
      say(
        { en: '{name} is a copy by {tool}: it keeps one state, so there is nothing to prune', zh: '{name} 是 {tool} 副本：只保留一个状态，没有可清理的内容' },
        { name, tool: backup.tool },
      ),
    );
  const keep = Object.keys(asked).length > 0 ? asked : backup.keep;
  if (Object.keys(keep).length === 0)
    throw new Refusal(
      say({ en: 'say what to keep', zh: '请说明要保留什么' }),
      say({ en: 'for example --keep-last 3, or keep: under {name} in the configuration', zh: '例如 --keep-last 3，或在配置的 {name} 下写 keep:' }, { name }),
    );
  const seen = await mustSee(look, one);
  await mustBeUnlocked(look, one, true);
  const exact = mayBeOthers(look, one);
  const gone = await look.read(host, tool.dry(host, backup, keep, exact));
  const left = seen.saved.filter(({ id, unsure }) => unsure || (exact && !id.includes(':'))).map(({ id }) => id);
  const marks = seen.saved.map(({ id, at }): DryRun => ({ name: id, at, of: name, mark: gone.includes(id) && !left.includes(id) ? 'remove' : 'keep' }));
  const notes = left.length > 0 ? [leftWords(name, left)] : [];
  const ids = marks.filter(({ mark }) => mark === 'remove').map((one) => one.name);
  const kept = Object.entries(keep)
    .map(([unit, n]) => `keep-${unit}=${n}`)
    .join(',');
  if (ids.length === 0)
    return answer(say({ en: 'nothing to remove: {keep} keeps every backup', zh: '没有可删除的：{keep} 会保留全部备份' }, { keep: kept }), [dryTable(marks)], {
      notes,
    });
  const at = look.now();
  return {
    summary: say(
      { en: 'remove {n} of the backups of {name}, keeping by {keep}', zh: '按 {keep} 保留，删除 {name} 的 {n} 个备份' },
      { n: ids.length, name, keep: kept },
    ),
    answer: [dryTable(marks)],
    steps: tool.prune(host, backup, ids).map(
      (does, i): Step => ({
        kind: 'exec',
        on: targetOf(one),
        why: i === 0 ? say({ en: 'remove them', zh: '删除' }) : say({ en: 'free the space', zh: '释放空间' }),
        ...does,
        stop: 'never',
        timeoutMs: LONG,
      }),
    ),
    facts: [...dryFacts(marks, at), aboutFact(one, at)],
    locks: [lockOf(one)],
    risk: 'high',
    undo: { impossible: say({ en: 'removed backups cannot be brought back', zh: '删除的备份无法恢复' }) },
    notes,
  };
}

/** Whether another host's backup once had archives of the same names: `a` with `b-c`, and `a-b` with `c`. Only borg has names. */
function mayBeOthers(look: Look, { host, backup }: OfHost): boolean {
  if (backup.tool !== 'borg') return false;
  const parts = `${host.name}-${backup.name}`.split('-');
  return parts.some((_, i) => {
    const [other, own] = [parts.slice(0, i).join('-'), parts.slice(i).join('-')];
    const found = other === host.name ? undefined : look.find(other);
    return (found?.backups ?? []).some(({ name, tool }) => name === own && tool === backup.tool);
  });
}

/** Why some states are never pruned. */
function leftWords(name: string, ids: readonly string[]): Said {
  return say(
    {
      en: 'left as they are, for they may be another backup’s by their paths, tags or old names: {ids}; remove by hand on the host what is of {name}',
      zh: '保留不动，因为按路径、标签或旧名称可能属于其他备份：{ids}；属于 {name} 的请在主机上手动删除',
    },
    { name, ids: atMost(ids) },
  );
}

/** What `--keep-last` and so on asked for. */
export function asked(keeping: Keeping): HostBackup['keep'] {
  const { last, hourly, daily, weekly, monthly, yearly } = keeping;
  return Object.fromEntries(Object.entries({ last, hourly, daily, weekly, monthly, yearly }).flatMap(([unit, n]) => (n === undefined ? [] : [[unit, n]])));
}
