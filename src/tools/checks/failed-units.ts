import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { partOf } from '../doctor/sections.ts';
import { system } from '../doctor/system.ts';
import { found, skip } from '../doctor/verdicts.ts';
import { parseUnits } from '../systemctl.ts';

export default check({
  title: { en: 'no unit has failed', zh: '没有失败的单元' },
  why: { en: 'what should run does not', zh: '应运行的服务没有运行' },
  source: 'systemctl(1): list-units --failed',
  appliesTo: { en: 'hosts with systemd', zh: '使用 systemd 的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const lines = partOf(await look.read(host, system()), 'failed');
    if (!lines) return skip('systemd does not run it', '未使用 systemd');
    return found(
      ...parseUnits(lines.join('\n')).map(({ unit, description }) => ({
        name: unit,
        severity: 'warning' as const,
        what: say({ en: '{unit} has failed ({description})', zh: '{unit} 失败（{description}）' }, { unit, description }),
        // Only what a line can name: others have escapes that a person looks at first.
        ...(/\.service$/.test(unit) ? { fix: `svc restart ${unit.replace(/\.service$/, '')} ${host.name}` } : { fix: `svc show ${unit} ${host.name}` }),
      })),
    );
  },
});
