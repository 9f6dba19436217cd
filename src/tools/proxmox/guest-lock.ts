import { Refusal } from '../../core/errors.ts';
import { list, say } from '../../core/words.ts';
import { exactly, lineFor } from '../guests/naming.ts';
import type { Known } from './guest.ts';

/** The refusal for a guest that is locked: by what runs, or by what was broken off. */
export function leftLocked({ guest, tasks }: Known, lock: string): Refusal {
  if (lock === 'suspended')
    return new Refusal(
      say({ en: '{name} is suspended to disk', zh: '{name} 已挂起到磁盘' }, { name: exactly(guest) }),
      say({ en: '`{line}` lets it go on', zh: '可用 `{line}` 恢复' }, { line: lineFor(guest.family, 'resume', guest) }),
    );
  const message = say({ en: '{name} is locked ({lock})', zh: '{name} 已被锁定（{lock}）' }, { name: exactly(guest), lock });
  if (tasks.length > 0)
    return new Refusal(message, say({ en: '{tasks} runs on it: wait until that has ended', zh: '{tasks} 正在其上运行：请等它结束' }, { tasks: list(tasks) }));
  return new Refusal(
    message,
    say(
      {
        en: 'wait until that has ended; where nothing of the kind runs any more, `{line}` takes the lock away',
        zh: '请等它结束；若已没有相应任务，可用 `{line}` 解除锁',
      },
      { line: lineFor(guest.family, 'unlock', guest) },
    ),
  );
}
