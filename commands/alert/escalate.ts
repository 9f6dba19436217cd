import { alertName } from '../../src/core/alerts/args.ts';
import { alertStep, firingNamed } from '../../src/core/alerts/asked.ts';
import { titleOf } from '../../src/core/alerts/card.ts';
import { nextStep } from '../../src/core/alerts/escalations.ts';
import { deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { list, say } from '../../src/core/words.ts';

/** The next step of an alert's escalation, now instead of later. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Call for an alert who would be called next', zh: '立即升级告警，呼叫下一级人员' },
  examples: ['alert escalate A0123456789A'],
  risk: 'low',
  args: { alert: alertName() },
  async plan({ alert: id }, desk) {
    const alert = await firingNamed(id, desk);
    const title = titleOf(alert);
    const next = nextStep(alert, desk, desk.at);
    if (!next) {
      throw new Refusal(
        say({ en: 'there is nobody left to call for “{title}”', zh: '“{title}”已没有可升级的人员' }, { title }),
        say({ en: '`alert assign {id} @person` gives it to somebody', zh: '可用 `alert assign {id} @人员` 指派' }, { id }),
      );
    }
    const to = next.to.map((person) => desk.policy.people.get(person)?.name ?? person);
    const why =
      to.length > 0
        ? say({ en: 'call {to} for “{title}”', zh: '为“{title}”呼叫 {to}' }, { to: list(to), title })
        : say({ en: 'escalate “{title}”', zh: '升级“{title}”' }, { title });
    return {
      summary: why,
      steps: [alertStep(alert, { ...next, by: desk.person.id }, why)],
      facts: [],
      locks: [],
      touches: alert.hosts,
      risk: 'low',
      undo: { impossible: say({ en: 'who was called was called', zh: '已呼叫的无法撤回' }) },
    };
  },
});
