import { deskCommand } from '../src/core/command.ts';
import { say } from '../src/core/words.ts';

/** Ends every session of who says it: all browsers, all terminals, and a link that was not used yet. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Sign out of the web console and the terminal, everywhere', zh: '在所有位置退出 Web 控制台和终端' },
  examples: ['logout'],
  risk: 'none',
  args: {},
  plan: async (_input, { person }) => ({
    summary: say({ en: 'sign {name} out everywhere', zh: '让 {name} 在所有位置退出登录' }, { name: person.name }),
    steps: [
      {
        kind: 'desk',
        on: { site: 'desk', host: 'desk', name: person.id },
        why: say({ en: 'end every session of {name}', zh: '结束 {name} 的所有会话' }, { name: person.name }),
        act: { signOut: { person: person.id } },
      },
    ],
    facts: [],
    locks: [],
    risk: 'none',
    undo: { impossible: say({ en: 'sign in again by `login`', zh: '可通过 `login` 重新登录' }) },
  }),
});
