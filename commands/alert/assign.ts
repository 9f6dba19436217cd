import { alertName } from '../../src/core/alerts/args.ts';
import { alertStep, firingNamed } from '../../src/core/alerts/asked.ts';
import { titleOf } from '../../src/core/alerts/card.ts';
import { word } from '../../src/core/args.ts';
import { answer, deskCommand } from '../../src/core/command.ts';
import { findPerson, PERSON } from '../../src/core/who.ts';
import { say } from '../../src/core/words.ts';

/** An alert becomes somebody's: they are called. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Give an alert to somebody, who is called', zh: '将告警指派给某人并呼叫' },
  examples: ['alert assign A0123456789A @bob'],
  risk: 'low',
  args: { alert: alertName(), person: word(PERSON, { en: '@PERSON', zh: '@人员' }, 'person') },
  async plan({ alert: id, person }, desk) {
    const alert = await firingNamed(id, desk);
    const to = findPerson(person, desk.policy, desk);
    const title = titleOf(alert);
    if (alert.assigned?.to === to.id)
      return answer(say({ en: 'it is {to}’s already: {title}', zh: '已指派给 {to}：{title}' }, { to: to.name, title }), [], { touches: alert.hosts });
    const why = say({ en: 'give “{title}” to {to}', zh: '将“{title}”指派给 {to}' }, { title, to: to.name });
    const before = alert.assigned?.to;
    return {
      summary: why,
      steps: [alertStep(alert, { kind: 'assigned', by: desk.person.id, to: to.id }, why)],
      facts: [],
      locks: [],
      touches: alert.hosts,
      risk: 'low',
      undo:
        before !== undefined && desk.policy.people.has(before)
          ? { command: 'alert assign', input: { alert: id, person: `@${before}` } }
          : { impossible: say({ en: 'they have been called; assign it to somebody else', zh: '对方已被呼叫；可改派他人' }) },
    };
  },
});
