import { host, span } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import { Refusal } from '../../../src/core/errors.ts';
import { duration } from '../../../src/core/time.ts';
import { say } from '../../../src/core/words.ts';
import { knownFacts } from '../../../src/tools/facts.ts';
import { gateName, gatesFor, type Own, ownRules } from '../../../src/tools/firewall/change.ts';
import { places, planRules } from '../../../src/tools/firewall/plan.ts';
import { door, from, port, within } from '../../../src/tools/firewall/words.ts';
import { changeable } from '../../../src/tools/firewall.ts';

/** Lets a port in, through every chain that turns something away; what the bot itself closed is opened by taking that out. */
export default command({
  summary: { en: 'Open a port in the firewall of a host', zh: '在主机防火墙中开放端口' },
  examples: [
    'net firewall open web1 8080',
    'net firewall open web1 8443 --from 192.0.2.0/24 --for 2h',
    'net firewall open web2 5353/udp --within 60s',
    'net firewall open pve1 9090 --from 192.0.2.0/24 --for 2h',
  ],
  risk: 'medium',
  args: { host: host(), port: port() },
  options: { from: from().optional(), for: span().optional(), within: within() },
  async plan({ host: name, port: text, from: range, for: forMs, within: withinMs }, look) {
    const [one] = look.hosts;
    if (!one) throw new Refusal(say({ en: 'there is no host “{name}”', zh: '没有主机“{name}”' }, { name }));
    await knownFacts(look, one);
    const found = await changeable(look, one);
    const wish = door(text, range);
    const at = `${wish.port}/${wish.proto}`;
    const words = { at, host: one.name };
    const own = ownRules(found, wish.port, wish.proto);
    const drops = own.filter(({ verdict }) => verdict === 'drop');
    const same = own.find(({ verdict, door: { from: there } }) => verdict === 'accept' && (there === wish.from || there === ''));
    const gates = gatesFor(found, wish);
    const undo = { command: 'net firewall close', input: { host: one.name, port: at } };
    if (drops.length > 0) {
      if (wish.from !== '' || forMs !== undefined) {
        throw new Refusal(
          say(
            { en: '{at} was closed on {host} by `net firewall close`; nothing was done', zh: '{host} 的 {at} 已由 `net firewall close` 关闭；未做任何操作' },
            words,
          ),
          say({ en: 'open it for all first: `net firewall open {host} {at}`', zh: '请先完全打开：`net firewall open {host} {at}`' }, words),
        );
      }
      const summary = say({ en: 'open {at} on {host}: what closed it is taken out', zh: '在 {host} 上打开 {at}：移除关闭它的规则' }, words);
      return planRules(look, one, found, { summary, door: wish, add: [], remove: drops, withinMs, undo, notes: [] });
    }
    if (same)
      return answer(
        say({ en: '{at} is already open on {host}, by the rule {tag}', zh: '{host} 上 {at} 已由规则 {tag} 开放' }, { ...words, tag: same.tag }),
        [],
      );
    if (gates.length === 0)
      return answer(say({ en: '{at} on {host} is already open: nothing turns it away', zh: '{host} 上 {at} 已开放：没有规则阻止' }, words), []);
    const forS = forMs === undefined ? undefined : Math.round(forMs / 1000);
    const rule: Own = { tag: `hostler-${look.ticket}${forS === undefined ? '' : '-x'}`, verdict: 'accept', door: wish, gates: gates.map(gateName) };
    const who = wish.from === '' ? say({ en: 'everyone', zh: '所有来源' }) : wish.from;
    const notes = [
      say({ en: 'for {who}, first of all in: {places}', zh: '来源：{who}；最先生效于：{places}' }, { who, places: places([rule]) }),
      ...(forMs === undefined ? [] : [say({ en: 'closed again by the host itself after {time}', zh: '{time}后由主机自动关闭' }, { time: duration(forMs) })]),
    ];
    const summary = say({ en: 'open {at} on {host}', zh: '在 {host} 上开放 {at}' }, words);
    const back =
      own.length === 0
        ? undo
        : { impossible: say({ en: 'closing it would take out what was opened for others, too', zh: '关闭会同时移除为其他来源开放的规则' }) };
    return planRules(look, one, found, { summary, door: wish, add: [rule], remove: [], ...(forS === undefined ? {} : { forS }), withinMs, undo: back, notes });
  },
});
