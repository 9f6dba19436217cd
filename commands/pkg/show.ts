import { host, word } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { PACKAGE, packagesOf } from '../../src/tools/packages.ts';

/** One package on a host: what is installed, what could be, and where from. */
export default command({
  summary: { en: 'Show a package on a host', zh: '查看主机上的软件包' },
  examples: ['pkg show web1 openssl', 'pkg show db1 openssl'],
  risk: 'none',
  args: { host: host(), package: word(PACKAGE, { en: 'PACKAGE', zh: '软件包' }) },
  async plan({ package: name }, look) {
    const [host] = look.hosts;
    if (!host) throw new Refusal(say({ en: 'no such host', zh: '没有这台主机' }));
    const { installed, candidate, source, held } = await (await packagesOf(look, host)).show(look, host, name);
    if (installed === undefined && candidate === undefined)
      throw new Refusal(
        say({ en: '{host} knows no package “{name}”', zh: '{host} 没有名为“{name}”的软件包' }, { host: host.name, name }),
        say(
          {
            en: 'package names differ between distributions; `pkg refresh {host}` fetches the lists',
            zh: '各发行版的包名不同；`pkg refresh {host}` 可获取列表',
          },
          { host: host.name },
        ),
      );
    const facts: [ReturnType<typeof say>, Cell][] = [
      [say({ en: 'installed', zh: '已安装' }), installed ?? say({ en: 'no', zh: '否' })],
      [say({ en: 'candidate', zh: '候选版本' }), candidate ?? '-'],
      [say({ en: 'source', zh: '来源' }), source || '-'],
      [say({ en: 'held', zh: '保留' }), held ? say({ en: 'yes', zh: '是' }) : say({ en: 'no', zh: '否' })],
    ];
    return answer(say({ en: '{name} on {host}', zh: '{host} 上的 {name}' }, { name, host: host.name }), [{ kind: 'facts', facts }]);
  },
});
