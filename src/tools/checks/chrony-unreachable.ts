import { check } from '../../core/check.ts';
import { list, say } from '../../core/words.ts';
import { chrony } from '../doctor/chrony.ts';
import { found, without } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'chrony reaches its servers', zh: 'chrony 能到达其服务器' },
  why: {
    en: 'a server that never answers is no source; default pools are often unreachable from inside',
    zh: '从不回应的服务器没有用处；内网常无法到达默认的 pool',
  },
  source: 'chronyc(1), sources: Reach, the octal register of the last eight requests',
  appliesTo: { en: 'hosts with chrony', zh: '装有 chrony 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const known = await look.read(host, chrony());
    if (!known) return without('chronyc');
    const silent = known.sources.filter(({ reach }) => reach === 0).map(({ name }) => name);
    if (known.tracking && known.sources.length === 0)
      return found({ severity: 'warning', what: say({ en: 'chrony has no server', zh: 'chrony 没有服务器' }), fix: `host ntp show ${host.name}` });
    if (silent.length === 0) return found();
    const all = silent.length === known.sources.length;
    return found({
      severity: all ? 'warning' : 'notice',
      what: say(
        { en: '{count} of {of} time servers do not answer: {silent}', zh: '{of} 个时间服务器中 {count} 个没有回应：{silent}' },
        { count: silent.length, of: known.sources.length, silent: list(silent.slice(0, 5)) },
      ),
      fix: `host ntp show ${host.name}`,
    });
  },
});
