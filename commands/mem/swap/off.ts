import { host } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { commented, fstab, parseFstab, putFstab, sayable } from '../../../src/tools/disks/fstab.ts';
import { here } from '../../../src/tools/disks/here.ts';
import { mustFit } from '../../../src/tools/mem/guard.ts';
import { memory } from '../../../src/tools/mem/look.ts';
import { swapNames } from '../../../src/tools/mem/swap.ts';
import { bytes } from '../../../src/tools/units.ts';

/** Stops all swap, now and after a reboot, as a Kubernetes node needs it; files stay, so that it can be turned on again. */
export default command({
  summary: { en: 'Turn all swap off, also after a reboot', zh: '关闭全部交换（重启后亦然）' },
  examples: ['mem swap off web1'],
  risk: 'medium',
  args: { host: host() },
  async plan({ host: name }, look) {
    const place = await here(look, name, 'swapoff', 'swapon', 'findmnt');
    const { host } = place;
    const [known, table] = await Promise.all([look.read(host, memory()), look.read(host, fstab())]);
    const lines = parseFstab(table).filter((line) => line.type === 'swap');
    if (known.swaps.length === 0 && lines.length === 0) return answer(say({ en: '{host} has no swap', zh: '{host} 没有交换' }, { host: host.name }), []);
    const used = known.swaps.reduce((sum, one) => sum + one.used, 0);
    mustFit(host, known, used);
    const bare = known.swaps.filter((one) => one.type === 'file' && !lines.some((line) => line.source === one.path));
    const on = place.on('swap');
    return {
      summary: say({ en: 'turn swap off on {host}', zh: '关闭 {host} 上的交换' }, { host: host.name }),
      steps: [
        { kind: 'exec', on, why: say({ en: 'stop using all swap', zh: '停用全部交换' }), argv: ['swapoff', '-a'], timeoutMs: 1_800_000 },
        { kind: 'wait', on, why: say({ en: 'until none is in use', zh: '直到全部停用' }), read: swapNames, until: { is: '' }, everyMs: 500, timeoutMs: 15_000 },
        ...(lines.length > 0
          ? [
              {
                kind: 'exec' as const,
                on,
                why: say({ en: 'make its lines of /etc/fstab comments', zh: '注释 /etc/fstab 中的交换行' }),
                argv: putFstab(),
                stdin: sayable(
                  host,
                  commented(
                    table,
                    lines.map((line) => line.text),
                  ),
                ),
                timeoutMs: 30_000,
              },
            ]
          : []),
      ],
      facts: [
        {
          what: say({ en: 'in use', zh: '使用中' }),
          value: known.swaps.map((one) => one.path).join(' ') || '-',
          at: place.at,
          holds: `swap ${host.name} ${known.swaps.map((one) => `${one.path} ${one.size}`).join(' ')}`,
        },
        { what: say({ en: 'comes back into memory', zh: '将回到内存' }), value: bytes(used), at: place.at },
        {
          what: say({ en: 'lines of /etc/fstab', zh: '/etc/fstab 中的行' }),
          value: lines.map((line) => line.text).join(' | ') || '-',
          at: place.at,
          holds: `fstab ${host.name} ${table}`,
        },
      ],
      locks: [place.lock('swap'), place.lock('fstab')],
      risk: 'medium',
      undo:
        bare.length === 0 && lines.length > 0
          ? { command: 'mem swap on', input: { host: name } }
          : { impossible: say({ en: 'swap that is not in /etc/fstab has to be turned on by hand', zh: '不在 /etc/fstab 中的交换须手动开启' }) },
      notes: [
        say({
          en: 'swap that systemd makes by itself (zram, a partition found at boot) comes back; look again after a reboot',
          zh: 'systemd 自行创建的交换（zram、启动时发现的分区）会再次出现；重启后请再查看',
        }),
      ],
    };
  },
});
