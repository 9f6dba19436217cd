import { host, word } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Step } from '../../src/core/types.ts';
import { list, say } from '../../src/core/words.ts';
import { FS_SIZE, fsSize, GROWERS, growPartition, growthOf, partitionOf } from '../../src/tools/disks/grow.ts';
import { here } from '../../src/tools/disks/here.ts';
import { blockDevices, flat } from '../../src/tools/disks/lsblk.ts';
import { mountPoints } from '../../src/tools/disks/mounts.ts';
import { mustHave } from '../../src/tools/facts.ts';
import { lastGood } from '../../src/tools/hostbackup.ts';
import { bytes } from '../../src/tools/units.ts';

/** Less than this is not worth it: partitions end on whole MiB. */
const LEAST = 2 ** 20;

/** Grows a mounted file system, and the partition it is on, into all the room behind it. */
export default command({
  summary: { en: 'Grow a file system into the room behind it', zh: '将文件系统扩展到其后的可用空间' },
  examples: ['disk grow web1 /srv/www'],
  risk: 'high',
  args: { host: host(), target: word(/^\/(dev\/)?[A-Za-z0-9_@:+][A-Za-z0-9._@:+/-]*$|^\/$/, { en: 'PATH|DEVICE', zh: '路径|设备' }) },
  async plan({ host: name, target }, look) {
    const place = await here(look, name, 'lsblk', 'findmnt');
    const { host } = place;
    const [mounted, tree] = await Promise.all([look.read(host, mountPoints()), look.read(host, blockDevices())]);
    const found = mounted.findLast((one) => one.path === target || one.source === target);
    if (!found)
      throw new Refusal(
        say({ en: 'nothing mounted is {target} on {host}', zh: '{host} 上没有挂载的 {target}' }, { target, host: host.name }),
        say({ en: 'mounted are: {all}', zh: '已挂载：{all}' }, { all: list(mounted.slice(0, 20).map(({ path }) => path)) }),
      );
    const device = flat(tree).find((one) => one.name === found.source);
    const grower = GROWERS[found.type];
    if (!device || !grower)
      throw new Refusal(
        say({ en: '{type} on {source} cannot be grown by me', zh: '我无法扩展 {source} 上的 {type}' }, { type: found.type, source: found.source }),
      );
    if (device.type === 'lvm')
      throw new Refusal(
        say({ en: '{source} is a logical volume', zh: '{source} 是逻辑卷' }, { source: found.source }),
        say(
          { en: '`lvm extend {host} VG/LV +SIZE` grows it with its file system', zh: '可用 `lvm extend {host} VG/LV +大小` 连同文件系统一起扩展' },
          { host: host.name },
        ),
      );
    mustHave(host, place.facts, ...grower.programs);
    const part = await look.read(host, partitionOf(device.name));
    if (part) mustHave(host, place.facts, 'growpart');
    const [growth, size] = await Promise.all([
      part ? look.read(host, growthOf(part.disk, part.number)) : undefined,
      look.read(host, fsSize(found.type, device.name, found.path)),
    ]);
    const room = growth?.grows ? growth.to * 512 : device.size;
    if (size === 0)
      throw new Refusal(
        say({ en: 'the size of {type} on {source} cannot be read', zh: '无法读取 {source} 上 {type} 的大小' }, { type: found.type, source: found.source }),
      );
    if (room - size < LEAST)
      return answer(
        say(
          { en: '{path} on {host} has all the room there is already: {size}', zh: '{host} 上的 {path} 已占满可用空间：{size}' },
          { path: found.path, host: host.name, size: bytes(size) },
        ),
        [],
      );
    const on = place.on(found.path);
    const steps: Step[] = [
      ...(part && growth?.grows
        ? ([
            {
              kind: 'exec',
              on,
              why: say({ en: 'grow the partition', zh: '扩展分区' }),
              argv: growPartition(part.disk, part.number),
              timeoutMs: 60_000,
              stop: 'never',
            },
          ] satisfies Step[])
        : []),
      {
        kind: 'exec',
        on,
        why: say({ en: 'grow the file system', zh: '扩展文件系统' }),
        argv: grower.argv(device.name, found.path),
        timeoutMs: 1_800_000,
        stop: 'never',
      },
      {
        kind: 'wait',
        on,
        why: say({ en: 'until it is larger', zh: '直到变大' }),
        read: FS_SIZE(found.type, device.name, found.path),
        until: { isNot: String(size) },
        everyMs: 500,
        timeoutMs: 30_000,
      },
    ];
    return {
      summary: say(
        { en: 'grow {path} on {host} from {from} to {to}', zh: '将 {host} 上的 {path} 从 {from} 扩展到 {to}' },
        { path: found.path, host: host.name, from: bytes(size), to: bytes(room) },
      ),
      steps,
      facts: [
        ...(await lastGood(look, host)),
        {
          what: say({ en: 'file system', zh: '文件系统' }),
          value: `${found.type} ${device.name} ${bytes(size)} → ${bytes(room)}`,
          at: place.at,
          holds: `grow ${host.name} ${device.name} ${found.type} ${size} ${room}`,
        },
        ...(growth ? [{ what: say({ en: 'dry run of growpart', zh: 'growpart 试运行' }), value: growth.said, at: place.at, holds: growth.said }] : []),
      ],
      locks: [place.lock(`disk:${part?.disk ?? device.name}`)],
      risk: 'high',
      undo: { impossible: say({ en: 'what was grown cannot be made smaller again', zh: '扩展后无法缩小' }) },
    };
  },
});
