import { host, word } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { HostError, Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import * as machine from '../../src/tools/machine.ts';
import { sender, subject, withNeighbours } from '../../src/tools/neighbour.ts';
import { WAKERS, wake } from '../../src/tools/wake.ts';

/** Wakes a host that is off by a packet from another host of its network, and waits until it answers. */
export default command({
  summary: { en: 'Wake a host that is off (wake-on-LAN)', zh: '唤醒关机的主机（网络唤醒）' },
  examples: ['host wake web1', 'host wake web1 --from kvm1'],
  risk: 'low',
  spread: 'whole',
  args: { asleep: host() },
  options: { from: word(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, { en: 'HOST', zh: '主机' }).optional() },
  among: ({ asleep, from }, hosts) => withNeighbours(asleep, from, hosts),
  async plan({ asleep: name, from }, look) {
    const host = subject(look, name);
    if (!host.mac)
      throw new Refusal(
        say({ en: 'the configuration has no mac: of {name}', zh: '配置中没有 {name} 的 mac:' }, { name }),
        say({ en: 'add the address of its network card there', zh: '请在配置中添加网卡地址' }),
      );
    const awake = await look.read(host, machine.bootId()).catch((error: unknown) => {
      if (error instanceof HostError) return undefined;
      throw error;
    });
    if (awake !== undefined) return answer(say({ en: '{name} is awake already', zh: '{name} 已开机' }, { name }), []);
    const by = await sender(look, host, WAKERS, from);
    return {
      summary: say({ en: 'wake {name} from {by}', zh: '从 {by} 唤醒 {name}' }, { name, by: by.host.name }),
      steps: [
        {
          kind: 'exec',
          on: { site: by.host.site, host: by.host.name, name },
          why: say({ en: 'send the magic packet to {mac}', zh: '向 {mac} 发送唤醒包' }, { mac: host.mac }),
          argv: wake(host.mac),
          timeoutMs: 30_000,
        },
        {
          kind: 'wait',
          on: { site: host.site, host: host.name },
          why: say({ en: 'until it answers', zh: '直到有回应' }),
          read: { argv: machine.bootId().argv },
          until: { isNot: '' },
          everyMs: 2000,
          timeoutMs: 600_000,
        },
      ],
      facts: [
        { what: say({ en: '{name} answers', zh: '{name} 有回应' }, { name }), value: say({ en: 'no', zh: '否' }), at: look.now(), holds: `asleep ${name}` },
        { what: say({ en: 'network card', zh: '网卡' }), value: host.mac, at: look.now(), holds: `mac ${host.mac} from ${by.host.name}` },
      ],
      locks: [{ name: `${host.site}/${host.name}` }],
      risk: 'low',
      undo: {
        impossible: say(
          { en: 'a host is not put to sleep by this; `host power {name} soft` turns it off', zh: '此命令不能使主机休眠；可用 `host power {name} soft` 关机' },
          { name },
        ),
      },
    };
  },
});
