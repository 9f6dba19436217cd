import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { disks } from '../doctor/disks.ts';
import { iscsiNodes, iscsiSessions } from '../doctor/iscsi.ts';
import { found, skip, without } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'iSCSI targets have a session and a disk', zh: 'iSCSI 目标有会话和磁盘' },
  why: { en: 'what should be on that disk is written somewhere else, or nowhere', zh: '应写入该磁盘的数据会写到别处或丢失' },
  source: 'iscsiadm(8), -m session -P 3',
  appliesTo: { en: 'hosts that know an iSCSI target', zh: '配置了 iSCSI 目标的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = await look.read(host, disks());
    const nodes = iscsiNodes(all);
    if (!nodes) return without('iscsiadm');
    if (nodes.length === 0) return skip('it knows no iSCSI target', '没有 iSCSI 目标');
    const sessions = iscsiSessions(all);
    return found(
      ...nodes
        .filter(({ target }, i) => nodes.findIndex((other) => other.target === target) === i)
        .map(({ target, portal }) => {
          const mine = sessions.filter((session) => session.target === target);
          if (mine.some((session) => session.disks.length > 0)) return undefined;
          const what =
            mine.length === 0
              ? say({ en: 'no session with iSCSI target {target}', zh: '没有与 iSCSI 目标 {target} 的会话' }, { target })
              : say({ en: 'the session with {target} has no disk', zh: '与 {target} 的会话没有磁盘' }, { target });
          return {
            name: target,
            severity: 'critical' as const,
            what,
            fix: mine.length === 0 ? `iscsi login ${host.name} ${target} ${portal}` : `iscsi show ${host.name}`,
          };
        }),
    );
  },
});
