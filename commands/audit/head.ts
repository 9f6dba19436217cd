import { headText } from '../../src/core/chain.ts';
import { answer, deskCommand } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';

/** How far the audit goes: to be kept where nobody can change it, so that it can be proven later that nothing was taken away. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Show the head of the audit', zh: '查看审计链的链头' },
  examples: ['audit head'],
  risk: 'none',
  args: {},
  async plan(_input, desk) {
    const [last] = await desk.audit.search({ limit: 1 });
    if (!last) return answer(say({ en: 'the audit is empty', zh: '审计记录为空' }), []);
    return answer(say({ en: 'the audit has {n} entries', zh: '审计记录共 {n} 条' }, { n: last.seq }), [
      { kind: 'code', text: headText(last) },
      {
        kind: 'text',
        text: say(
          { en: 'check it later: `hostler audit verify --anchor {head}`', zh: '日后验证：`hostler audit verify --anchor {head}`' },
          { head: headText(last) },
        ),
      },
    ]);
  },
});
