import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { Refusal } from '../../../src/core/errors.ts';
import { say } from '../../../src/core/words.ts';
import { fstab, parseFstab, putFstab, sayable, withLine } from '../../../src/tools/disks/fstab.ts';
import { here } from '../../../src/tools/disks/here.ts';
import { path, size, sizeBytes } from '../../../src/tools/disks/words.ts';
import { memory } from '../../../src/tools/mem/look.ts';
import { isSwap, makeSwap, swapLine, swapPlace } from '../../../src/tools/mem/swap.ts';
import { bytes } from '../../../src/tools/units.ts';

/** Makes a swap file that is used from now on and after a reboot. */
export default command({
  summary: { en: 'Add a swap file', zh: '添加交换文件' },
  examples: ['mem swap add web1 2G --path /swap2'],
  risk: 'medium',
  args: { host: host(), size: size() },
  options: { path: path().default('/swapfile') },
  async plan({ host: name, size: typed, path: at }, look) {
    const place = await here(look, name, 'mkswap', 'swapon', 'findmnt');
    const { host } = place;
    const wanted = sizeBytes(typed);
    const [found, table, known] = await Promise.all([look.read(host, swapPlace(at)), look.read(host, fstab()), look.read(host, memory())]);
    const values = { path: at, host: host.name };
    if (!found) throw new Refusal(say({ en: 'there is no folder for {path} on {host}', zh: '{host} 上没有 {path} 所在的目录' }, values));
    if (found.exists || parseFstab(table).some((line) => line.source === at))
      throw new Refusal(
        say({ en: '{path} is there on {host} already; nothing was done', zh: '{host} 上已有 {path}；未做任何操作' }, values),
        say({ en: 'give another with `--path`', zh: '请用 `--path` 指定其他路径' }),
      );
    const can = ['ext4', 'ext3', 'xfs'].includes(found.fstype) || (found.fstype === 'btrfs' && found.btrfsCan);
    if (!can)
      throw new Refusal(
        say({ en: 'a swap file cannot lie on {type}; nothing was done', zh: '{type} 上不能放交换文件；未做任何操作' }, { type: found.fstype || '?' }),
        say({
          en: 'give a path on ext4 or xfs, or on btrfs with `btrfs filesystem mkswapfile`',
          zh: '请给出 ext4 或 xfs 上的路径，或带 `btrfs filesystem mkswapfile` 的 btrfs',
        }),
      );
    if (found.free < wanted * 1.1)
      throw new Refusal(
        say(
          { en: 'there are {free} free there, and a tenth must stay; nothing was done', zh: '该处可用 {free}，且须保留一成；未做任何操作' },
          { free: bytes(found.free) },
        ),
      );
    const on = place.on(at);
    const line = swapLine(at);
    return {
      summary: say({ en: 'add {size} of swap at {path} on {host}', zh: '在 {host} 的 {path} 添加 {size} 交换' }, { ...values, size: bytes(wanted) }),
      steps: [
        { kind: 'exec', on, why: say({ en: 'make it and use it', zh: '创建并启用' }), argv: makeSwap(at, wanted, found.fstype), timeoutMs: 1_800_000 },
        { kind: 'wait', on, why: say({ en: 'until it is in use', zh: '直到启用' }), read: isSwap(at), until: { is: at }, everyMs: 500, timeoutMs: 15_000 },
        {
          kind: 'exec',
          on,
          why: say({ en: 'write /etc/fstab', zh: '写入 /etc/fstab' }),
          argv: putFstab(),
          stdin: sayable(host, withLine(table, line)),
          timeoutMs: 30_000,
        },
      ],
      facts: [
        { what: say({ en: 'swap now', zh: '当前交换' }), value: bytes(known.swapTotal), at: place.at, holds: `swap ${host.name} ${at} new on ${found.fstype}` },
        { what: say({ en: 'new line of /etc/fstab', zh: '/etc/fstab 新增行' }), value: line, at: place.at, holds: `fstab ${host.name} ${table}` },
      ],
      locks: [place.lock('swap'), place.lock('fstab')],
      risk: 'medium',
      undo: { command: 'mem swap remove', input: { host: name, path: at } },
      notes: known.kubelet
        ? [
            say({
              en: '⚠ this is a Kubernetes node: its kubelet does not start with swap unless it is told to',
              zh: '⚠ 这是 Kubernetes 节点：除非另行配置，kubelet 在有交换时不会启动',
            }),
          ]
        : [],
    };
  },
});
