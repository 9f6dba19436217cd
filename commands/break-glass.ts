import { reason, line as wholeLine } from '../src/core/args.ts';
import { aliasCommand } from '../src/core/command.ts';
import { Refusal } from '../src/core/errors.ts';
import { parse } from '../src/core/parse.ts';
import { say } from '../src/core/words.ts';

/** Families of commands that change who somebody is, who stands in for them, and what they have yet to answer for. */
const OF_PEOPLE = ['link', 'delegate', 'factor', 'review'];

/** Does at once what would wait for approval. What is granted and what is forbidden stays so; everybody is told, and someone else must review it. */
export default aliasCommand({
  at: 'ask',
  rollsOut: true,
  summary: {
    en: 'Do at once what would wait for approval; everybody is told, and someone else reviews it',
    zh: '紧急情况下跳过批准立即执行；会通知所有人，事后须由他人审查',
  },
  examples: ['break-glass "vm reboot shop" --reason "the shop is down and nobody else answers"'],
  risk: 'low',
  args: { line: wholeLine() },
  options: { reason: reason() },
  async become({ line, reason: why }, desk) {
    const { breakGlass } = desk.policy;
    if (!breakGlass?.roles.some((role) => desk.person.roles.includes(role))) {
      throw new Refusal(
        say({ en: 'you may not break the glass', zh: '您无权使用紧急通道' }),
        say({ en: 'breakGlass.roles: in the configuration says who may', zh: '配置的 breakGlass.roles: 说明谁可以使用' }),
      );
    }
    const meant = parse(line, desk.commands);
    const inner = desk.commands.get(meant.path);
    if (!inner || inner.at === 'ask')
      throw new Refusal(say({ en: 'say the command itself, not “{path}”', zh: '请直接写命令，而不是“{path}”' }, { path: meant.path }));
    if (OF_PEOPLE.includes(meant.path.split(' ')[0] ?? '')) {
      throw new Refusal(
        say({ en: 'who is who, and who approves for whom, is never changed in an emergency', zh: '身份与审批权限不能通过紧急通道变更' }),
        say({ en: 'say the command itself: someone else must approve it', zh: '请直接写命令：需由他人批准' }),
      );
    }
    if (meant.window !== undefined)
      throw new Refusal(say({ en: 'what breaks the glass is done at once, not in a window', zh: '紧急通道会立即执行，不能指定窗口' }));
    if (meant.dry) throw new Refusal(say({ en: '`--plan` needs no glass broken', zh: '`--plan` 无需紧急通道' }));
    return {
      command: meant.path,
      input: meant.input,
      from: { kind: 'glass', ticket: '' },
      reason: why,
      ...(meant.rollout ? { rollout: meant.rollout } : {}),
    };
  },
});
