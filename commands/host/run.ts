import { programName, settings, targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { nearest } from '../../src/core/nearest.ts';
import { didYouMean } from '../../src/core/parse.ts';
import { matches } from '../../src/core/policy.ts';
import { fill, values } from '../../src/core/program.ts';
import type { Step } from '../../src/core/types.ts';
import { list, quoted, say } from '../../src/core/words.ts';

/** Runs a program that the configuration declares, on one or many hosts side by side. There is no free shell. */
export default command({
  summary: { en: 'Run a declared program', zh: '运行已声明的程序' },
  examples: ['host run uptime web1', 'host run uptime @web', 'host run pause web1 --with seconds=2'],
  risk: 'low',
  args: { program: programName(), on: targets() },
  options: { with: settings() },
  async plan({ program: name, with: given }, look) {
    const program = look.programs.get(name);
    if (!program) throw unknown(name, [...look.programs.keys()]);
    const outside = look.hosts.filter((host) => !program.hosts.some((pattern) => pattern === '*' || matches(pattern, host)));
    if (outside.length > 0) {
      throw new Refusal(
        say({ en: '“{name}” is not declared for {hosts}', zh: '“{name}”未声明可用于 {hosts}' }, { name, hosts: list(outside.map((host) => host.name)) }),
        say({ en: 'it is for: {hosts}', zh: '可用于：{hosts}' }, { hosts: list(program.hosts) }),
      );
    }
    const argv = fill(program, values(program, given));
    const why = quoted(program.summary);
    return {
      summary: say({ en: '{summary} on {hosts}', zh: '{summary}（{hosts}）' }, { summary: program.summary, hosts: list(look.hosts.map((host) => host.name)) }),
      steps: look.hosts.map(
        (host): Step => ({
          kind: 'exec',
          on: { site: host.site, host: host.name },
          why,
          argv,
          timeoutMs: program.timeoutMs,
          ...(program.stop ? { stop: program.stop } : {}),
        }),
      ),
      facts: [],
      locks: look.hosts.map((host) => ({ name: `${host.site}/${host.name}/program:${name}` })),
      risk: program.risk,
      undo: { impossible: say({ en: 'what the program did is known to the program only', zh: '只有程序自己知道做了什么' }) },
    };
  },
});

function unknown(name: string, known: readonly string[]): Refusal {
  const near = nearest(name, known);
  return new Refusal(
    say({ en: 'no program “{name}” is declared', zh: '没有声明程序“{name}”' }, { name }),
    near.length > 0
      ? didYouMean(near)
      : known.length > 0
        ? say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(known) })
        : say({ en: 'declare it under programs: in the configuration', zh: '请在配置的 programs: 下声明' }),
  );
}
