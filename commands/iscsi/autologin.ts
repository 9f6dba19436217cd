import { z } from 'zod';
import { host } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { here } from '../../src/tools/disks/here.ts';
import { iscsi, startup, startupOf } from '../../src/tools/iscsi.ts';
import { iqn, portal, targetOf } from '../../src/tools/iscsi-words.ts';

/** Whether a host logs in to a target by itself after a reboot. */
export default command({
  summary: { en: 'Have a host log in to an iSCSI target at boot, or not', zh: '设置主机启动时是否自动登录 iSCSI 目标' },
  examples: ['iscsi autologin pve1 iqn.2020-01.org.example:idle on'],
  risk: 'low',
  args: { host: host(), iqn: iqn(), state: z.enum(['on', 'off']) },
  options: { portal: portal().optional() },
  async plan({ host: name, iqn: target, state, portal: typed }, look) {
    const place = await here(look, name, 'iscsiadm');
    const { host } = place;
    const found = targetOf(host, await look.read(host, iscsi()), target, typed);
    const wanted = state === 'on' ? 'automatic' : 'manual';
    const was = [found.startup ?? '-', found.connStartup ?? '-'];
    const values = { target, host: host.name, wanted };
    if (was.every((one) => one === wanted))
      return answer(say({ en: '{target} on {host} is set to {wanted} already', zh: '{host} 上的 {target} 已设为 {wanted}' }, values), []);
    const on = place.on(target);
    const same = was[0] === was[1];
    return {
      summary: say({ en: 'set {target} on {host} to {wanted}', zh: '将 {host} 上的 {target} 设为 {wanted}' }, values),
      steps: [
        {
          kind: 'exec',
          on,
          why: say({ en: 'set node.startup and node.conn[0].startup', zh: '设置 node.startup 与 node.conn[0].startup' }),
          argv: startup(target, found.portal, wanted),
          timeoutMs: 60_000,
        },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until the record says so', zh: '直到记录生效' }),
          read: startupOf(target, found.portal),
          until: { is: `${wanted}/${wanted}` },
          everyMs: 500,
          timeoutMs: 15_000,
        },
      ],
      facts: [
        {
          what: say({ en: 'at boot now', zh: '当前启动设置' }),
          value: was.join(', '),
          at: place.at,
          holds: `iscsi ${host.name} ${target} ${found.portal} ${was.join('/')}`,
        },
      ],
      locks: [place.lock(`iscsi:${target}`)],
      risk: 'low',
      undo: same
        ? { command: 'iscsi autologin', input: { host: name, iqn: target, state: state === 'on' ? 'off' : 'on', portal: found.portal } }
        : { impossible: say({ en: 'the two settings disagreed before: {was}', zh: '此前两项设置不一致：{was}' }, { was: was.join(', ') }) },
    };
  },
});
