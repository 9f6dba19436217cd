import { deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { scheduleName } from '../../src/core/schedules/args.ts';
import { schedulesFor } from '../../src/core/schedules/sight.ts';
import { repeatWords } from '../../src/core/schedules/words.ts';
import { list, say } from '../../src/core/words.ts';

/** Asks a line at times no more. What runs already runs on. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Ask a line at times no more', zh: '删除时间表' },
  examples: ['schedule remove S0123456789A'],
  risk: 'low',
  args: { schedule: scheduleName() },
  async plan({ schedule: id }, desk) {
    const all = await schedulesFor(desk);
    const found = all.find((one) => one.id === id.toUpperCase());
    if (!found) {
      const known = all.slice(0, 10).map((one) => one.id);
      throw new Refusal(
        say({ en: 'there is no schedule {id}', zh: '没有时间表 {id}' }, { id }),
        known.length > 0
          ? say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(known) })
          : say({ en: 'nothing is scheduled', zh: '没有时间表' }),
      );
    }
    const { repeat } = found;
    return {
      summary: say({ en: 'ask “{line}” no more', zh: '不再执行“{line}”' }, { line: repeat.line }),
      steps: [
        {
          kind: 'desk',
          on: { site: 'desk', host: 'desk', name: found.id },
          why: say({ en: 'forget the schedule {id}', zh: '删除时间表 {id}' }, { id: found.id }),
          act: { unschedule: { id: found.id, rev: found.rev } },
        },
      ],
      facts: [
        { what: say({ en: 'so far', zh: '目前' }), value: repeatWords(repeat), at: desk.at, holds: `schedule ${found.id}` },
        { what: say({ en: 'by', zh: '人员' }), value: desk.policy.people.get(found.by)?.name ?? found.by, at: found.at },
      ],
      locks: [],
      touches: repeat.hosts,
      risk: 'low',
      undo: { impossible: say({ en: 'add it again; it is approved anew then', zh: '请重新添加；届时须重新批准' }) },
    };
  },
});
