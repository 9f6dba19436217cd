import { host } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Step } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { here } from '../../src/tools/disks/here.ts';
import { discover, iscsi, logIn, sessionOf } from '../../src/tools/iscsi.ts';
import { iqn, portal, wholePortal } from '../../src/tools/iscsi-words.ts';

/** Opens a session to a target; what its portal offers is asked first where the host has no record of it. */
export default command({
  summary: { en: 'Log in to an iSCSI target', zh: '登录 iSCSI 目标' },
  examples: ['iscsi login pve1 iqn.2020-01.org.example:spare 192.0.2.200'],
  risk: 'medium',
  args: { host: host(), iqn: iqn(), portal: portal() },
  async plan({ host: name, iqn: target, portal: typed }, look) {
    const place = await here(look, name, 'iscsiadm');
    const { host } = place;
    const at = wholePortal(typed);
    const all = await look.read(host, iscsi());
    const known = all.find((one) => one.iqn === target && one.portal === at);
    const values = { target, portal: at, host: host.name };
    if (known?.session === 'LOGGED_IN') return answer(say({ en: '{host} is logged in to {target} already', zh: '{host} 已登录 {target}' }, values), []);
    const on = place.on(target);
    const steps: Step[] = [
      ...(known
        ? []
        : ([
            { kind: 'exec', on, why: say({ en: 'ask what the portal offers', zh: '查询门户提供的目标' }), argv: discover(at), timeoutMs: 60_000 },
          ] satisfies Step[])),
      { kind: 'exec', on, why: say({ en: 'log in', zh: '登录' }), argv: logIn(target, at), timeoutMs: 120_000 },
      {
        kind: 'wait',
        on,
        why: say({ en: 'until the session is open', zh: '直到会话建立' }),
        read: sessionOf(target, at),
        until: { is: 'in' },
        everyMs: 500,
        timeoutMs: 60_000,
      },
    ];
    return {
      summary: say({ en: 'log {host} in to {target} at {portal}', zh: '让 {host} 登录 {portal} 的 {target}' }, values),
      steps,
      facts: [
        {
          what: say({ en: 'record of it', zh: '节点记录' }),
          value: known ? `${known.startup ?? '-'} ${known.connStartup ?? '-'}` : say({ en: 'none: the portal is asked', zh: '无：将查询门户' }),
          at: place.at,
          holds: `iscsi ${host.name} ${target} ${at} ${known ? 'known' : 'new'} ${known?.session ?? '-'}`,
        },
      ],
      locks: [place.lock(`iscsi:${target}`)],
      risk: 'medium',
      undo: { command: 'iscsi logout', input: { host: name, iqn: target, portal: at } },
      offers:
        known?.startup === 'automatic' ? [] : [{ label: say({ en: 'Also after a reboot', zh: '重启后也登录' }), line: `iscsi autologin ${name} ${target} on` }],
    };
  },
});
