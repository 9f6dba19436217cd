import { check } from '../../core/check.ts';
import { list, say } from '../../core/words.ts';
import { lineName, shownName, vmConfigs } from '../doctor/guests.ts';
import { found, skip } from '../doctor/verdicts.ts';
import { text } from '../proxmox/fields.ts';
import { sharesOf } from '../proxmox/virtiofs-reads.ts';

export default check({
  title: { en: 'guests with a shared directory are not under HA', zh: '带共享目录的客户机不受 HA 管理' },
  why: {
    en: 'they cannot migrate while they run, be snapshotted with memory, nor suspended: HA and maintenance stop them instead',
    zh: '它们不能在线迁移、带内存快照或挂起：HA 与维护只能停机处理',
  },
  source: 'Proxmox VE manual, “Virtiofs”: known limitations',
  appliesTo: { en: 'clusters with guests that have a directory by virtiofs', zh: '有客户机使用 virtiofs 的集群' },
  kinds: ['pve'],
  async examine(look, host) {
    const all = (await vmConfigs(look, host)).map((one) => ({
      ...one,
      ways: [...sharesOf(one.config).map(({ key }) => key), ...((text(one.config, 'args') ?? '').includes('vhost-user-fs') ? ['args'] : [])],
    }));
    const sharing = all.filter(({ ways }) => ways.length > 0);
    if (sharing.length === 0) return skip('no guest has a directory by virtiofs', '没有客户机使用 virtiofs');
    return found(
      ...sharing.map(({ guest, ways }) =>
        guest.hastate === undefined || guest.hastate === 'ignored'
          ? undefined
          : {
              name: String(guest.vmid),
              severity: 'warning' as const,
              what: say(
                {
                  en: '{guest} has virtiofs ({ways}) and is under HA ({state}): it cannot migrate while it runs',
                  zh: '{guest} 使用 virtiofs（{ways}）且受 HA 管理（{state}）：无法在线迁移',
                },
                { guest: shownName(guest), ways: list(ways), state: guest.hastate },
              ),
              fix: `vm virtiofs list ${lineName(host, guest)}`,
            },
      ),
    );
  },
});
