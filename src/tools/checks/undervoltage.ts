import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { system } from '../doctor/system.ts';
import { found, without } from '../doctor/verdicts.ts';

export default check({
  title: { en: 'the power supply is strong enough', zh: '供电充足' },
  why: { en: 'under-voltage slows a Raspberry Pi down and corrupts its card', zh: '欠压会使树莓派降速并损坏存储卡' },
  source: 'Raspberry Pi documentation, vcgencmd: get_throttled, bits 0 and 16',
  appliesTo: { en: 'hosts with vcgencmd', zh: '有 vcgencmd 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const lines = (await look.read(host, system())).get('throttled');
    if (!lines) return without('vcgencmd');
    const bits = Number(/throttled=(0x[0-9a-f]+)/i.exec(lines[0] ?? '')?.[1] ?? Number.NaN);
    if (Number.isNaN(bits)) return without('vcgencmd');
    const now = (bits & 1) !== 0;
    if (!now && (bits & 0x1_0000) === 0) return found();
    return found({
      severity: now ? 'warning' : 'notice',
      what: now ? say({ en: 'under-voltage now', zh: '当前欠压' }) : say({ en: 'there was under-voltage since boot', zh: '启动以来发生过欠压' }),
      fix: `host health ${host.name}`,
    });
  },
});
