import { anyTargets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { certificatesOn, type OnHost } from '../../src/tools/certs/list.ts';
import { rowOf } from '../../src/tools/certs/rows.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';

/** Most rows of the table. */
const MOST = 60;

/** Every certificate of hosts: in files and as it is served, the first to expire first, and what is wrong with it. */
export default command({
  summary: { en: 'List certificates, and what is wrong with them', zh: '列出证书及其问题' },
  examples: ['cert list', 'cert list web1 kvm1', 'cert list alpha pbs1'],
  risk: 'none',
  kinds: ['linux', 'libvirt', 'pve', 'pbs'],
  args: { on: anyTargets() },
  async plan(_input, look) {
    const all = await each(look, (host) => certificatesOn(look, host));
    const found = answers(all)
      .flatMap(({ value }): readonly OnHost[] => value)
      .sort((a, b) => (a.certificate?.until ?? 0) - (b.certificate?.until ?? 0));
    const columns = [
      say({ en: 'host', zh: '主机' }),
      say({ en: 'where', zh: '位置' }),
      say({ en: 'names', zh: '名称' }),
      say({ en: 'issuer', zh: '颁发者' }),
      say({ en: 'until', zh: '有效期至' }),
      say({ en: 'days', zh: '天数' }),
      say({ en: 'key', zh: '密钥' }),
      say({ en: 'SHA-256', zh: 'SHA-256' }),
      say({ en: 'remarks', zh: '备注' }),
    ];
    const rows = found.slice(0, MOST).map((one) => rowOf(one, look.now(), look.declared.doctor.certificateDays));
    const cut = found.length > MOST ? [say({ en: 'the first {most} of {n}', zh: '共 {n} 个，仅显示前 {most} 个' }, { most: MOST, n: found.length })] : [];
    return answer(say({ en: 'certificates', zh: '证书' }), [{ kind: 'table', columns, rows }], { notes: [...cut, ...troubles(all)] });
  },
});
