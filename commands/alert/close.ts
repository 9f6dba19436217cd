import { isOpen } from '../../src/core/alerts/alert.ts';
import { alertName } from '../../src/core/alerts/args.ts';
import { alertNamed, alertStep, firingNamed } from '../../src/core/alerts/asked.ts';
import { titleOf } from '../../src/core/alerts/card.ts';
import { firesOn } from '../../src/core/alerts/members.ts';
import { answer, deskCommand } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';

/** An alert is over, because somebody says so: its source will not. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Close an alert of which nothing more will be heard', zh: '关闭不会再有消息的告警' },
  examples: ['alert close A0123456789A'],
  risk: 'low',
  args: { alert: alertName() },
  async plan({ alert: id }, desk) {
    const seen = await alertNamed(id, desk);
    if (!isOpen(seen)) return answer(say({ en: 'it is over already: {title}', zh: '已结束：{title}' }, { title: titleOf(seen) }), [], { touches: seen.hosts });
    const alert = await firingNamed(id, desk);
    const why = say({ en: 'close “{title}”', zh: '关闭“{title}”' }, { title: titleOf(alert) });
    return {
      summary: why,
      steps: [alertStep(alert, { kind: 'closed', by: desk.person.id, fires: firesOn(alert) }, why)],
      facts: [],
      locks: [],
      touches: alert.hosts,
      risk: 'low',
      undo: { impossible: say({ en: 'it comes back when its source speaks of it again', zh: '其来源再次上报时会重新出现' }) },
    };
  },
});
