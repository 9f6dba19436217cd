import { alertName } from '../../src/core/alerts/args.ts';
import { alertStep, firingNamed } from '../../src/core/alerts/asked.ts';
import { titleOf } from '../../src/core/alerts/card.ts';
import { answer, deskCommand } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';

/** Nobody looks after an alert any more: people are called for it as before. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Take back that somebody has taken note of an alert', zh: '撤回对告警的确认' },
  examples: ['alert unack A0123456789B'],
  risk: 'low',
  args: { alert: alertName() },
  async plan({ alert: id }, desk) {
    const alert = await firingNamed(id, desk);
    const title = titleOf(alert);
    if (!alert.acked) return answer(say({ en: 'nobody has acknowledged it: {title}', zh: '尚无人确认：{title}' }, { title }), [], { touches: alert.hosts });
    const why = say({ en: 'nobody looks after “{title}” any more', zh: '“{title}”不再有人负责' }, { title });
    return {
      summary: why,
      steps: [alertStep(alert, { kind: 'unacked', by: desk.person.id }, why)],
      facts: [],
      locks: [],
      touches: alert.hosts,
      risk: 'low',
      undo: { command: 'alert ack', input: { alert: id } },
    };
  },
});
