import { confirm, host, span } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { goingDown, leaving } from '../../src/tools/machine/leaving.ts';
import * as machine from '../../src/tools/machine.ts';

/** Switches a host off after a minute or more; it is over when the host no longer answers. */
export default command({
  summary: { en: 'Switch a host off', zh: '关闭主机' },
  examples: ['host shutdown web1 --confirm web1'],
  risk: 'high',
  args: { host: host() },
  options: { confirm: confirm(), delay: span().optional() },
  async plan({ host: name, confirm: again, delay }, look) {
    const [host] = look.hosts;
    if (!host) throw new Refusal(say({ en: 'there is no host “{name}”', zh: '没有主机“{name}”' }, { name }));
    if (again !== host.name)
      throw new Refusal(
        say({ en: '“{again}” is not the name of the host; nothing was done', zh: '“{again}”不是该主机的名称；未做任何操作' }, { again }),
        say({ en: 'say `--confirm {name}`', zh: '请使用 `--confirm {name}`' }, { name: host.name }),
      );
    const [bootId, { risk, facts, locks, expects }] = await Promise.all([look.read(host, machine.bootId()), leaving(look, host)]);
    const minutes = Math.max(1, Math.ceil((delay ?? 0) / 60_000));
    const on = { site: host.site, host: host.name };
    const back =
      host.bmc || host.mac
        ? say({ en: 'it can be switched on from afar', zh: '可远程开机' })
        : say({ en: 'NOBODY CAN SWITCH IT ON FROM HERE: neither a BMC nor a MAC address is configured', zh: '无法从此处开机：未配置 BMC 或 MAC 地址' });
    return {
      summary: say({ en: 'switch {name} off', zh: '关闭 {name}' }, { name: host.name }),
      steps: goingDown(on, 'poweroff', minutes, {
        kind: 'wait',
        on,
        why: say({ en: 'until it no longer answers', zh: '直到不再响应' }),
        read: { argv: machine.bootId().argv },
        until: { silent: true },
        everyMs: 1000,
        timeoutMs: minutes * 60_000 + 600_000,
      }),
      facts: [
        { what: say({ en: 'boot id', zh: '启动标识' }), value: bootId, at: look.now(), holds: `boot ${host.name} ${bootId}` },
        { what: say({ en: 'afterwards', zh: '之后' }), value: back, at: look.now() },
        ...facts,
      ],
      locks,
      expects,
      risk,
      undo: {
        impossible: say({
          en: 'a host that is off hears nothing: it is switched on by hand, BMC or wake-on-LAN',
          zh: '已关机的主机无法接收指令：需手动、BMC 或网络唤醒开机',
        }),
      },
    };
  },
});
