import { firingOn } from '../../src/core/alerts/ages.ts';
import { alertName } from '../../src/core/alerts/args.ts';
import { alertStep, firingNamed } from '../../src/core/alerts/asked.ts';
import { titleOf } from '../../src/core/alerts/card.ts';
import { firesOn } from '../../src/core/alerts/members.ts';
import { reason } from '../../src/core/args.ts';
import { answer, deskCommand } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';

/** Somebody takes note of an alert: nobody else is called for it. What is no state but an event goes with that. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Take note of an alert, so that nobody else is called', zh: '确认告警，不再呼叫他人' },
  examples: ['alert ack A0123456789A', 'alert ack A0123456789A --note "the disk is on its way"'],
  risk: 'low',
  args: { alert: alertName() },
  options: { note: reason().optional() },
  async plan({ alert: id, note }, desk) {
    const alert = await firingNamed(id, desk);
    const title = titleOf(alert);
    const by = alert.acked && (desk.policy.people.get(alert.acked.by)?.name ?? alert.acked.by);
    if (by !== undefined)
      return answer(say({ en: '{by} has acknowledged it already: {title}', zh: '{by} 已确认：{title}' }, { by, title }), [], { touches: alert.hosts });
    const all = await firingOn(alert, desk.alerts);
    const fires = firesOn(alert);
    const once = fires > 0 && all.length >= fires && all.every((member) => member.once);
    const why = once
      ? say({ en: 'take note of “{title}”, and close it', zh: '确认并关闭“{title}”' }, { title })
      : say({ en: 'take note of “{title}”', zh: '确认“{title}”' }, { title });
    const happened = { kind: 'acked', by: desk.person.id, ...(note === undefined ? {} : { note }) } as const;
    return {
      summary: why,
      steps: [alertStep(alert, happened, why), ...(once ? [alertStep(alert, { kind: 'closed', by: desk.person.id, fires }, why)] : [])],
      facts: [],
      locks: [],
      touches: alert.hosts,
      risk: 'low',
      undo: once
        ? { impossible: say({ en: 'it was closed; it comes back when it happens again', zh: '已关闭；再次发生时会重新出现' }) }
        : { command: 'alert unack', input: { alert: id } },
    };
  },
});
