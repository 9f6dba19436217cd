import { host } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { fstab, offLines, parseFstab, putFstab, sayable, uncommented } from '../../../src/tools/disks/fstab.ts';
import { here } from '../../../src/tools/disks/here.ts';
import { memory } from '../../../src/tools/mem/look.ts';

/** Turns swap on again that `mem swap off` turned off, and any other of /etc/fstab. */
export default command({
  summary: { en: 'Turn swap on again', zh: '重新开启交换' },
  examples: ['mem swap on pve2'],
  risk: 'medium',
  args: { host: host() },
  async plan({ host: name }, look) {
    const place = await here(look, name, 'swapon', 'findmnt');
    const { host } = place;
    const [known, table] = await Promise.all([look.read(host, memory()), look.read(host, fstab())]);
    const off = offLines(table).filter((line) => line.type === 'swap');
    const missing = parseFstab(table).filter((line) => line.type === 'swap' && !known.swaps.some((one) => one.path === line.source));
    if (off.length === 0 && (missing.length === 0 || known.swaps.length > 0))
      return answer(say({ en: '{host} has no swap that was turned off', zh: '{host} 没有被关闭的交换' }, { host: host.name }), []);
    const on = place.on('swap');
    return {
      summary: say({ en: 'turn swap on again on {host}', zh: '重新开启 {host} 上的交换' }, { host: host.name }),
      steps: [
        ...(off.length > 0
          ? [
              {
                kind: 'exec' as const,
                on,
                why: say({ en: 'take the comments in /etc/fstab back', zh: '取消 /etc/fstab 中的注释' }),
                argv: putFstab(),
                stdin: sayable(
                  host,
                  uncommented(table, (line) => line.type === 'swap'),
                ),
                timeoutMs: 30_000,
              },
            ]
          : []),
        { kind: 'exec', on, why: say({ en: 'use all swap of /etc/fstab', zh: '启用 /etc/fstab 中的全部交换' }), argv: ['swapon', '-a'], timeoutMs: 60_000 },
      ],
      facts: [
        {
          what: say({ en: 'lines of /etc/fstab', zh: '/etc/fstab 中的行' }),
          value: [...off, ...missing].map((line) => `${line.source} ${line.options}`).join(' | '),
          at: place.at,
          holds: `fstab ${host.name} ${table}`,
        },
      ],
      locks: [place.lock('swap'), place.lock('fstab')],
      risk: 'medium',
      undo:
        known.swaps.length === 0
          ? { command: 'mem swap off', input: { host: name } }
          : { impossible: say({ en: 'some swap was in use before', zh: '此前已有交换在使用' }) },
    };
  },
});
