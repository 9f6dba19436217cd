import { host } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import { Refusal } from '../../../src/core/errors.ts';
import { say } from '../../../src/core/words.ts';
import { knownFacts } from '../../../src/tools/facts.ts';
import { barrier, type Own, ownRules } from '../../../src/tools/firewall/change.ts';
import { places, planRules } from '../../../src/tools/firewall/plan.ts';
import { door, port, within } from '../../../src/tools/firewall/words.ts';
import { changeable } from '../../../src/tools/firewall.ts';

/** Takes out what `net firewall open` put in; a port that others let in is turned away before their rules are asked. */
export default command({
  summary: { en: 'Close a port in the firewall of a host', zh: '在主机防火墙中关闭端口' },
  examples: ['net firewall close web1 8080', 'net firewall close web2 5353/udp', 'net firewall close pve1 9090'],
  risk: 'medium',
  args: { host: host(), port: port() },
  options: { within: within() },
  async plan({ host: name, port: text, within: withinMs }, look) {
    const [one] = look.hosts;
    if (!one) throw new Refusal(say({ en: 'there is no host “{name}”', zh: '没有主机“{name}”' }, { name }));
    await knownFacts(look, one);
    const found = await changeable(look, one);
    const wish = door(text);
    const at = `${wish.port}/${wish.proto}`;
    const words = { at, host: one.name };
    const own = ownRules(found, wish.port, wish.proto);
    const accepts = own.filter(({ verdict }) => verdict === 'accept');
    const [accept] = accepts;
    if (accept) {
      const from = accept.door.from === '' ? {} : { from: accept.door.from };
      const again = accepts.length === 1 && !accept.tag.endsWith('-x');
      const undo = again
        ? { command: 'net firewall open', input: { host: one.name, port: at, ...from } }
        : { impossible: say({ en: 'it was open to several, or for a time only; ask for each anew', zh: '此前对多个来源或限时开放；请分别重新开放' }) };
      const notes = [say({ en: 'taken out of: {places}', zh: '移除于：{places}' }, { places: places(accepts) })];
      const summary = say({ en: 'close {at} on {host}: what opened it is taken out', zh: '在 {host} 上关闭 {at}：移除开放它的规则' }, words);
      return planRules(look, one, found, { summary, door: wish, add: [], remove: accepts, withinMs, undo, notes });
    }
    if (own.length > 0) return answer(say({ en: '{at} is already closed on {host}', zh: '{host} 上 {at} 已关闭' }, words), []);
    if (wish.proto === 'tcp' && found.sshPorts.includes(wish.port)) {
      throw new Refusal(
        say({ en: '{at} is how I come in to {host}; it stays open, and nothing was done', zh: '{at} 是我登录 {host} 的端口；保持开放，未做任何操作' }, words),
        say({ en: 'to let in fewer, use the host’s own rules', zh: '如需限制来源，请使用主机自身的规则' }),
      );
    }
    const node = found.chains.find(({ by }) => by === 'pve');
    if (node?.policy === 'accept')
      throw new Refusal(
        say(
          {
            en: 'pve-firewall is off for {host}: a rule there would turn nothing away; nothing was done',
            zh: '{host} 未启用 pve-firewall：规则不会生效；未做任何操作',
          },
          words,
        ),
        say({ en: 'switch it on for the node in Proxmox first', zh: '请先在 Proxmox 中为该节点启用防火墙' }),
      );
    const rule: Own = { tag: `hostler-${look.ticket}`, verdict: 'drop', door: wish, gates: barrier(found) };
    const notes = [
      node
        ? say({ en: 'turned away in: {places}; what is connected already stays', zh: '拦截于：{places}；已建立的连接保持' }, { places: places([rule]) })
        : say(
            { en: 'turned away in: {places}; what is connected already is cut off, too', zh: '拦截于：{places}；已建立的连接也会中断' },
            { places: places([rule]) },
          ),
    ];
    const undo = { command: 'net firewall open', input: { host: one.name, port: at } };
    const summary = say({ en: 'close {at} on {host}', zh: '在 {host} 上关闭 {at}' }, words);
    return planRules(look, one, found, { summary, door: wish, add: [rule], remove: [], withinMs, undo, notes });
  },
});
