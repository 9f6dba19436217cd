import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { disks } from '../doctor/disks.ts';
import { iscsiNodes } from '../doctor/iscsi.ts';
import { found, skip, without } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'iSCSI targets are logged in to at boot', zh: '启动时自动登录 iSCSI 目标' },
  why: { en: 'otherwise the disk is gone after the next reboot', zh: '否则下次重启后磁盘会消失' },
  source: 'iscsiadm(8); iscsid.conf: node.startup, node.conn[0].startup',
  appliesTo: { en: 'hosts that know an iSCSI target', zh: '配置了 iSCSI 目标的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = await look.read(host, disks());
    const nodes = iscsiNodes(all);
    if (!nodes) return without('iscsiadm');
    if (nodes.length === 0) return skip('it knows no iSCSI target', '没有 iSCSI 目标');
    return found(
      ...nodes.map(({ target, portal, startup }) =>
        startup === 'automatic' || startup === 'onboot'
          ? undefined
          : {
              name: `${target} ${portal}`,
              severity: 'warning' as const,
              what: say(
                { en: 'node.startup of {target} at {portal} is {startup}', zh: '{portal} 上 {target} 的 node.startup 为 {startup}' },
                { target, portal, startup },
              ),
              fix: `iscsi autologin ${host.name} ${target} on`,
            },
      ),
    );
  },
});
