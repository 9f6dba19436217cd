import { answer, deskCommand } from '../../src/core/command.ts';
import { dayAndClock } from '../../src/core/time.ts';
import type { Cell } from '../../src/core/types.ts';
import { list, say } from '../../src/core/words.ts';

/** Who may approve in whose place, and until when. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'List who approves in whose place', zh: '列出审批委托' },
  examples: ['delegate list'],
  risk: 'none',
  args: {},
  async plan(_input, { policy, at }) {
    const lent = policy.delegations.filter(({ from, to, until }) => at < until && policy.people.has(from) && policy.people.has(to));
    if (lent.length === 0) return answer(say({ en: 'nobody approves in another’s place', zh: '没有审批委托' }), []);
    const person = (id: string) => policy.people.get(id);
    const rows = lent.map(({ from, to, until }): Cell[] => [
      person(from)?.name ?? from,
      person(to)?.name ?? to,
      list(person(from)?.roles ?? []),
      dayAndClock(until),
    ]);
    const columns = [
      say({ en: 'in the place of', zh: '委托人' }),
      say({ en: 'approves', zh: '受托人' }),
      say({ en: 'roles', zh: '角色' }),
      say({ en: 'until (UTC)', zh: '截止（UTC）' }),
    ];
    return answer(say({ en: 'delegations: {n}', zh: '共 {n} 个委托' }, { n: lent.length }), [{ kind: 'table', columns, rows }]);
  },
});
