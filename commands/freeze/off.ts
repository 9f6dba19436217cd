import { scope } from '../../src/core/args.ts';
import { deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { scopeWords, untilWords } from '../../src/core/freeze.ts';
import { scopeInReach } from '../../src/core/scopes.ts';
import { dayAndClock } from '../../src/core/time.ts';
import { say } from '../../src/core/words.ts';

/** Lets changes again. Somebody else must agree: a freeze that anyone could lift would stop nobody. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Lift a freeze', zh: '解除冻结' },
  examples: ['freeze off pbs1'],
  risk: 'medium',
  args: { scope: scope() },
  async plan({ scope: name }, desk) {
    const { policy, freezes } = desk;
    const freeze = (await freezes.list()).find((one) => one.scope === name);
    const touches = scopeInReach(name, 'freeze off', 'medium', desk, freeze !== undefined);
    if (!freeze) {
      throw new Refusal(
        say({ en: 'nothing is frozen as “{name}”', zh: '没有范围为“{name}”的冻结' }, { name }),
        say({ en: '`freeze list` shows what is', zh: '可用 `freeze list` 查看现有冻结' }),
      );
    }
    const { since, until, reason } = freeze;
    const by = policy.people.get(freeze.by)?.name ?? freeze.by;
    const what = scopeWords(name);
    const again = { scope: name, reason, ...(until === undefined ? {} : { until: `${new Date(until).toISOString().slice(0, 19)}Z` }) };
    return {
      summary: say({ en: 'allow {what} again, which {by} froze: {reason}', zh: '恢复{what}（由 {by} 冻结：{reason}）' }, { what, by, reason }),
      steps: [
        {
          kind: 'desk',
          on: { site: 'desk', host: 'desk', name },
          why: say({ en: 'allow {what} again', zh: '恢复{what}' }, { what }),
          act: { thaw: { scope: name, since } },
        },
      ],
      facts: [
        {
          what: say({ en: 'frozen by {by}', zh: '由 {by} 冻结' }, { by }),
          value: say({ en: 'since {since} UTC, {until}', zh: '自 {since} UTC，{until}' }, { since: dayAndClock(since), until: untilWords(freeze) }),
          at: desk.at,
          holds: `frozen ${name} ${since}`,
        },
      ],
      locks: [],
      touches,
      risk: 'medium',
      undo: { command: 'freeze on', input: again },
    };
  },
});
