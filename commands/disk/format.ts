import { z } from 'zod';
import { confirm, host, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { atMost } from '../../src/tools/at-most.ts';
import { format, signs, typeOn } from '../../src/tools/disks/format.ts';
import { here } from '../../src/tools/disks/here.ts';
import { blockDevices } from '../../src/tools/disks/lsblk.ts';
import { findDevice } from '../../src/tools/disks/target.ts';
import { device } from '../../src/tools/disks/words.ts';
import { lastGood } from '../../src/tools/hostbackup.ts';
import { bytes } from '../../src/tools/units.ts';

/** Makes a file system on a device that holds nothing at all. */
export default command({
  summary: { en: 'Make a file system on an empty disk', zh: '在空磁盘上创建文件系统' },
  examples: ['disk format web1 /dev/sdc --type ext4 --label data --confirm /dev/sdc'],
  risk: 'high',
  args: { host: host(), device: device() },
  options: {
    type: z.enum(['ext4', 'xfs']),
    /** At most 12 characters, as XFS takes no more. */
    label: word(/^[A-Za-z0-9][A-Za-z0-9_-]{0,11}$/, { en: 'LABEL', zh: '卷标' }),
    confirm: confirm(),
  },
  async plan({ host: name, device: wanted, type, label, confirm: named }, look) {
    const place = await here(look, name, 'lsblk', 'wipefs', 'blkid', `mkfs.${type}`);
    const { host } = place;
    if (named !== wanted)
      throw new Refusal(say({ en: '`--confirm` says {named}, not {wanted}', zh: '`--confirm` 给出的是 {named}，而不是 {wanted}' }, { named, wanted }));
    const found = findDevice(host, await look.read(host, blockDevices()), wanted);
    const there = [
      ...(await look.read(host, signs(wanted))),
      ...(found.fstype === '' ? [] : [found.fstype]),
      ...found.children.map((child) => child.name),
      ...found.mounts,
    ];
    if (there.length > 0)
      throw new Refusal(
        say(
          { en: '{device} on {host} is not empty: {what}; nothing was done', zh: '{host} 上的 {device} 不是空的：{what}；未做任何操作' },
          { device: wanted, host: host.name, what: atMost([...new Set(there)]) },
        ),
        say({ en: 'only an empty device is formatted; if that may go, a person has to wipe it there', zh: '只格式化空设备；如确可清除，须由人在该主机上擦除' }),
      );
    if (found.readOnly) throw new Refusal(say({ en: '{device} is read-only', zh: '{device} 为只读' }, { device: wanted }));
    const on = place.on(wanted);
    return {
      summary: say(
        { en: 'make {type} “{label}” on {device} on {host}', zh: '在 {host} 的 {device} 上创建 {type}“{label}”' },
        { type, label, device: wanted, host: host.name },
      ),
      steps: [
        {
          kind: 'exec',
          on,
          why: say({ en: 'make the file system', zh: '创建文件系统' }),
          argv: format(wanted, type, label),
          timeoutMs: 1_800_000,
          stop: 'never',
        },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until it is found there', zh: '直到能读到它' }),
          read: typeOn(wanted),
          until: { is: type },
          everyMs: 500,
          timeoutMs: 15_000,
        },
      ],
      facts: [
        ...(await lastGood(look, host)),
        {
          what: say({ en: 'empty: no signature, partition, holder, mount or swap', zh: '为空：无签名、分区、占用者、挂载或交换' }),
          value: `${wanted} ${bytes(found.size)} ${[found.model, found.serial].join(' ')}`.trim(),
          at: place.at,
          holds: `empty ${host.name} ${wanted} ${found.size} ${found.serial}`,
        },
      ],
      locks: [place.lock(`disk:${wanted}`)],
      risk: 'high',
      undo: { impossible: say({ en: 'a file system that was made stays; the device was empty before', zh: '已创建的文件系统会保留；此前该设备为空' }) },
      offers: [{ label: say({ en: 'Mount it', zh: '挂载' }), line: `disk mount ${name} ${wanted} /srv/${label} --persist` }],
    };
  },
});
