import { host, word } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { within } from '../../../src/tools/firewall/words.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { PORT } from '../../../src/tools/redirect.ts';
import { changeableRedirects, planRedirects } from '../../../src/tools/redirect-plan.ts';

/** Takes out what `net redirect set` put in; rules of others stay. */
export default command({
  summary: { en: 'Remove a redirect of a port', zh: '移除端口重定向' },
  examples: ['net redirect remove pve2 443'],
  risk: 'medium',
  args: { host: host(), port: word(PORT, { en: 'PORT', zh: '端口' }) },
  options: { within: within() },
  async plan({ host: typed, port, within: withinMs }, look) {
    const one = oneHost(look, typed);
    const found = await changeableRedirects(look, one);
    const words = { port, host: one.name };
    const before = found.own.find((own) => own.port === Number(port));
    if (!before) return answer(say({ en: '{port} of {host} is not redirected by me', zh: '{host} 的 {port} 没有由我设置的重定向' }, words), []);
    return planRedirects(
      look,
      one,
      found,
      found.own.filter((own) => own !== before),
      {
        summary: say({ en: '{port} of {host} leads to {to} no more', zh: '{host} 的 {port} 不再重定向到 {to}' }, { ...words, to: before.to }),
        undo: { command: 'net redirect set', input: { host: one.name, port, to: String(before.to) } },
        withinMs,
      },
    );
  },
});
