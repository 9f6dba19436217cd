import { answer, deskCommand } from '../../src/core/command.ts';
import { lockTable } from '../../src/core/locktable.ts';
import { say } from '../../src/core/words.ts';

/** Every lock: who holds it, since when, who waits. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'List what is locked, by whom, and who waits', zh: '列出锁、持有者与等待者' },
  examples: ['lock list'],
  risk: 'none',
  args: {},
  async plan(_input, desk) {
    const locks = await desk.locks();
    if (locks.length === 0) return answer(say({ en: 'nothing is locked', zh: '没有任何锁' }), []);
    return answer(say({ en: '{n} locked', zh: '共 {n} 个锁' }, { n: locks.length }), [await lockTable(locks, desk)]);
  },
});
