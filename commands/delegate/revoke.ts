import { word } from '../../src/core/args.ts';
import { deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { dayAndClock } from '../../src/core/time.ts';
import type { Step } from '../../src/core/types.ts';
import { findPerson, PERSON } from '../../src/core/who.ts';
import { say } from '../../src/core/words.ts';

/** Takes back what was lent, by who lent it or who was lent it: from then on votes by it count no more, also those of requests that wait. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'End a delegation between you and someone', zh: '结束您与某人之间的委托' },
  examples: ['delegate revoke @bob'],
  risk: 'low',
  args: { person: word(PERSON, { en: 'PERSON', zh: '人员' }, 'person') },
  async plan({ person: typed }, desk) {
    const { person, policy, at } = desk;
    const other = findPerson(typed, policy, desk);
    const ours = policy.delegations.filter(({ from, to }) => (from === person.id && to === other.id) || (from === other.id && to === person.id));
    if (ours.length === 0) {
      throw new Refusal(
        say({ en: 'nothing is lent between you and {other}', zh: '您与 {other} 之间没有委托' }, { other: other.name }),
        say({ en: '`delegate list` shows what is', zh: '可用 `delegate list` 查看' }),
      );
    }
    const nameOf = (id: string) => policy.people.get(id)?.name ?? id;
    return {
      summary: say(
        { en: 'end the delegation between {person} and {other}', zh: '结束 {person} 与 {other} 之间的委托' },
        { person: person.name, other: other.name },
      ),
      steps: ours.map(
        ({ from, to }): Step => ({
          kind: 'desk',
          on: { site: 'desk', host: 'desk', name: to },
          why: say({ en: '{to} approves no more in the place of {from}', zh: '{to} 不再代 {from} 审批' }, { from: nameOf(from), to: nameOf(to) }),
          act: { revoke: { from, to } },
        }),
      ),
      facts: ours.map(({ from, to, until }) => ({
        what: say({ en: 'lent by {from}', zh: '由 {from} 委托' }, { from: nameOf(from) }),
        value: say({ en: 'until {until} UTC', zh: '至 {until} UTC' }, { until: dayAndClock(until) }),
        at,
        holds: `${from} ${to} ${until}`,
      })),
      locks: [],
      risk: 'low',
      undo: { impossible: say({ en: 'who lent it can lend it again', zh: '委托人可以重新委托' }) },
    };
  },
});
