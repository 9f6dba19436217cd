import { host, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { list, say } from '../../src/core/words.ts';
import { GROWERS } from '../../src/tools/disks/grow.ts';
import { here } from '../../src/tools/disks/here.ts';
import { blockDevices, flat } from '../../src/tools/disks/lsblk.ts';
import { sizeBytes } from '../../src/tools/disks/words.ts';
import { mustHave } from '../../src/tools/facts.ts';
import { lastGood } from '../../src/tools/hostbackup.ts';
import { extend, lvm, volumeSize } from '../../src/tools/lvm.ts';
import { bytes } from '../../src/tools/units.ts';

/** Makes a logical volume larger, and the file system on it. */
export default command({
  summary: { en: 'Extend a logical volume with its file system', zh: '扩展逻辑卷及其文件系统' },
  examples: ['lvm extend kvm1 vg0/images +10G'],
  risk: 'high',
  args: {
    host: host(),
    volume: word(/^[A-Za-z0-9_+.][A-Za-z0-9_+.-]*\/[A-Za-z0-9_+.][A-Za-z0-9_+.-]*$/, { en: 'GROUP/VOLUME', zh: '卷组/逻辑卷' }),
    size: word(/^\+[1-9][0-9]{0,6}[MGT]$/, { en: '+SIZE (+10G)', zh: '+大小（+10G）' }),
  },
  async plan({ host: name, volume: wanted, size: typed }, look) {
    const place = await here(look, name, 'lvs', 'vgs', 'pvs', 'lsblk');
    const { host } = place;
    const [found, tree] = await Promise.all([look.read(host, lvm()), look.read(host, blockDevices())]);
    const visible = found.volumes.filter((one) => !one.name.startsWith('['));
    const volume = visible.find((one) => `${one.group}/${one.name}` === wanted);
    const group = found.groups.find((one) => one.name === volume?.group);
    if (!volume || !group)
      throw new Refusal(
        say({ en: 'there is no volume {wanted} on {host}; nothing was done', zh: '{host} 上没有逻辑卷 {wanted}；未做任何操作' }, { wanted, host: host.name }),
        say({ en: 'there are: {all}', zh: '现有：{all}' }, { all: list(visible.slice(0, 20).map((one) => `${one.group}/${one.name}`)) }),
      );
    // Whole extents, as lvextend would round it up.
    const by = Math.ceil(sizeBytes(typed.slice(1)) / (group.extent || 1)) * (group.extent || 1);
    const thin = volume.type === 'thin';
    const copies = volume.type === 'mirror' || volume.type === 'raid1' ? Math.max(2, volume.devices.split(',').length) : 1;
    if (!thin && by * copies > group.free)
      throw new Refusal(
        say(
          { en: '{group} has {free} free, {need} are needed; nothing was done', zh: '{group} 仅剩 {free}，需要 {need}；未做任何操作' },
          { group: group.name, free: bytes(group.free), need: bytes(by * copies) },
        ),
        say({ en: 'ask for less, or add a disk to the group', zh: '请减小大小，或向卷组添加磁盘' }),
      );
    if (volume.health !== '' || group.missing > 0)
      throw new Refusal(
        say(
          { en: '{wanted} is not well: {health}; nothing was done', zh: '{wanted} 状态异常：{health}；未做任何操作' },
          { wanted, health: volume.health || 'a device is missing' },
        ),
      );
    const node = flat(tree).find((one) => one.name === `/dev/mapper/${[volume.group, volume.name].map((part) => part.replaceAll('-', '--')).join('-')}`);
    const fstype = node?.fstype ?? '';
    const grower = GROWERS[fstype];
    if (fstype !== '' && !grower)
      throw new Refusal(
        say(
          { en: '{wanted} holds {fstype}, which I cannot grow with it; nothing was done', zh: '{wanted} 上是 {fstype}，我无法一并扩展；未做任何操作' },
          { wanted, fstype },
        ),
        say({ en: 'a guest or swap on it has to be told in its own way', zh: '其上的虚拟机磁盘或交换须以各自的方式扩展' }),
      );
    if (grower) mustHave(host, place.facts, ...grower.programs);
    if (grower && node && node.mounts.length === 0)
      throw new Refusal(
        say({ en: '{wanted} holds {fstype} that is not mounted', zh: '{wanted} 上的 {fstype} 未挂载' }, { wanted, fstype }),
        say({ en: 'mount it first', zh: '请先挂载' }),
      );
    const on = place.on(wanted);
    return {
      summary: say(
        { en: 'extend {wanted} on {host} from {from} to {to}', zh: '将 {host} 上的 {wanted} 从 {from} 扩展到 {to}' },
        { wanted, host: host.name, from: bytes(volume.size), to: bytes(volume.size + by) },
      ),
      steps: [
        { kind: 'exec', on, why: say({ en: 'extend it', zh: '扩展' }), argv: extend(wanted, by, grower !== undefined), timeoutMs: 1_800_000, stop: 'never' },
        {
          kind: 'wait',
          on,
          why: say({ en: 'until it is that large', zh: '直到达到该大小' }),
          read: volumeSize(wanted),
          until: { is: String(volume.size + by) },
          everyMs: 500,
          timeoutMs: 30_000,
        },
      ],
      facts: [
        ...(await lastGood(look, host)),
        {
          what: say({ en: 'free in {group}', zh: '{group} 可用空间' }, { group: group.name }),
          value: bytes(group.free),
          at: place.at,
          holds: `lvm ${host.name} ${wanted} ${volume.size} free ${group.free}`,
        },
        { what: say({ en: 'file system', zh: '文件系统' }), value: fstype || '-', at: place.at, holds: `fs ${fstype}` },
      ],
      locks: [place.lock(`lvm:${group.name}`)],
      risk: 'high',
      undo: { impossible: say({ en: 'what was extended cannot be made smaller again', zh: '扩展后无法缩小' }) },
      notes: thin ? [say({ en: 'a thin volume: the room is only taken from its pool as it is written', zh: '精简卷：写入时才从精简池占用空间' })] : [],
    };
  },
});
