import { check } from '../../core/check.ts';
import { list, say } from '../../core/words.ts';
import { system } from '../doctor/system.ts';
import { newestSlow, type SlowDevice } from '../doctor/systrace.ts';
import { found, skip } from '../doctor/verdicts.ts';
import { span } from '../units.ts';

/** What is older says nothing of now: a training that is over leaves its last result. */
const MOST_MS = 86_400_000;
/** Most devices that are named. */
const MOST = 8;

export default check({
  title: { en: 'sysTrace finds no slow node', zh: 'sysTrace 未发现慢节点' },
  why: { en: 'one slow card slows the whole training down, and takes days to find by hand', zh: '一张慢卡会拖慢整个训练，人工定位往往需要数天' },
  source: 'openEuler sysTrace, systrace_failslow: slow_node_result_*.json, resultCode 200 or 201, abnormalDetail',
  appliesTo: { en: 'hosts with sysTrace', zh: '装有 sysTrace 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    if (!(await look.read(host, system())).has('systrace')) return skip('there is no sysTrace', '没有 sysTrace');
    const last = await look.read(host, newestSlow());
    if (!last) return skip('sysTrace has no result yet', 'sysTrace 尚无结果');
    if (last.ageMs > MOST_MS) return skip('its last result is {age} old', '其最近结果已有 {age}', { age: span(last.ageMs / 1000) });
    if (!last.anomaly) return found();
    const devices = last.devices.slice(0, MOST).map(words);
    return found({
      severity: 'warning',
      what: say(
        { en: 'sysTrace: {n} slow ({kinds}): {devices}', zh: 'sysTrace：{n} 个慢节点（{kinds}）：{devices}' },
        {
          n: last.devices.length,
          kinds: last.kinds.length > 0 ? list(last.kinds) : '?',
          devices: list([...devices, ...(last.devices.length > MOST ? ['…'] : [])]),
        },
      ),
      fix: `host status ${host.name}`,
    });
  },
});

function words({ device, server, kpi }: SlowDevice): string {
  return `${device}${server === '' ? '' : ` of ${server}`}${kpi === '' ? '' : ` by ${kpi}`}`.slice(0, 120);
}
