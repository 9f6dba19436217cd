import { silenceTable } from '../../src/core/alerts/silenced.ts';
import { silencesFor } from '../../src/core/alerts/silencesfor.ts';
import { answer, deskCommand } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';

/** What is kept quiet, by whom and until when. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Show what is silenced', zh: '查看静默' },
  examples: ['silence list'],
  risk: 'none',
  args: {},
  async plan(_input, desk) {
    const { mine } = silencesFor(await desk.silences.list(), desk);
    if (mine.length === 0) return answer(say({ en: 'nothing is silenced', zh: '当前没有静默' }), []);
    return answer(say({ en: '{n} in force', zh: '共 {n} 个静默' }, { n: mine.length }), [silenceTable(mine, (id) => desk.policy.people.get(id)?.name ?? id)]);
  },
});
