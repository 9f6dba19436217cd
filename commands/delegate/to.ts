import { fitsRule } from '../../src/core/approval.ts';
import { reason, span, word } from '../../src/core/args.ts';
import { deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { dayAndClock, duration } from '../../src/core/time.ts';
import { findPerson, PERSON } from '../../src/core/who.ts';
import { list, say } from '../../src/core/words.ts';

/** Longest time that roles are lent for at once, in milliseconds. */
const LONGEST = 30 * 86_400_000;
const DEFAULT = 8 * 3_600_000;

/** Lends one's roles to somebody for approving, such as for a night or a holiday: not for asking, and not to be lent on. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Let someone approve in your place for a while', zh: '暂时委托他人代您审批' },
  examples: ['delegate to @bob', 'delegate to @bob --for 7d --reason "on holiday"'],
  risk: 'low',
  args: { person: word(PERSON, { en: 'PERSON', zh: '人员' }, 'person') },
  options: { for: span().optional(), reason: reason().optional() },
  async plan({ person: typed, for: forMs = DEFAULT, reason: why }, desk) {
    const { person, policy, at } = desk;
    const to = findPerson(typed, policy, desk);
    if (to.id === person.id) throw new Refusal(say({ en: 'you approve in your own place already', zh: '您本来就可以自己审批' }));
    if (forMs > LONGEST) {
      throw new Refusal(say({ en: 'at most {time} at once', zh: '一次最多 {time}' }, { time: duration(LONGEST) }));
    }
    const until = at + forMs;
    const lends = policy.approvals.some((rule) => fitsRule(rule, person.roles));
    const names = { from: person.name, to: to.name, until: dayAndClock(until), why: why === undefined ? '' : `: ${why}` };
    return {
      summary: say({ en: '{to} may approve in the place of {from} until {until} UTC{why}', zh: '{to} 可代 {from} 审批，至 {until} UTC{why}' }, names),
      steps: [
        {
          kind: 'desk',
          on: { site: 'desk', host: 'desk', name: to.id },
          why: say({ en: 'lend {to} the roles of {from} for approving', zh: '将 {from} 的审批角色委托给 {to}' }, names),
          act: { delegate: { from: person.id, to: to.id, until } },
        },
      ],
      facts: [{ what: say({ en: 'roles', zh: '角色' }), value: list(person.roles), at, holds: person.roles.join(' ') }],
      ...(lends ? {} : { notes: [say({ en: 'no approval rule asks for these roles now', zh: '目前没有审批规则需要这些角色' })] }),
      locks: [],
      risk: 'low',
      undo: { command: 'delegate revoke', input: { person: `@${to.id}` } },
    };
  },
});
