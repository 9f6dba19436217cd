import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { system, unitOf } from '../doctor/system.ts';
import { found, isMeant, skip } from '../doctor/verdicts.ts';

/** An upgrade may start what a site has turned off: only a masked unit stays off. */
export default check({
  title: { en: 'pve-firewall is off where it is meant to be', zh: 'pve-firewall 在应关闭处已关闭' },
  why: {
    en: 'it rewrites the rules of the host by itself; only a masked unit stays off after an upgrade',
    zh: '它会自行改写主机规则；只有屏蔽（mask）后升级才不会重新启用',
  },
  source: 'pve-firewall(8); systemctl(1), mask',
  appliesTo: { en: 'hosts that doctor.pveFirewallOff names', zh: 'doctor.pveFirewallOff 指定的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    if (!isMeant(look.declared.doctor.pveFirewallOff, host)) return skip('not named in doctor.pveFirewallOff', '未在 doctor.pveFirewallOff 中指定');
    const unit = unitOf(await look.read(host, system()), 'pve-firewall.service');
    const [load = 'not-found', active = '', file = ''] = ['LoadState', 'ActiveState', 'UnitFileState'].map((name) => unit?.get(name));
    if (load === 'not-found') return skip('there is no pve-firewall', '没有 pve-firewall');
    if (load === 'masked' && active !== 'active') return found();
    return found({
      name: 'pve-firewall',
      severity: active === 'active' ? 'critical' : 'warning',
      what: say(
        { en: 'pve-firewall is meant to be off, and is {active}, {file}', zh: 'pve-firewall 应关闭，目前为 {active}、{file}' },
        { active, file: file || load },
      ),
      // Masking stops nothing: what still runs is stopped then.
      fix: `svc ${load === 'masked' ? 'stop' : 'mask'} pve-firewall ${host.name}`,
    });
  },
});
