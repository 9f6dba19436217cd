import { word } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block } from '../../src/core/types.ts';
import { quoted, say } from '../../src/core/words.ts';
import { when } from '../../src/tools/proxmox/archive-words.ts';
import { findTask, upid } from '../../src/tools/proxmox/task-find.ts';
import { taskLog } from '../../src/tools/proxmox/task-list.ts';
import { endWords } from '../../src/tools/proxmox/task-table.ts';

/** Most characters that are shown of a log. */
const MOST = 12_000;

/** What a task has written. */
export default command({
  summary: { en: 'Show the log of a task', zh: '查看任务日志' },
  examples: ['task log UPID:pve1:00000001'],
  risk: 'none',
  kinds: ['pve'],
  args: { task: upid() },
  /** The last so many lines; default 100. */
  options: {
    lines: word(/^[1-9]\d{0,4}$/, { en: 'N', zh: 'N' })
      .transform(Number)
      .default(100),
  },
  async plan({ task: typed, lines: most }, look) {
    const { host, task, notes } = await findTask(look, typed);
    const all = await look.read(host, taskLog(task.upid));
    const tail = all.slice(-most);
    const text = tail.join('\n');
    const facts: Block = {
      kind: 'facts',
      facts: [
        [say({ en: 'task', zh: '任务' }), quoted(`${task.type} ${task.id}`)],
        [say({ en: 'node', zh: '节点' }), `${host.name}/${task.node}`],
        [say({ en: 'by', zh: '发起者' }), quoted(task.user)],
        [say({ en: 'started (UTC)', zh: '开始（UTC）' }), when(task.start)],
        [say({ en: 'came to', zh: '结果' }), endWords(task)],
      ],
    };
    const cut = tail.length < all.length || text.length > MOST ? [say({ en: 'the end of {n} lines', zh: '共 {n} 行，仅显示末尾' }, { n: all.length })] : [];
    const log: Block =
      text === ''
        ? { kind: 'text', text: say({ en: 'it has written nothing yet', zh: '尚无输出' }) }
        : { kind: 'code', text: text.length > MOST ? `…${text.slice(-MOST)}` : text };
    return answer(quoted(task.upid), [facts, log], { notes: [...cut, ...notes] });
  },
});
