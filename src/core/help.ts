import type { AnyCommand } from './command.ts';
import { answer } from './command.ts';
import { Refusal } from './errors.ts';
import { nearest } from './nearest.ts';
import { didYouMean } from './parse.ts';
import { riskCell } from './policy.ts';
import type { Block, Cell, Plan } from './types.ts';
import { usage } from './usage.ts';
import { quoted, type Said, say } from './words.ts';

/** Help over the commands a person may ask for: all, a family, or one. */
export function help(words: readonly string[], commands: ReadonlyMap<string, AnyCommand>): Plan {
  const topic = words.join(' ');
  const one = commands.get(topic);
  if (one) return helpOn(topic, one);
  const some = [...commands].filter(([path]) => topic === '' || path.startsWith(`${topic} `)).sort(([a], [b]) => (a < b ? -1 : 1));
  if (some.length === 0) {
    const near = nearest(topic, commands.keys());
    throw new Refusal(
      say({ en: 'there is no command “{topic}”', zh: '没有命令“{topic}”' }, { topic }),
      near.length > 0 ? didYouMean(near) : say({ en: '`help` alone lists them all', zh: '单独输入 `help` 列出全部命令' }),
    );
  }
  if (topic === '') return overview(some);
  const rows = some.map(([path, command]): Cell[] => [usage(path, command), { words: command.summary }, riskCell(command.risk)]);
  return answer(say({ en: 'what you can ask for', zh: '您可以使用的命令' }), [
    { kind: 'table', columns: [say({ en: 'command', zh: '命令' }), say({ en: 'what it does', zh: '作用' }), say({ en: 'risk', zh: '风险' })], rows },
    {
      kind: 'text',
      text: say({
        en: '`help COMMAND` shows examples; `--plan` after any command shows what it would do and does nothing',
        zh: '`help 命令` 查看示例；任何命令后加 `--plan` 只显示计划，不执行',
      }),
    },
  ]);
}

/** Every command in a few lines: families with their commands, and the others with what they do; what is about hosts first, then what is about the bot. */
function overview(some: readonly (readonly [string, AnyCommand])[]): Plan {
  const families = [...Map.groupBy(some, ([path]) => path.split(' ')[0] ?? '')];
  const isOnHosts = ([, members]: (typeof families)[number]) => members.some(([, { at = 'site' }]) => at === 'site');
  const [onHosts, here] = [families.filter(isOnHosts), families.filter((family) => !isOnHosts(family))];
  const part = (title: Said, some: readonly (readonly [string, readonly (readonly [string, AnyCommand])[]])[]): Block[] =>
    some.length === 0
      ? []
      : [
          { kind: 'text', text: title },
          { kind: 'facts', facts: some.map(([family, members]) => familyLine(family, members)) },
        ];
  return answer(say({ en: 'what you can ask for', zh: '您可以使用的命令' }), [
    ...part(say({ en: 'hosts, guests and what they stand on:', zh: '主机、客户机及其基础设施：' }), onHosts),
    ...part(say({ en: 'requests, people and rules:', zh: '请求、人员与规则：' }), here),
    {
      kind: 'text',
      text: say({
        en: '`ok CODE` approves what waits, `no CODE …` rejects it, `withdraw CODE` takes your yes back, `why CODE …` says why you asked',
        zh: '`ok 代码` 批准等待中的请求，`no 代码 …` 拒绝，`withdraw 代码` 撤回您的批准，`why 代码 …` 说明您的理由',
      }),
    },
    {
      kind: 'text',
      text: say(
        {
          en: '`help {family}` lists what is under {family}, `help` and a whole command how it is written; `--plan` after any command shows what it would do and does nothing',
          zh: '`help {family}` 列出 {family} 的全部命令，`help` 加完整命令显示写法；任何命令后加 `--plan` 只显示计划，不执行',
        },
        { family: [...here, ...onHosts].findLast(([, members]) => members.length > 1)?.[0] ?? 'help' },
      ),
    },
  ]);
}

function familyLine(family: string, members: readonly (readonly [string, AnyCommand])[]): [Said, Said] {
  const [first] = members;
  if (first && members.length === 1 && first[0] === family) return [quoted(family), { words: first[1].summary }];
  const verbs = members.map(([path]) => path.slice(family.length + 1)).filter((verb) => verb !== '');
  return [quoted(family), quoted(verbs.join(' · '))];
}

function helpOn(path: string, command: AnyCommand): Plan {
  return answer({ words: command.summary }, [
    {
      kind: 'facts',
      facts: [
        [say({ en: 'usage', zh: '用法' }), usage(path, command)],
        [say({ en: 'risk', zh: '风险' }), riskCell(command.risk)],
      ],
    },
    { kind: 'text', text: say({ en: 'examples:', zh: '示例：' }) },
    { kind: 'code', text: command.examples.join('\n') },
  ]);
}
