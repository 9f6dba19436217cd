import { host, word } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { within } from '../../../src/tools/firewall/words.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { PORT } from '../../../src/tools/redirect.ts';
import { changeableRedirects, mustLead, planRedirects } from '../../../src/tools/redirect-plan.ts';

/** What comes in to one TCP port of a host goes to another of it, such as 443 to the 8006 of a Proxmox node; what goes through the host is left alone. */
export default command({
  summary: { en: 'Redirect a port of a host to another of its ports', zh: '将主机的端口重定向到另一端口' },
  examples: ['net redirect set pve1 443 8006', 'net redirect set web1 8080 80 --within 60s'],
  risk: 'medium',
  args: { host: host(), port: word(PORT, { en: 'PORT', zh: '端口' }), to: word(PORT, { en: 'TO-PORT', zh: '目标端口' }) },
  options: { within: within() },
  async plan({ host: typed, port, to, within: withinMs }, look) {
    const one = oneHost(look, typed);
    const found = await changeableRedirects(look, one);
    const wish = { port: Number(port), to: Number(to) };
    const words = { ...wish, host: one.name };
    const before = found.own.find((own) => own.port === wish.port);
    if (before?.to === wish.to && found.loaded && found.boot)
      return answer(say({ en: '{port} already leads to {to} on {host}', zh: '{host} 上 {port} 已重定向到 {to}' }, words), []);
    mustLead(one, found, wish);
    const undo = before
      ? { command: 'net redirect set', input: { host: one.name, port, to: String(before.to) } }
      : { command: 'net redirect remove', input: { host: one.name, port } };
    const summary = say({ en: 'redirect {port} to {to} on {host}', zh: '在 {host} 上将 {port} 重定向到 {to}' }, words);
    return planRedirects(look, one, found, [...found.own.filter((own) => own.port !== wish.port), wish], { summary, undo, withinMs });
  },
});
