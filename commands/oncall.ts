import { turnAfter, turnOf } from '../src/core/alerts/rota.ts';
import { shownAt } from '../src/core/clocks.ts';
import { answer, deskCommand } from '../src/core/command.ts';
import { dayAndClock } from '../src/core/time.ts';
import type { Cell } from '../src/core/types.ts';
import { say } from '../src/core/words.ts';

/** Who is on call now, and who is next, by the clocks of each rota. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Who is on call, and who is next', zh: '当前值班人员及下一班' },
  examples: ['oncall'],
  risk: 'none',
  args: {},
  async plan(_input, { policy, routing, at }) {
    if (routing.rotas.size === 0)
      return answer(say({ en: 'there is no rota; alerts: rotas: in the configuration makes one', zh: '没有值班表；请在配置 alerts: rotas: 中设置' }), []);
    const name = (person: string | undefined): Cell => (person === undefined ? say({ en: 'nobody', zh: '无人' }) : (policy.people.get(person)?.name ?? person));
    const rows = [...routing.rotas.values()].map((rota): Cell[] => {
      const [now, next] = [turnOf(rota, at), turnAfter(rota, at)];
      const change = now?.until ?? next?.from;
      return [rota.name, name(now?.person), change === undefined ? '' : dayAndClock(shownAt(change, rota.zone)), name(next?.person), rota.zone];
    });
    const columns = [
      say({ en: 'rota', zh: '值班表' }),
      say({ en: 'on call', zh: '值班人' }),
      say({ en: 'until', zh: '截止' }),
      say({ en: 'next', zh: '下一班' }),
      say({ en: 'clocks of', zh: '时区' }),
    ];
    return answer(say({ en: 'on call', zh: '值班' }), [{ kind: 'table', columns, rows }]);
  },
});
