import { silenceNames } from '../../src/core/alerts/args.ts';
import { matcherWords } from '../../src/core/alerts/silenced.ts';
import { silencesFor } from '../../src/core/alerts/silencesfor.ts';
import { deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Step } from '../../src/core/types.ts';
import { list, say } from '../../src/core/words.ts';

/** What was silenced is heard again. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'End a silence before its time', zh: '提前结束静默' },
  examples: ['silence end Z0123456789A'],
  risk: 'low',
  args: { silences: silenceNames() },
  async plan({ silences: ids }, desk) {
    const all = await desk.silences.list();
    const { mine, hosts } = silencesFor(all, desk);
    const found = ids.map((id) => mine.find((one) => one.id === id));
    const silences = found.filter((one) => one !== undefined);
    const missing = ids.filter((_, i) => found[i] === undefined);
    if (missing.length > 0) {
      throw new Refusal(
        say({ en: 'there is no silence {missing}', zh: '没有静默 {missing}' }, { missing: list(missing) }),
        mine.length === 0
          ? say({ en: 'nothing is silenced', zh: '当前没有静默' })
          : say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(mine.slice(0, 5).map(({ id }) => id)) }),
      );
    }
    const what = list(silences.map(({ matchers, title }) => matcherWords(matchers, false, title)));
    return {
      summary: say({ en: 'end the silence of {what}', zh: '结束对{what}的静默' }, { what }),
      steps: silences.map(
        ({ id, matchers, title }): Step => ({
          kind: 'desk',
          on: { site: 'desk', host: 'desk', name: id },
          why: say({ en: 'hear {what} again', zh: '恢复{what}的告警' }, { what: matcherWords(matchers, false, title) }),
          act: { unhush: { id, by: desk.person.id } },
        }),
      ),
      facts: [],
      locks: [],
      touches: [...new Set(silences.flatMap((one) => hosts(one)))],
      risk: 'low',
      undo: { command: 'silence again', input: { silences: silences.map(({ id }) => id) } },
    };
  },
});
