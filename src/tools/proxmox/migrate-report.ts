import type { Report } from '../../core/command.ts';
import { stepReport } from '../../core/outcome.ts';
import type { Outcome, Plan } from '../../core/types.ts';
import { say } from '../../core/words.ts';

/** What became of it: by where it is now, whatever the task says. */
export function migrationReport(plan: Plan, outcomes: readonly Outcome[]): Report {
  const [moved, seen] = outcomes;
  const blocks = stepReport(plan, outcomes);
  if (moved?.kind !== 'task' || moved.came !== 'error' || seen?.kind !== 'met') return { blocks };
  const text = say({
    en: 'it is on the target all the same: only what comes after the move went wrong; look at the end of the task',
    zh: '它仍已到达目标节点：只是迁移后的清理出错；请查看任务末尾',
  });
  return { blocks: [{ kind: 'text', text }, ...blocks] };
}
