import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { hostClock } from '../doctor/clock.ts';
import { found } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'the clock is right', zh: '时钟正确' },
  why: { en: 'clusters, certificates and logs rely on the same time everywhere', zh: '集群、证书与日志都依赖一致的时间' },
  source: 'date(1): %s%N, between the moments it was asked and answered; doctor.clockSkewMs of the configuration',
  appliesTo: { en: 'hosts with a shell', zh: '有 shell 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const before = look.now();
    const clock = await look.read(host, hostClock());
    const after = look.now();
    // Whatever the way took, the host read its clock between the two.
    const off = clock < before ? clock - before : clock > after ? clock - after : 0;
    if (Math.abs(off) <= look.declared.doctor.clockSkewMs) return found();
    const s = (Math.abs(off) / 1000).toFixed(1);
    return found({
      severity: Math.abs(off) > 60_000 ? 'critical' : 'warning',
      what:
        off > 0
          ? say({ en: 'its clock is at least {s} s ahead', zh: '时钟至少快 {s} 秒' }, { s })
          : say({ en: 'its clock is at least {s} s behind', zh: '时钟至少慢 {s} 秒' }, { s }),
      fix: `host ntp show ${host.name}`,
    });
  },
});
