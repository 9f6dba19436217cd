import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { chrony } from '../doctor/chrony.ts';
import { found, without } from '../doctor/verdicts.ts';
import { facts } from '../facts.ts';

export default check({
  title: { en: 'chrony is synchronised', zh: 'chrony 已同步' },
  why: { en: 'clusters, certificates and logs rely on the same time everywhere', zh: '集群、证书与日志都依赖一致的时间' },
  source: 'chronyc(1), tracking: Leap status; Proxmox VE manual, “Time Synchronization”',
  appliesTo: { en: 'hosts with chrony', zh: '装有 chrony 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const known = await look.read(host, chrony());
    if (!known) return without('chronyc');
    const { tracking } = known;
    if (!tracking) {
      const unit = (await look.read(host, facts())).tools.has('apt-get') ? 'chrony' : 'chronyd';
      return found({ severity: 'warning', what: say({ en: 'chronyd does not answer', zh: 'chronyd 没有回应' }), fix: `svc restart ${unit} ${host.name}` });
    }
    if (tracking.leap !== 'Not synchronised') return found();
    return found({ severity: 'warning', what: say({ en: 'chrony is not synchronised', zh: 'chrony 未同步' }), fix: `host ntp show ${host.name}` });
  },
});
