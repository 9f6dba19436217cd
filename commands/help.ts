import { commandWords } from '../src/core/args.ts';
import { deskCommand } from '../src/core/command.ts';
import { help } from '../src/core/help.ts';

/** What you may ask for. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Show what you can ask for', zh: '查看可用命令' },
  examples: ['help', 'help vm', 'help vm reboot'],
  risk: 'none',
  args: { topic: commandWords() },
  plan: async ({ topic }, { commands }) => help(topic, commands),
});
