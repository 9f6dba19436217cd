import { host } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { atMost } from '../../src/tools/at-most.ts';
import { here } from '../../src/tools/disks/here.ts';
import { blockDevices, flat } from '../../src/tools/disks/lsblk.ts';
import { diskUsers } from '../../src/tools/disks/users.ts';
import { iscsi, logOut, sessionOf } from '../../src/tools/iscsi.ts';
import { iqn, portal, targetOf } from '../../src/tools/iscsi-words.ts';

/** What makes a disk be in use though nothing is mounted. */
const MEMBERS = ['LVM2_member', 'linux_raid_member', 'zfs_member', 'mpath_member', 'swap'];

/** Closes a session whose disks nobody uses. */
export default command({
  summary: { en: 'Log out of an iSCSI target', zh: '登出 iSCSI 目标' },
  examples: ['iscsi logout pve1 iqn.2020-01.org.example:idle 192.0.2.200'],
  risk: 'high',
  args: { host: host(), iqn: iqn(), portal: portal() },
  async plan({ host: name, iqn: target, portal: typed }, look) {
    const place = await here(look, name, 'iscsiadm', 'lsblk');
    const { host } = place;
    const [all, tree] = await Promise.all([look.read(host, iscsi()), look.read(host, blockDevices())]);
    const found = targetOf(host, all, target, typed);
    const values = { target, portal: found.portal, host: host.name };
    if (found.session === undefined) return answer(say({ en: '{host} is not logged in to {target}', zh: '{host} 未登录 {target}' }, values), []);
    const disks = tree.filter((one) => found.disks.includes(one.name));
    const used = flat(disks).flatMap((one) => [
      ...one.mounts.map((mount) => `${one.name} → ${mount}`),
      ...(MEMBERS.includes(one.fstype) ? [`${one.name} (${one.fstype})`] : []),
    ]);
    used.push(...(found.disks.length > 0 ? await look.read(host, diskUsers(found.disks)) : []));
    if (used.length > 0)
      throw new Refusal(
        say({ en: 'its disks are in use: {used}; nothing was done', zh: '其磁盘正在使用：{used}；未做任何操作' }, { used: atMost(used) }),
        say({ en: 'unmount or take them out first', zh: '请先卸载或移除' }),
      );
    const on = place.on(target);
    return {
      summary: say({ en: 'log {host} out of {target} at {portal}', zh: '让 {host} 登出 {portal} 的 {target}' }, values),
      steps: [
        { kind: 'exec', on, why: say({ en: 'log out', zh: '登出' }), argv: logOut(target, found.portal), timeoutMs: 120_000 },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until the session is closed', zh: '直到会话关闭' }),
          read: sessionOf(target, found.portal),
          until: { is: '' },
          everyMs: 500,
          timeoutMs: 60_000,
        },
      ],
      facts: [
        {
          what: say({ en: 'disks that go, unused', zh: '将消失的磁盘（未使用）' }),
          value: found.disks.join(' ') || '-',
          at: place.at,
          holds: `iscsi ${host.name} ${target} ${found.portal} ${found.session} ${found.disks.join(' ')}`,
        },
      ],
      locks: [place.lock(`iscsi:${target}`)],
      risk: 'high',
      undo: { command: 'iscsi login', input: { host: name, iqn: target, portal: found.portal } },
      notes:
        found.startup === 'automatic'
          ? [say({ en: 'it logs in again at the next boot; `iscsi autologin` changes that', zh: '下次启动会再次登录；可用 `iscsi autologin` 更改' })]
          : [],
    };
  },
});
