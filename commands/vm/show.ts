import { guest } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { findGuest, found, stateWords } from '../../src/tools/guests.ts';
import { bytes } from '../../src/tools/units.ts';
import * as virsh from '../../src/tools/virsh.ts';

/** One guest: state, size, disks, snapshots. */
export default command({
  summary: { en: 'Show one guest', zh: '查看一台虚拟机' },
  examples: ['vm show shop', 'vm show "kvm2/db 02"'],
  risk: 'none',
  kinds: ['libvirt'],
  args: { guest: guest() },
  async plan({ guest: typed }, look) {
    const { guest, listed, notes } = await findGuest(look, typed);
    const { host, uuid } = guest;
    const [info, disks, snapshots] = await Promise.all([
      look.read(host, virsh.info(host, uuid)),
      look.read(host, virsh.disks(host, uuid)),
      look.read(host, virsh.snapshots(host, uuid)),
    ]);
    const facts: Block = {
      kind: 'facts',
      facts: [
        [say({ en: 'state', zh: '状态' }), stateWords(guest.state)],
        [say({ en: 'host', zh: '主机' }), host.name],
        [say({ en: 'UUID', zh: 'UUID' }), uuid],
        [say({ en: 'CPUs', zh: 'CPU' }), guest.vcpus],
        [say({ en: 'memory', zh: '内存' }), bytes(guest.memoryKiB * 1024)],
        [say({ en: 'starts with host', zh: '随主机启动' }), info.get('Autostart') === 'enable' ? say({ en: 'yes', zh: '是' }) : say({ en: 'no', zh: '否' })],
        [say({ en: 'snapshots', zh: '快照' }), snapshots.length > 0 ? snapshots.join(', ') : say({ en: 'none', zh: '无' })],
      ],
    };
    const table: Block = {
      kind: 'table',
      columns: [say({ en: 'disk', zh: '磁盘' }), say({ en: 'kind', zh: '类型' }), say({ en: 'source', zh: '来源' })],
      rows: disks.map(([type, device, target, source]) => [target, `${type} ${device}`, source]),
    };
    return answer(
      say({ en: '{name} on {host}', zh: '{host} 上的 {name}' }, { name: guest.name, host: host.name }),
      disks.length > 0 ? [facts, table] : [facts],
      {
        about: [found(guest)],
        listed,
        notes,
      },
    );
  },
});
