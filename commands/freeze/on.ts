import { reason, scope, word } from '../../src/core/args.ts';
import { deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { isShorter, scopeWords, untilWords } from '../../src/core/freeze.ts';
import { scopeInReach } from '../../src/core/scopes.ts';
import { SPAN, spanMs } from '../../src/core/time.ts';
import { readMoment } from '../../src/core/when.ts';
import { say } from '../../src/core/words.ts';

/** Stops changes: nothing is begun there until then; what has begun runs on. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Stop changes, everywhere or in a scope', zh: '冻结变更：全部或指定范围' },
  examples: [
    'freeze on --reason "the storage is on fire"',
    'freeze on @web --until 2h --reason "release night"',
    'freeze on site:east --until 2099-11-28T06:00Z --reason "the power goes off"',
  ],
  risk: 'low',
  args: { scope: scope() },
  options: { until: word(/\S/, { en: 'TIME', zh: '时间' }).optional(), reason: reason() },
  async plan({ scope: name, until: text, reason: why }, desk) {
    const { person, policy, freezes, at } = desk;
    const touches = scopeInReach(name, 'freeze on', 'low', desk);
    const until = text === undefined ? undefined : SPAN.test(text) ? at + spanMs(text) : readMoment(text, at);
    if (until !== undefined && until <= at) throw new Refusal(say({ en: '“{text}” is over already', zh: '“{text}”已经过去' }, { text: text ?? '' }));
    const freeze = { scope: name, by: person.id, reason: why, since: at, ...(until === undefined ? {} : { until }) };
    const there = (await freezes.list()).find((one) => one.scope === name);
    if (there && isShorter(freeze, there)) {
      const by = policy.people.get(there.by)?.name ?? there.by;
      throw new Refusal(
        say(
          { en: '{what} are frozen by {by} {until} already, which is longer', zh: '{what}已被 {by} 冻结（{until}），时间更长' },
          { what: scopeWords(name), by, until: untilWords(there) },
        ),
        say({ en: '`freeze off` lifts that first', zh: '请先用 `freeze off` 解除' }),
      );
    }
    return {
      summary: say({ en: 'freeze {what} {until}: {why}', zh: '冻结{what}（{until}）：{why}' }, { what: scopeWords(name), until: untilWords(freeze), why }),
      steps: [
        {
          kind: 'desk',
          on: { site: 'desk', host: 'desk', name },
          why: say({ en: 'hold back {what}', zh: '不再开始{what}' }, { what: scopeWords(name) }),
          act: { freeze },
        },
      ],
      facts: [{ what: say({ en: 'under way', zh: '进行中' }), value: say({ en: 'what has begun runs on', zh: '已开始的步骤会继续运行' }), at }],
      locks: [],
      touches,
      risk: 'low',
      undo: { command: 'freeze off', input: { scope: name } },
    };
  },
});
