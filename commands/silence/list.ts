import { atSources } from '../../src/core/alerts/atsource.ts';
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
    const { mine: lingering } = silencesFor(await desk.silences.lingering(), desk);
    if (mine.length + lingering.length === 0) return answer(say({ en: 'nothing is silenced', zh: '当前没有静默' }), []);
    const nameOf = (id: string) => desk.policy.people.get(id)?.name ?? id;
    const table = silenceTable(mine, nameOf, await atSources(mine, desk), lingering);
    return answer(say({ en: '{n} in force', zh: '共 {n} 个静默' }, { n: mine.length }), [table]);
  },
});
