import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { type BlockDevice, blockDevices } from '../../src/tools/disks/lsblk.ts';
import { knownFacts, mustHave } from '../../src/tools/facts.ts';
import { tableOver } from '../../src/tools/look.ts';
import { bytes, percent } from '../../src/tools/units.ts';

/** Disks with their partitions and what is on them, of one or many hosts. */
export default command({
  summary: { en: 'List disks, partitions and what is on them', zh: '列出磁盘、分区及其内容' },
  examples: ['disk list web1', 'disk list @kvm'],
  risk: 'none',
  args: { on: targets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'disks', zh: '磁盘' }),
      [
        say({ en: 'device', zh: '设备' }),
        say({ en: 'size', zh: '大小' }),
        say({ en: 'type', zh: '类型' }),
        say({ en: 'holds', zh: '内容' }),
        say({ en: 'mounted on', zh: '挂载点' }),
        say({ en: 'used', zh: '已用' }),
        say({ en: 'model', zh: '型号' }),
        say({ en: 'serial', zh: '序列号' }),
        say({ en: 'discard', zh: 'discard' }),
      ],
      async (host) => {
        mustHave(host, await knownFacts(look, host), 'lsblk');
        return look.read(host, blockDevices());
      },
      (_host, found) => found.filter(({ size }) => size > 0).flatMap((device) => rows(device, 0)),
    ),
});

function rows(device: BlockDevice, depth: number): Cell[][] {
  const { name, size, type, fstype, mounts, used, model, serial, discard, label } = device;
  const row: Cell[] = [
    `${'· '.repeat(depth)}${name.replace('/dev/', '')}`,
    bytes(size),
    type,
    label === '' ? fstype : `${fstype} (${label})`,
    mounts.join(' '),
    used === undefined ? '' : percent(used, size),
    model,
    // The end tells disks apart and is not the whole that a maker's site asks for.
    serial.length > 6 ? `…${serial.slice(-6)}` : serial,
    depth > 0 ? '' : discard ? say({ en: 'yes', zh: '是' }) : say({ en: 'no', zh: '否' }),
  ];
  return [row, ...device.children.flatMap((child) => rows(child, depth + 1))];
}
