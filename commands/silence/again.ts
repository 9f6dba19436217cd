import { silenceNames } from '../../src/core/alerts/args.ts';
import { covers, hushStep, mustReach, silenceOf } from '../../src/core/alerts/hush.ts';
import { matcherWords } from '../../src/core/alerts/silenced.ts';
import { silencesFor } from '../../src/core/alerts/silencesfor.ts';
import { answer, deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { clockFrom } from '../../src/core/time.ts';
import { list, say } from '../../src/core/words.ts';

/** What was ended too early is silenced as it was: until then, by the same name, for the same reason. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Silence again what was ended before its time', zh: '恢复提前结束的静默' },
  examples: ['silence again Z0123456789B'],
  risk: 'low',
  args: { silences: silenceNames() },
  async plan({ silences: ids }, desk) {
    const known = await Promise.all(ids.map((id) => desk.silences.get(id)));
    const { mine, hosts } = silencesFor(
      known.filter((one) => one !== undefined),
      desk,
    );
    const missing = ids.filter((id) => !mine.some((one) => one.id === id));
    if (missing.length > 0) {
      throw new Refusal(
        say({ en: 'there is no silence {missing}', zh: '没有静默 {missing}' }, { missing: list(missing) }),
        say({ en: 'what was ended is known for a day; `silence add` makes another', zh: '已结束的静默只保留一天；可用 `silence add` 重新建立' }),
      );
    }
    const touches = [...new Set(mine.flatMap((one) => hosts(one)))];
    mustReach(touches, desk);
    const there = await desk.silences.list();
    const due = mine.filter((one) => one.until > desk.at && !covers(there, one));
    const what = list(mine.map(({ matchers, title }) => matcherWords(matchers, false, title)));
    if (due.length === 0) {
      return mine.some((one) => one.until > desk.at)
        ? answer(say({ en: '{what} is silenced until then already', zh: '{what}已静默至该时间' }, { what }), [], { touches })
        : answer(say({ en: 'its time is over: {what}', zh: '静默时间已过：{what}' }, { what }), [], { touches });
    }
    const anew = due.map(({ matchers, until, reason, hosts: about, title }) =>
      silenceOf(matchers, until, reason, desk, about && title !== undefined ? { hosts: about, title } : undefined),
    );
    return {
      summary: say({ en: 'silence {what} again', zh: '恢复对{what}的静默' }, { what }),
      steps: anew.map((silence) => hushStep(silence, clockFrom(desk.at, silence.until))),
      facts: [],
      locks: [],
      touches,
      risk: 'low',
      undo: { command: 'silence end', input: { silences: anew.map(({ id }) => id) } },
    };
  },
});
