import { host } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { atMost } from '../../../src/tools/at-most.ts';
import { commented, fstab, parseFstab, putFstab, sayable, withoutLine } from '../../../src/tools/disks/fstab.ts';
import { here } from '../../../src/tools/disks/here.ts';
import { path } from '../../../src/tools/disks/words.ts';
import { mustFit } from '../../../src/tools/mem/guard.ts';
import { memory } from '../../../src/tools/mem/look.ts';
import { dropSwap, isSwap, swapLine } from '../../../src/tools/mem/swap.ts';
import { bytes } from '../../../src/tools/units.ts';

/** Takes one swap area out of use for good: a file is removed, its line of /etc/fstab made a comment (a line of Hostler's own goes). */
export default command({
  summary: { en: 'Remove a swap file or stop using a swap partition', zh: '移除交换文件或停用交换分区' },
  examples: ['mem swap remove web1 /swapfile'],
  risk: 'medium',
  args: { host: host(), path: path() },
  async plan({ host: name, path: at }, look) {
    const place = await here(look, name, 'swapoff', 'findmnt');
    const { host } = place;
    const [known, table] = await Promise.all([look.read(host, memory()), look.read(host, fstab())]);
    const found = known.swaps.find((one) => one.path === at);
    if (!found)
      return answer(
        say(
          { en: '{path} is no swap of {host}; in use: {all}', zh: '{path} 不是 {host} 的交换；使用中：{all}' },
          { path: at, host: host.name, all: atMost(known.swaps.map((one) => one.path)) },
        ),
        [],
      );
    mustFit(host, known, found.used);
    const lines = parseFstab(table).filter((line) => line.type === 'swap' && line.source === at);
    const own = lines.every((line) => line.text === swapLine(at));
    const text = own
      ? lines.reduce((left, line) => withoutLine(left, line.text), table)
      : commented(
          table,
          lines.map((line) => line.text),
        );
    const file = found.type === 'file';
    const on = place.on(at);
    return {
      summary: say({ en: 'remove the swap {path} on {host}', zh: '移除 {host} 上的交换 {path}' }, { path: at, host: host.name }),
      steps: [
        { kind: 'exec', on, why: say({ en: 'stop using it', zh: '停用' }), argv: dropSwap(at), timeoutMs: 1_800_000 },
        { kind: 'wait', on, why: say({ en: 'until it is out of use', zh: '直到停用' }), read: isSwap(at), until: { is: '' }, everyMs: 500, timeoutMs: 15_000 },
        ...(lines.length > 0
          ? [
              {
                kind: 'exec' as const,
                on,
                why: say({ en: 'write /etc/fstab', zh: '写入 /etc/fstab' }),
                argv: putFstab(),
                stdin: sayable(host, text),
                timeoutMs: 30_000,
              },
            ]
          : []),
      ],
      facts: [
        { what: say({ en: 'size', zh: '大小' }), value: bytes(found.size), at: place.at, holds: `swap ${host.name} ${at} ${found.type} ${found.size}` },
        { what: say({ en: 'comes back into memory', zh: '将回到内存' }), value: bytes(found.used), at: place.at },
        {
          what: say({ en: '/etc/fstab', zh: '/etc/fstab' }),
          value: lines.map((line) => line.text).join(' | ') || '-',
          at: place.at,
          holds: `fstab ${host.name} ${table}`,
        },
      ],
      locks: [place.lock('swap'), place.lock('fstab')],
      risk: 'medium',
      undo:
        file && own && lines.length > 0
          ? { command: 'mem swap add', input: { host: name, size: `${Math.round((found.size + known.pageSize) / 2 ** 20)}M`, path: at } }
          : { impossible: say({ en: 'swap has to be made anew, and the comment in /etc/fstab taken back', zh: '须重新创建交换，并取消 /etc/fstab 中的注释' }) },
    };
  },
});
