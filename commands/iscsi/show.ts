import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { blockDevices, flat } from '../../src/tools/disks/lsblk.ts';
import { knownFacts, mustHave } from '../../src/tools/facts.ts';
import { type IscsiTarget, iscsi } from '../../src/tools/iscsi.ts';
import { tableOver } from '../../src/tools/look.ts';
import { bytes } from '../../src/tools/units.ts';

/** iSCSI targets: sessions, disks, and whether they come back after a reboot. */
export default command({
  summary: { en: 'Show iSCSI targets, sessions and disks', zh: '查看 iSCSI 目标、会话与磁盘' },
  examples: ['iscsi show pve1', 'iscsi show @pve'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'iSCSI', zh: 'iSCSI' }),
      [
        say({ en: 'target', zh: '目标' }),
        say({ en: 'portal', zh: '门户' }),
        say({ en: 'session', zh: '会话' }),
        say({ en: 'after a reboot', zh: '重启后' }),
        say({ en: 'disks', zh: '磁盘' }),
      ],
      async (host) => {
        mustHave(host, await knownFacts(look, host), 'iscsiadm', 'lsblk');
        return Promise.all([look.read(host, iscsi()), look.read(host, blockDevices())]);
      },
      (_host, [all, tree]) => {
        const devices = flat(tree);
        if (all.length === 0) return [[say({ en: 'none', zh: '无' }), '', '', '', '']];
        return all.map((one): Cell[] => [
          one.iqn,
          one.portal,
          one.session === undefined
            ? say({ en: '⚠ none', zh: '⚠ 无' })
            : one.session === 'LOGGED_IN'
              ? say({ en: 'open', zh: '已登录' })
              : say({ en: '⚠ {state}', zh: '⚠ {state}' }, { state: one.session }),
          autologin(one),
          one.disks
            .map((name) => {
              const device = devices.find((found) => found.name === name);
              return `${name}${device ? ` ${bytes(device.size)} ${device.mounts.join(' ')}`.trimEnd() : ''}`;
            })
            .join(', ') || (one.session === undefined ? '' : say({ en: '⚠ no disk', zh: '⚠ 没有磁盘' })),
        ]);
      },
    ),
});

function autologin({ startup, connStartup }: IscsiTarget): Cell {
  if (startup === 'automatic' && connStartup === 'automatic') return say({ en: 'logs in', zh: '自动登录' });
  if (startup === 'automatic' || connStartup === 'automatic')
    return say({ en: '⚠ half set: {a}, {b}', zh: '⚠ 仅设置一半：{a}、{b}' }, { a: startup ?? '-', b: connStartup ?? '-' });
  return say({ en: '⚠ stays away', zh: '⚠ 不会自动登录' });
}
