import { deskCommand } from '../../src/core/command.ts';
import { lint } from '../../src/core/lint.ts';
import { linted } from '../../src/core/linted.ts';
import { veil } from '../../src/core/veil.ts';

/** What is strange about the policy in force: what nobody can approve, and rules that do nothing. `hostler config check` finds the same, and what is strange about accounts. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Show what is strange about the policy', zh: '检查策略中的问题' },
  examples: ['policy lint'],
  risk: 'none',
  args: {},
  plan: async (_input, { policy, all, hosts }) => linted(lint(policy, all), veil(policy, hosts)),
});
